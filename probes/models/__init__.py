"""The name of a language model comes in; the loaded model, its size, or its twin with random weights comes out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.models import (
        converted_models,
        devices,
        gguf_headers,
        laboratory,
        local_model,
        model_names,
        model_sizes,
        untrained,
        weight_changes,
    )
else:
    __getattr__ = on_demand.files(__name__)
