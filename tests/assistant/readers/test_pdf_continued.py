"""A sentence that runs over the end of a page is one sentence, without the print between its parts."""

import pytest

from assistant.readers import pdf
from assistant.text.passages import passages
from assistant.text.prose import sentences
from tests.pdfs import Text, column
from tests.pdfs import pdf as make_pdf

FIRST = [
    "Whale heads were removed one at a time from a model of 144 heads, and then all",
    "of them were removed at once. The decisive finding is that removing all whale",
    "heads together lowers the accuracy of the model on every task we tried by only",
]
SECOND = [
    "0.4 points when the first token is kept. Without the first token the model fails",
    "on every task that was tried, and its loss rises to that of random weights here.",
]
WHOLE = (
    "The decisive finding is that removing all whale heads together lowers the accuracy of the model on every "
    "task we tried by only 0.4 points when the first token is kept."
)


def read(folder, *pages):
    path = folder / "a.pdf"
    path.write_bytes(make_pdf(pages))
    document = pdf.read(path)
    for page in document.pages:
        for word in page.words:
            assert page.start <= word.start < word.end <= page.end
    return document


def found(document) -> list[str]:
    """The sentences of the passages, which are spans of the stored text."""
    cut = passages("k", document, 400, lambda texts: [len(text.split()) for text in texts])
    assert all(p.text == document.text[p.start : p.end] for p in cut)
    return [span.of(p.text) for p in cut for span in sentences(p.text)]


def test_a_sentence_goes_on_over_the_page(tmp_path):
    document = read(tmp_path, column(72, 300, FIRST), column(72, 640, SECOND))
    assert WHOLE in found(document)
    [holder] = [p for p in passages("k", document, 400, lambda t: [9] * len(t)) if WHOLE in p.text]
    assert holder.page == 1
    at = document.text.index(WHOLE)
    first, second = document.pages
    assert at < first.end <= second.start < at + len(WHOLE)


def test_heads_feet_and_footnotes_stand_outside_the_sentence(tmp_path):
    pages = [
        [
            Text(72, 760, "Journal of Small Studies 12 (2021)", 9),
            *column(72, 300, FIRST),
            *column(72, 90, ["1 We follow the usual definition of a head and count each of them once."], size=8),
            Text(300, 40, "7", 9),
        ],
        [
            Text(72, 760, "J. Doe and R. Roe", 9),
            *column(72, 640, SECOND),
            Text(300, 40, "8", 9),
        ],
    ]  # fmt: skip
    assert WHOLE in found(read(tmp_path, *pages))


def test_a_figure_at_the_top_of_the_next_page_is_passed_over(tmp_path):
    caption = column(72, 690, ["Figure 1: What the heads of the model attend to."])
    assert WHOLE in found(
        read(tmp_path, column(72, 300, FIRST), [*caption, *column(72, 600, SECOND)])
    )


def test_a_word_broken_at_the_end_of_the_page_is_whole(tmp_path):
    lines = [
        *FIRST[:2],
        "heads together hardly lowers the accuracy of any of the large language mo-",
    ]
    document = read(
        tmp_path,
        column(72, 300, lines),
        column(72, 640, ["dels that we tried, and it is so in all.", *SECOND]),
    )
    assert "large language models that we tried" in document.text


@pytest.mark.parametrize(
    "opening",
    ["2 Results", "• whale heads are listed here", "2. Whale heads are the next entry"],
)
def test_what_begins_anew_on_the_next_page_is_not_joined(tmp_path, opening):
    page = [Text(72, 640, opening, 10, bold=opening == "2 Results"), *column(72, 620, SECOND)]
    assert "by only\n\n" in read(tmp_path, column(72, 300, FIRST), page).text


def test_a_finished_sentence_ends_with_its_page(tmp_path):
    lines = [
        *FIRST[:2],
        "heads together lowers the accuracy of the model on every task that we have tried.",
    ]
    later = [
        "Whale heads are kept in the other runs, which we describe in the next section.",
        *SECOND,
    ]
    assert "tried.\n\nWhale" in read(tmp_path, column(72, 300, lines), column(72, 640, later)).text
