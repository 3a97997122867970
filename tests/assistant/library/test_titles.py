"""A gap names the sources nearest to it by their titles."""

from dataclasses import replace

from assistant.library.store import Library
from assistant.library.titles import near_titles
from assistant.types import Answer, Gap

ANSWER = Answer(
    question="Why?", deck="", coverage="partial", writer="extractive", index_hash="0", sentences=(),
    gaps=(
        Gap(aspect="a", nearest=("logit-lens", "gone"), statement="", remedy=""),
        Gap(aspect="b", nearest=("logit-lens", "self-consistency"), statement="", remedy=""),
    ),
)  # fmt: skip


def test_each_source_that_is_held_has_its_title(own_library):
    with Library(own_library) as library:
        found = near_titles(library, ANSWER)
        assert set(found) == {"logit-lens", "self-consistency"}
        assert found["logit-lens"] == library.get("logit-lens").title
        assert near_titles(library, replace(ANSWER, gaps=())) == {}
