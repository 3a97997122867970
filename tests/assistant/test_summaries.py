"""Summaries: every claim a checked quote, limits never missing, several sources side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import laboratory, sync
from assistant.errors import UsageError
from assistant.library import Library
from assistant.summaries import summary
from assistant.types import Answer, Source
from assistant.verification import verify
from probes import evidence, registry
from probes.types import ModelRecord
from tests.pdfs import paper

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"


def count_words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def silent(message: str, share: float) -> None:
    pass


def fill(data_dir: Path, *paths: Path) -> Library:
    library = Library(data_dir)
    reading = sync.Reading(window=200, count_tokens=count_words)
    sync.sync(library, paths, reading, silent, prune=False)
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with fill(tmp_path_factory.mktemp("summaries"), CORPUS) as filled:
        yield filled


def held(library: Library, key: str) -> Source:
    source = library.get(key)
    assert source is not None
    return source


def assert_checked(library: Library, answer: Answer) -> None:
    for sentence in answer.sentences:
        assert bool(sentence.citations) == (sentence.role == "claim")
        for citation in sentence.citations:
            stored = held(library, citation.source).text
            assert stored[citation.start : citation.end] == citation.quote
            ruling = verify(sentence.text, citation.quote, stored, citation.start, citation.end)
            assert ruling.support == citation.support == "exact"


def paragraphs(answer: Answer, heading: str) -> list[str]:
    wanted = [at for at, named in enumerate(answer.headings) if named.endswith(heading)]
    return [s.text for s in answer.sentences if s.paragraph in wanted]


def test_every_claim_of_every_note_is_a_checked_quote(library: Library) -> None:
    for source in library.sources():
        answer = summary(library, [source], "0" * 16)
        assert answer.coverage == "answered"
        assert not answer.dropped
        assert_checked(library, answer)


def test_limits_are_never_missing_and_stand_where_the_note_puts_them(library: Library) -> None:
    for source in library.sources():
        answer = summary(library, [source], "0" * 16)
        caveats = source.text.index("## Caveats")
        at = next(i for i, heading in enumerate(answer.headings) if heading == "Its limits.")
        limits = [s for s in answer.sentences if s.paragraph == at]
        assert limits
        assert all(s.role == "claim" and s.citations[0].start > caveats for s in limits)


def test_a_source_that_states_no_limits_is_said_to(tmp_path: Path) -> None:
    note = tmp_path / "bees.md"
    note.write_text("# Bees\n\nBees dance to show where the flowers of the day stand.\n", "utf-8")
    with fill(tmp_path / "data", note) as library:
        answer = summary(library, [held(library, "bees")], "0" * 16)
        assert_checked(library, answer)
    assert paragraphs(answer, "Its limits.") == [
        "This note states no limits of its own that were recognised here."
    ]
    assert [gap.aspect for gap in answer.gaps if "limits" in gap.aspect] == ["Its limits"]
    assert "states no limits" in answer.deck


def test_who_and_what_is_told_with_its_doubts(library: Library) -> None:
    told = paragraphs(summary(library, [held(library, "word2vec-arith")], ""), "Who and what.")[0]
    assert "Jack Merullo, Carsten Eickhoff and Ellie Pavlick" in told
    assert "NAACL 2024 (venue not verified)" in told
    cut = paragraphs(summary(library, [held(library, "emergent-abilities")], ""), "Who and what.")[
        0
    ]
    assert "Jason Wei and others" in cut


def test_predecessor_and_follow_up_are_named_by_title(library: Library) -> None:
    told = " ".join(paragraphs(summary(library, [held(library, "rl-subnetworks")], ""), "after."))
    assert f"“{held(library, 'path-not-taken').title}” (contested by)" in told


def test_a_number_comes_with_its_conditions(library: Library) -> None:
    told = paragraphs(summary(library, [held(library, "rl-subnetworks")], ""), "conditions.")
    assert any("5-30%" in text and "10 LLMs" in text for text in told)


def test_several_sources_have_a_group_of_paragraphs_each(library: Library) -> None:
    keys = ("deer", "clada", "layer-by-layer")
    answer = summary(library, [held(library, key) for key in keys], "0" * 16)
    assert_checked(library, answer)
    assert [(s.key, s.label) for s in answer.sources] == [
        ("deer", "1"),
        ("clada", "2"),
        ("layer-by-layer", "3"),
    ]
    first = next(at for at, named in enumerate(answer.headings) if named.startswith("1. "))
    cited = [c.source for s in answer.sentences if s.paragraph >= first for c in s.citations]
    assert cited == sorted(cited, key=keys.index)
    assert sum(heading.endswith("Its limits.") for heading in answer.headings) == 3
    assert [s.paragraph for s in answer.sentences] == sorted(s.paragraph for s in answer.sentences)
    assert {s.paragraph for s in answer.sentences} == set(range(len(answer.headings)))


def test_what_contests_another_source_is_told_first_in_both_their_words(library: Library) -> None:
    pair = [held(library, key) for key in ("rl-subnetworks", "path-not-taken")]
    answer = summary(library, pair, "")
    assert_checked(library, answer)
    assert answer.headings[0] == "Where they disagree."
    told = [s for s in answer.sentences if s.paragraph == 0]
    assert told[0].role == "link"
    assert "contests" in told[0].text
    assert {c.source for s in told for c in s.citations} == {"rl-subnetworks", "path-not-taken"}
    assert any("surface artefact" in s.text for s in told)
    # The order in which the sources are named changes nothing about who contests whom.
    other = summary(library, pair[::-1], "")
    assert next(s.text for s in other.sentences if s.paragraph == 0) == told[0].text


def test_sources_of_which_nothing_is_known_together_are_said_so(tmp_path: Path) -> None:
    (tmp_path / "bees.md").write_text("# Bees\n\nBees dance where the flowers of the day stand.\n")
    (tmp_path / "suns.md").write_text("# Suns\n\nSuns burn hydrogen for some billions of years.\n")
    with fill(tmp_path / "data", tmp_path / "bees.md", tmp_path / "suns.md") as library:
        answer = summary(library, library.sources(), "")
    assert paragraphs(answer, "How they relate.") == [
        "Nothing in this library says how these sources bear on one another."
    ]
    (gap,) = [gap for gap in answer.gaps if gap.aspect == "How they relate"]
    assert gap.nearest == ("bees", "suns")
    assert sum(heading.endswith("Its limits.") for heading in answer.headings) == 2


def test_two_sources_on_one_point_stand_side_by_side(tmp_path: Path) -> None:
    bees = "Honey bees find orchards by the smell of apple blossom in calm weather."
    wasps = "Wasps never find orchards by the smell of apple blossom in any weather."
    (tmp_path / "bees.md").write_text(f"# Bees\n\n{bees}\n\nA hive holds many thousand workers.\n")
    (tmp_path / "wasps.md").write_text(f"# Wasps\n\n{wasps}\n\nA nest is made of chewed wood.\n")
    with fill(tmp_path / "data", tmp_path / "bees.md", tmp_path / "wasps.md") as library:
        answer = summary(library, library.sources(), "")
        assert_checked(library, answer)
    link, *quotes = paragraphs(answer, "On the same point.")
    assert "“Bees”" in link
    assert "“Wasps”" in link
    assert quotes == [bees, wasps]


def test_every_pair_of_related_notes_is_summarised_with_checked_quotes(library: Library) -> None:
    sources = {source.key: source for source in library.sources()}
    pairs = {
        tuple(sorted((key, str(relation["to"]))))
        for key, source in sources.items()
        for relation in source.metadata.get("relations") or ()
        if relation["to"] in sources
    }
    for one, other in sorted(pairs)[::5]:
        answer = summary(library, [sources[one], sources[other]], "")
        assert_checked(library, answer)
        assert not answer.dropped
        assert answer.headings[0] in ("Where they disagree.", "How they relate.")
        assert sum(heading.endswith("Its limits.") for heading in answer.headings) == 2


def test_figures_of_another_work_are_not_told_as_its_own(library: Library) -> None:
    told = paragraphs(summary(library, [held(library, "self-consistency")], ""), "conditions.")
    assert told
    assert not any("subthought paper" in text for text in told)


def test_figures_that_stand_in_the_claim_are_pointed_to(library: Library) -> None:
    answer = summary(library, [held(library, "teal")], "")
    assert "1.53x" in " ".join(paragraphs(answer, "The claim."))
    assert paragraphs(answer, "conditions.") == ["The claim above gives them."]


def test_a_summary_of_an_answer_names_its_question(library: Library) -> None:
    answer = summary(library, [held(library, "deer")], "", "Can a model stop early?")
    assert answer.question == "Summary of the source that the answer cites: Can a model stop early?"


def test_a_source_named_twice_is_told_once(library: Library) -> None:
    source = held(library, "deer")
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
    assert answer.next_lines
    assert {line.coverage for line in answer.next_lines} == {"needs a paper"}


def test_nothing_to_summarise_is_refused(library: Library) -> None:
    with pytest.raises(UsageError, match="name one key"):
        summary(library, [], "")


def test_a_local_run_is_summarised_with_its_caveat(tmp_path: Path) -> None:
    probe = registry.build("layer_valley")
    model = ModelRecord(id="toy", revision="0", quantisation="none", parameters=1_000_000)
    kept = evidence.save(probe.conclude(type(probe).specimens()["supported"], model), tmp_path)
    with Library(tmp_path) as library:
        laboratory.absorb(library, tmp_path)
        answer = summary(library, [held(library, kept.id)], "")
        assert_checked(library, answer)
    assert answer.sources[0].label == "E1"
    assert any("finds the claim supported" in text for text in paragraphs(answer, "The claim."))
    assert all(text in " ".join(kept.caveat.split()) for text in paragraphs(answer, "Its limits."))
    assert paragraphs(answer, "Its limits.")


def test_a_pdf_is_summarised_with_its_pages(tmp_path: Path) -> None:
    file = tmp_path / "bees.pdf"
    file.write_bytes(paper())
    with fill(tmp_path / "data", file) as library:
        source = library.sources()[0]
        answer = summary(library, [source], "")
        assert_checked(library, answer)
    assert paragraphs(answer, "Its limits.")[0].startswith("The method was tested only in dry")
    limits = [s for s in answer.sentences if s.text.startswith("The method was tested")]
    assert limits[0].citations[0].page == 2
    claims = paragraphs(answer, "The claim.")
    assert claims[0].startswith("We propose a new way to count bees")
    assert any("12% on 40 orchards" in text for text in claims)


@pytest.fixture(scope="module")
def alce(tmp_path_factory: pytest.TempPathFactory, alce_pdf: Path) -> Iterator[Library]:
    with fill(tmp_path_factory.mktemp("alce"), alce_pdf) as filled:
        yield filled


def test_a_real_paper_tells_claim_number_and_limits(alce: Library) -> None:
    answer = summary(alce, alce.sources(), "")
    assert_checked(alce, answer)
    assert "We propose ALCE" in paragraphs(answer, "The claim.")[0]
    at = answer.headings.index("Its limits.")
    pages = {c.page for s in answer.sentences if s.paragraph == at for c in s.citations}
    assert pages <= {10, 11}


def test_every_note_of_the_corpus_opens_with_its_own_claim(library: Library) -> None:
    for source in library.sources():
        first = paragraphs(summary(library, [source], ""), "The claim.")[0]
        assert source.claim.startswith(first)
