"""The sentences of a paper that can be quoted are known by the part that they stand in."""

from assistant.library.store import Library
from assistant.pages.statements import paper_parts, statements
from tests.assistant.pages.shelves import only_paper


def test_subsections_belong_where_their_section_does_and_appendices_nowhere() -> None:
    titles = [
        "A Title", "Abstract", "1 Introduction", "2 Data", "2.1 Wikipedia", "3 Experiments", "3.1 Main",
        "4 Conclusion", "Limitations", "References", "A Experiments in full",
    ]  # fmt: skip
    assert paper_parts(titles) == [
        "front", "abstract", "introduction", "method", "method", "results", "results", "conclusion",
        "limitations", "back", "back",
    ]  # fmt: skip


def test_reference_lists_and_appendices_are_not_quoted(paper_library: Library) -> None:
    source = only_paper(paper_library)
    end = next(m["start"] for m in source.metadata["sections"] if m["title"] == "References")
    assert max(statement.start for statement in statements(source)) < end
