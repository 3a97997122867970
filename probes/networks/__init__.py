"""A shape and a task come in; small networks that are trained here, with what was measured on the way, come out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.networks import (
        digit_training,
        digit_tuning,
        formation,
        product_arms,
        small_networks,
        training,
    )
else:
    __getattr__ = on_demand.files(__name__)
