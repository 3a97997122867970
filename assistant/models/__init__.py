"""Name a model or a file of one; the model, loaded when it is first used, or the package that holds it comes out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.models import (
        bert_bfloat16,
        cross_encoder,
        download,
        embedding,
        language_model,
        layer_embedding,
        nearby,
        packages,
        servers,
    )
else:
    __getattr__ = on_demand.files(__name__)
