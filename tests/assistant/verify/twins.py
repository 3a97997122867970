"""Ways to falsify a freely worded sentence: those planted lies that need no quote beside it."""

from tests.assistant.verify.edits import Edit
from tests.assistant.verify.inventions import head_invented, tail_invented
from tests.assistant.verify.overclaims import (
    cause_added,
    hedge_raised,
    modality_raised,
    quantity_widened,
    scope_widened,
)
from tests.assistant.verify.substitutions import (
    data_set_renamed,
    direction_turned,
    kind_turned,
    model_renamed,
    names_swapped,
    negation_added,
    negation_dropped,
    number_changed,
    number_words_changed,
    numbers_swapped,
    time_turned,
    unit_changed,
    work_renamed,
)

FALSIFIED: tuple[Edit, ...] = (
    number_changed, numbers_swapped, unit_changed, negation_dropped, direction_turned, names_swapped,
    quantity_widened, model_renamed, kind_turned, negation_added, work_renamed, time_turned, number_words_changed,
    hedge_raised, data_set_renamed, cause_added, scope_widened, modality_raised, tail_invented, head_invented,
)  # fmt: skip
