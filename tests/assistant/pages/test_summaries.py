"""Summaries are short prose: every claim is a checked quote, and limits are never missing, also of several sources."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.experiments.sources import absorb
from assistant.library.store import Library
from assistant.pages.statements import statements
from assistant.pages.summaries import summary
from assistant.select.selector import WEIGHTS, Selector
from probes import registry
from probes.runs import evidence
from probes.types import ModelRecord
from tests.assistant.pages.shelves import CORPUS, assert_checked, fill, held, note, told, words
from tests.pdfs import paper

KEYS = sorted(path.stem for path in CORPUS.glob("*.md"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    read = [path for path in CORPUS.iterdir() if path.name != "evidence"]
    with fill(tmp_path_factory.mktemp("summaries"), *read) as filled:
        yield filled


def bundled(library: Library) -> list:
    return library.sources("note")


# ── one source ───────────────────────────────────────────────────────────────────────────────────


def test_a_summary_of_any_bundled_note_is_short_prose_of_checked_quotes(library: Library) -> None:
    for source in bundled(library):
        answer = summary(library, [source], "0" * 16)
        assert_checked(library, answer)
        assert words(answer) <= 150, source.key
        assert 4 <= len(answer.sentences) <= 7, source.key
        assert set(answer.headings) == {""}
        assert len(answer.headings) <= 3
        assert answer.coverage == "answered"
        assert [s.key for s in answer.sources] == [source.key]


def test_every_bundled_note_opens_with_its_own_claim(library: Library) -> None:
    for source in bundled(library):
        first = summary(library, [source], "").sentences[0]
        assert source.claim.startswith(first.text), source.key


def test_a_limit_is_told_wherever_a_source_states_one(library: Library) -> None:
    for source in bundled(library):
        stops = {s.start for s in statements(source) if s.part == "caveat"}
        answer = summary(library, [source], "")
        quoted = {c.start for s in answer.sentences for c in s.citations}
        assert (quoted & stops) or not stops, source.key
        assert not stops or not told(answer, "gap")


def test_a_source_that_states_no_limits_is_said_to(tmp_path: Path) -> None:
    path = note(
        tmp_path, "bees", "# Bees\n\nBees dance to show where the flowers of the day stand."
    )
    with fill(tmp_path / "data", path) as library:
        answer = summary(library, [held(library, "bees")], "")
        assert_checked(library, answer)
    assert told(answer, "gap") == [
        "This note states no limits of its own that were recognised here."
    ]


def test_a_source_of_which_nothing_can_be_quoted_is_told_as_far_as_it_is_known(
    tmp_path: Path,
) -> None:
    path = note(tmp_path, "bees", "# Bees\n\nto do", authors='["Ada Lovelace"]')
    with fill(tmp_path / "data", path) as library:
        answer = summary(library, [held(library, "bees")], "")
    assert answer.coverage == "partial"
    assert "Nothing in this note could be quoted as its finding." in told(answer, "gap")
    assert "The work is “Bees” by Ada Lovelace." in told(answer, "link")


def test_what_the_program_says_has_no_year_that_is_not_in_the_metadata(library: Library) -> None:
    known = {
        year
        for source in bundled(library)
        for year in re.findall(r"\b(?:19|20)\d\d\b", str(dict(source.metadata)))
    }
    for source in bundled(library):
        for text in told(summary(library, [source], ""), "link"):
            assert set(re.findall(r"\b(?:19|20)\d\d\b", text)) <= known


def test_a_finding_without_a_figure_is_followed_by_one_where_the_source_has_it(
    tmp_path: Path,
) -> None:
    body = (
        "# Bees\n\nBees find orchards by the smell of apple blossom.\n\n## Facts\n"
        "- Marked workers were followed over a summer.\n"
        "- In calm weather 62% of the workers reached the orchard, against 20% in wind.\n"
    )
    with fill(tmp_path / "data", note(tmp_path, "bees", body)) as library:
        answer = summary(library, [held(library, "bees")], "")
    assert any("62%" in text for text in told(answer, "claim"))


def test_what_came_after_is_named_with_what_it_does(library: Library) -> None:
    answer = summary(library, [held(library, "rl-subnetworks")], "")
    assert any("The Path Not Taken (2025) contests it." in text for text in told(answer, "link"))


def test_figures_of_another_work_are_not_told_as_its_own(library: Library) -> None:
    answer = summary(library, [held(library, "self-consistency")], "")
    assert not any("subthought paper" in text for text in told(answer, "claim"))


def test_the_same_is_said_twice_in_the_same_words(library: Library) -> None:
    source = held(library, "layer-by-layer")
    assert summary(library, [source], "") == summary(library, [source], "")
    assert summary(library, [source, source], "") == summary(library, [source], "")


def test_next_lines_are_questions_of_other_notes_of_the_library(library: Library) -> None:
    answer = summary(library, [held(library, "layer-by-layer")], "")
    assert answer.next_lines
    for line in answer.next_lines:
        assert line.coverage == "answerable"
        assert line.source not in (None, "layer-by-layer")
        assert held(library, str(line.source)).title == line.question


def test_a_related_work_that_is_not_here_needs_a_paper(tmp_path: Path) -> None:
    with fill(tmp_path, CORPUS / "deer.md") as library:
        answer = summary(library, [held(library, "deer")], "")
    assert {line.coverage for line in answer.next_lines} == {"needs a paper"}


def test_nothing_to_summarise_is_refused(library: Library) -> None:
    with pytest.raises(UsageError, match="name one key"):
        summary(library, [], "")


def test_a_local_run_is_summarised_with_its_caveat(tmp_path: Path) -> None:
    probe = registry.build("layer_valley")
    model = ModelRecord(id="toy", revision="0", quantisation="none", parameters=1_000_000)
    kept = evidence.save(probe.conclude(type(probe).specimens()["supported"], model), tmp_path)
    with Library(tmp_path) as library:
        absorb(library, tmp_path)
        answer = summary(library, [held(library, kept.id)], "")
        assert_checked(library, answer)
    assert words(answer) <= 150
    assert answer.sources[0].label == "E1"
    assert "It is a run of the probe layer_valley on toy, made on this machine." in told(
        answer, "link"
    )
    caveat = " ".join(kept.caveat.split())
    assert any(text in caveat for text in told(answer, "claim"))


def test_a_pdf_is_summarised_with_its_pages(tmp_path: Path) -> None:
    file = tmp_path / "bees.pdf"
    file.write_bytes(paper())
    with fill(tmp_path / "data", file) as library:
        answer = summary(library, library.sources(), "")
        assert_checked(library, answer)
    assert words(answer) <= 150
    assert any(
        text.startswith("The method was tested only in dry") for text in told(answer, "claim")
    )
    assert 2 in [c.page for s in answer.sentences for c in s.citations]


def test_a_real_paper_tells_finding_and_limit(
    tmp_path_factory: pytest.TempPathFactory, alce_pdf: Path
) -> None:
    with fill(tmp_path_factory.mktemp("alce"), alce_pdf) as library:
        answer = summary(library, library.sources(), "")
        assert_checked(library, answer)
    assert words(answer) <= 150
    assert "We propose ALCE" in answer.sentences[0].text
    assert {10, 11} & {c.page for s in answer.sentences for c in s.citations}


# ── chosen by scores ─────────────────────────────────────────────────────────────────────────────


def test_the_limit_is_the_one_that_scores_best(library: Library) -> None:
    def last_is_best(_question: str, readings: list) -> list:
        return [
            np.repeat(np.linspace(0.1, 0.9, len(r.sentences), dtype=np.float32)[:, None], 3, axis=1)
            for r in readings
        ]

    source = held(library, "deer")
    limits = [s for s in statements(source) if s.part == "caveat"]
    answer = summary(library, [source], "", last_is_best)
    assert_checked(library, answer)
    assert limits[-1].plain() in told(answer, "claim")


def test_passages_that_are_scored_have_about_a_hundred_and_fifty_words(library: Library) -> None:
    lengths: list[int] = []

    def watching(_question: str, readings: list) -> list:
        lengths.extend(sum(len(s.split()) for s in r.sentences) for r in readings)
        return [np.full((len(r.sentences), 3), 0.5, np.float32) for r in readings]

    summary(library, [held(library, "layer-by-layer")], "", watching)
    assert lengths
    assert max(lengths) <= 150


@pytest.mark.skipif(not WEIGHTS.is_file(), reason="the weights of the selector are not here")
def test_with_the_trained_selector_the_laws_hold(library: Library) -> None:
    selector = Selector()
    for source in bundled(library)[::6]:
        answer = summary(library, [source], "", selector)
        assert_checked(library, answer)
        assert words(answer) <= 150
        assert source.claim.startswith(answer.sentences[0].text)


# ── several sources ──────────────────────────────────────────────────────────────────────────────


@given(keys=st.lists(st.sampled_from(KEYS), min_size=2, max_size=8, unique=True))
@settings(max_examples=25, deadline=None)
def test_any_two_to_eight_notes_are_told_together_in_three_hundred_words(
    library: Library, keys: list[str]
) -> None:
    sources = [held(library, key) for key in keys]
    answer = summary(library, sources, "")
    assert_checked(library, answer)
    assert words(answer) <= 300
    assert {s.key for s in answer.sources} == set(keys)
    assert answer.coverage == "answered"
    assert set(answer.headings) == {""}
    assert {s.paragraph for s in answer.sentences} == set(range(len(answer.headings)))
    assert not any("stands to" in s.text for s in answer.sentences)
    assert answer == summary(library, sources, "")


def test_of_more_than_have_room_it_is_said_how_many_are_left_out(library: Library) -> None:
    many = bundled(library)[:24]
    answer = summary(library, many, "")
    assert_checked(library, answer)
    assert words(answer) <= 300
    assert answer.coverage == "partial"
    said = f"Nothing is told here of {len(many) - len(answer.sources)} more,"
    assert any(text.startswith(said) for text in told(answer, "gap"))


BEES = "Honey bees find orchards by the smell of apple blossom in calm weather."
WASPS = "Wasps are led to gardens by colour, and no smell has been seen to lead them."


def pair(folder: Path, kind: str) -> Library:
    """Return a library in which wasps say that they do something to bees."""
    bees = note(folder, "bees", f"# Bees\n\n{BEES}", year=2020)
    wasps = note(
        folder, "wasps", f"# Wasps\n\n{WASPS}", year=2022, relations=f"[{{to: bees, kind: {kind}}}]"
    )
    return fill(folder / "data", bees, wasps)


def test_what_contests_comes_after_what_it_contests_however_they_are_named(tmp_path: Path) -> None:
    with pair(tmp_path, "contests") as library:
        both = [held(library, key) for key in ("bees", "wasps")]
        answer, turned = summary(library, both, ""), summary(library, both[::-1], "")
        assert_checked(library, answer)
    assert [(s.lead_in, s.text) for s in answer.sentences][:2] == [
        ("", BEES),
        ("Against this:", WASPS),
    ]
    assert [s.text for s in turned.sentences][:2] == [BEES, WASPS]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("extends", "Building on this:"),
        ("supports", "In agreement with this:"),
        ("contrasts", "In contrast to this:"),
        ("qualifies", "With a reservation about this:"),
        ("same-topic", "On the same topic:"),
        ("a kind that nobody knows", "On the same topic:"),
    ],
)
def test_a_lead_in_says_what_a_note_is_to_the_one_before(
    tmp_path: Path, kind: str, said: str
) -> None:
    with pair(tmp_path, kind) as library:
        answer = summary(library, library.sources(), "")
    assert [s.lead_in for s in answer.sentences][:2] == ["", said]


def test_sources_of_which_nothing_is_known_together_are_said_so(tmp_path: Path) -> None:
    bees = note(tmp_path, "bees", f"# Bees\n\n{BEES}")
    suns = note(tmp_path, "suns", "# Suns\n\nSuns burn hydrogen for some billions of years.")
    with fill(tmp_path / "data", bees, suns) as library:
        answer = summary(library, library.sources(), "")
    assert "Nothing in this library says how these sources bear on one another." in told(
        answer, "gap"
    )


def test_a_note_and_its_paper_are_told_once(tmp_path: Path) -> None:
    file = tmp_path / "bees.pdf"
    file.write_bytes(paper())
    with fill(tmp_path / "data", file) as library:
        title = library.sources()[0].title
        path = note(tmp_path, "hive", f"# Hives\n\n{BEES}", paper=f'"{title}"')
        with fill(tmp_path / "data", file, path) as both:
            answer = summary(both, both.sources(), "")
            assert_checked(both, answer)
    assert [s.key for s in answer.sources] == ["hive"]
    assert answer.coverage == "answered"
    assert any("is of the same work as" in text for text in told(answer, "link"))


def test_what_is_left_open_closes_it(library: Library) -> None:
    answer = summary(library, [held(library, key) for key in ("rl-subnetworks", "mirage")], "")
    last = answer.sentences[-1]
    source = held(library, last.citations[0].source)
    assert last.citations[0].start > source.text.index("## Open points")
