import re
from dataclasses import replace

import pytest

from assistant.search.holdings import Holding
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Experiment,
    FileReport,
    Fold,
    Gap,
    NextLine,
    Page,
    Sentence,
    Source,
    SyncReport,
)
from assistant.views import answers, experiments, holdings, papers, passages, sources
from probes import registry
from probes.runs.jobs import JobStatus
from probes.types import Claim, ModelRecord, Result

HOSTILE = "<script>alert(1)</script><img src=x onerror='alert(2)'>\"><svg onload=alert(3)>"
DANGER = re.compile(r"<script|<img src=x|<svg onload|javascript:(?=[^<]*\")", re.IGNORECASE)


def _citation(source="a", start=0, end=4):
    return Citation(
        source=source, passage=f"{source}:0-9", quote="text", page=None, start=start, end=end
    )


def _answer(word="plain"):
    return Answer(
        question=f"What is {word}?",
        deck=word,
        coverage="partial",
        writer="extractive",
        index_hash="0123456789abcdef",
        sentences=(
            Sentence(text=f"In part {word}.", paragraph=0, role="link"),
            Sentence(text=f"A {word}.", paragraph=1, role="claim", citations=(_citation("a"),)),
            Sentence(
                text=f"B {word}.",
                paragraph=1,
                role="claim",
                citations=(_citation("e"),),
                lead_in=word,
            ),
        ),
        folds=(
            Fold(
                kind="evidence",
                summary=f"More {word}",
                sentences=(
                    Sentence(text=word, paragraph=0, role="claim", citations=(_citation("a"),)),
                    Sentence(text="More.", paragraph=0, role="claim", citations=(_citation("a"),)),
                ),
            ),
        ),
        notices=(word,),
        headings=("In part.", f"Direct {word}."),
        gaps=(Gap(aspect=word, nearest=("a", word), statement=word, remedy=word),),
        sources=(
            CitedSource(key="a", kind="note", title=word, claim=word, label="1"),
            CitedSource(key="e", kind="evidence", title=word, claim=word, label="E1"),
        ),
        experiments=(),
        next_lines=(NextLine(question=word, coverage="needs a paper", source=word),),
        dropped=(Dropped(text=word, reason=word),),
        seconds={"all": 0.5},
    )


def _result(word="plain"):
    return Result(
        id="layer_valley-01234567-1",
        probe="layer_valley",
        parameters={"count": 8, "note": word},
        model=ModelRecord(id=word, revision="0", quantisation="Q4_1", parameters=135_000_000),
        seed=0,
        versions={"torch": word},
        seconds=3.0,
        claim=Claim(text=word, source=word, effect=word, unit="nats"),
        verdict="refuted",
        effect=-0.25,
        interval=(-0.5, -0.125),
        unit="nats",
        n=8,
        summary=word,
        caveat=word,
    )


def _pages_of(word):
    source = Source(
        key=word, kind="note", title=word, claim=word, text=f"# {word}\n- {word}", content_hash="0",
        metadata={"authors": [word], "year": word},
    )  # fmt: skip
    paper = replace(source, kind="paper", pages=(Page(number=1, start=0, end=len(source.text)),))
    finding = experiments.Finding(result=_result(word), svg=b"<svg/>", alt=word)
    card = Experiment(
        probe="layer_valley", claim=word, why=word, parameters={"count": word}, seconds=1.0,
        evidence=(word,),
    )  # fmt: skip
    about = {"question": word, "parameters": [
        {"name": word, "type": word, "default": word, "meaning": word},
    ]}  # fmt: skip
    done = JobStatus(
        id=word, probe="layer_valley", state="done", fraction=1.0, message=word,
        evidence=finding.result.id, seconds=1.0,
    )  # fmt: skip
    report = SyncReport(
        files=(FileReport(path=word, status="refused", source=word, message=word),),
        index_hash="0",
        seconds=0.1,
    )
    return [
        answers.turn(_answer(word), titles={word: word}),
        answers.turn(_answer(word), "full"),
        answers.next_lines(_answer(word)),
        answers.below(_answer(word)),
        answers.earlier(_answer(word)),
        answers.arriving(word, _answer(word).sentences, ["e"], word),
        answers.failed(word, _answer(word).sentences, ["e"], word),
        answers.welcome([word], word),
        passages.note(source, 2, 9),
        passages.pdf_page(paper, paper.pages[0], 2, 9, None, word),
        experiments.bench(
            [(card, about)],
            {"layer_valley": done},
            {done.evidence: finding},
            word,
            {word: word, "layer_valley": word},
            0,
        ),
        experiments.bench([(card, about)], {"x": replace(done, state="running")}, {}, word, {}),
        experiments.bench([], {"x": replace(done, state="failed")}, {}, word, {}),
        experiments.record(finding),
        holdings.page(_rows(word), holdings.View(words=word), [word], 1),
        holdings.twins([[(word, word), (word, word)]]),
        sources.report(report, [word]),
        sources.report(report),
        sources.working(word, 0.5),
        papers.page(_paper(word)),
        answers.summary(replace(_answer(word), headings=("How.", f"1. {word} — The claim."))),
    ]


def _rows(word):
    own = {"title": word, "kind": word, "why": word}
    return [
        Holding(key=word, status="indexed", authors=(word,), tags=(word,), collections=(word,), added=word, **own),
        Holding(key="", status="refused", path=word, **own),
        Holding(key="", status="password", path=word, **own),
    ]  # fmt: skip


def _paper(word):
    quote = {"text": word, "start": 0, "end": 3, "page": 1}
    said = {"on": word, "reason": word, "record": None}
    claim = {
        "claim_id": "C1", "kind": "strongest_claim", "status": "quoted", "attestation": "disputed", "said": said,
        **quote,
    }  # fmt: skip
    run = {
        "evidence": word, "probe": word, "model": word, "verdict": word, "another_machine": True,
    }  # fmt: skip
    return {
        "key": word, "kind": "paper", "title": word, "quick_summary": [quote], "abstract": quote,
        "findings": {"key_results": [quote], "novelty": []}, "key_terms": [word],
        "details": {"authors": [word], "url": f"javascript:{word}", "facts": {"verified": word}},
        "citation_network": {"works": [
            {"key": key, "title": word, "authors": [word], "year": 1, "side": side, "url": f"javascript:{word}"}
            for key in (word, None) for side in ("citing", "cited", "related")
        ]},
        "similar": [{"key": word, "title": word}],
        "claims": {
            "items": [{**claim, "experiments": [run]}], "sha256": "0", "category": word,
            "source": {"kind": "arxiv", "id": word, "version": 2},
        },
        "experiments": [run],
        "cite": {"apa": word, "bibtex": word}, "comments": [{"day": "2026-11-30", "text": word}],
        "questions": [{"question": word, "answer": None}], "download": word, "warning": word,
        "notes": {"findings.novelty": word},
    }  # fmt: skip


@pytest.mark.parametrize("at", range(21))
def test_no_page_lets_a_word_of_a_document_become_markup(at):
    page = _pages_of(HOSTILE)[at]
    assert "&lt;script&gt;" in page
    assert not DANGER.search(page)


def test_every_citation_is_a_button_with_its_place_and_a_spoken_name():
    page = answers.turn(_answer())
    chips = re.findall(r"<button[^>]*data-do=\"cite\"[^>]*>\[(\w+)\]</button>", page)
    assert chips == ["1", "E1"]
    chip = re.search(r"<button[^>]*data-do=\"cite\"[^>]*>", page)[0]
    assert 'data-key="a"' in chip
    assert 'data-start="0"' in chip
    assert 'data-end="4"' in chip
    assert "aria-label=" in chip


def test_an_answer_is_cut_into_what_is_read_first_the_next_lines_and_the_folds():
    answer = _answer()
    above, below = answers.turn(answer), answers.below(answer)
    assert above.index("byline") < above.index("prose-text") < above.index("What the list does not")
    assert above.index("What the list does not") < above.index("Sources, ")
    assert "More plain" not in above
    assert "Next inquiring lines" in answers.next_lines(answer)
    fold = below[below.index("<details") : below.index("</details>")]
    assert "<summary>More plain</summary>" in fold
    assert fold.count('class="title"') == 1
    assert fold.count('data-do="cite"') == 2
    assert below.index("</details>") < below.index("colophon")
    assert "<details" in answers.earlier(answer)


def test_in_full_nothing_is_folded():
    assert "More evidence." in answers.turn(_answer(), "full")
    assert "More plain" not in answers.below(_answer(), "full")


def test_a_lead_in_stands_outside_its_sentence_and_the_first_is_the_verdict():
    first = Sentence(text="It is.", paragraph=0, role="claim", lead_in="Both:")
    other = Sentence(text="It is not.", paragraph=0, role="claim", lead_in="By contrast:")
    page = answers.turn(replace(_answer(), sentences=(first, other)))
    heads = re.findall(
        r'<span class="(lead-in[^"]*)">([^<]*)</span> <span class="sentence claim">', page
    )
    assert heads == [("lead-in verdict-head", "Both:"), ("lead-in", "By contrast:")]


def test_two_cards_are_shown_at_once_and_one_that_runs_is_never_hidden():
    def card(name):
        shown = Experiment(probe=name, claim="c", why="w", parameters={}, seconds=1.0)
        return shown, {"question": name, "parameters": []}

    cards = [card(name) for name in ("p", "q", "r", "s")]
    page = experiments.bench(cards, {}, {}, "", {}, 2)
    above, fold = page.split("<summary>More experiments (2)</summary>")
    assert [above.count(f'data-probe="{name}"') for name in "pqrs"] == [1, 1, 0, 0]
    assert [fold.count(f'data-probe="{name}"') for name in "pqrs"] == [0, 0, 1, 1]
    job = JobStatus(
        id="j1", probe="s", state="running", fraction=0.4, message="", evidence=None, seconds=2.0
    )
    above, fold = experiments.bench(cards, {"s": job}, {}, "", {}, 2).split("<summary>More exp")
    assert 'data-do="halt"' in above
    assert 'data-probe="r"' in fold


def test_a_summary_names_each_source_once_and_its_citations_open():
    headings = ("How they relate.", "1. One — A title — The claim.")
    page = answers.summary(replace(_answer(), headings=headings))
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["1. One — A title"]
    assert re.findall(r"<strong>(.*?) </strong>", page) == ["How they relate.", "The claim."]
    assert page.count('data-do="cite"') == 2


def test_what_contradicts_is_marked_in_words():
    against = replace(_citation("a"), stance="contests")
    said = Sentence(text="No.", paragraph=0, role="claim", citations=(against,))
    page = answers.turn(replace(_answer(), sentences=(said,)))
    assert re.search(r'>\[1\]</button><span class="side contests"> contradicts</span>', page)


def test_an_arriving_answer_is_numbered_as_the_finished_one():
    numbers = answers.number(_answer().sentences, frozenset({"e"}))
    assert {key: source.label for key, source in numbers.items()} == {"a": "1", "e": "E1"}


def test_the_quote_of_a_note_is_marked_and_nothing_else_is_lost():
    text = "# Title\n\nFirst line.\n- an item with words\nLast."
    source = Source(key="k", kind="note", title="T", claim="", text=text, content_hash="0")
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            page = passages.note(source, start, end)
            body = page[page.index('<div class="note-text">') :]
            marked = "".join(re.findall(r"<mark>(.*?)</mark>", body))
            assert marked == text[start:end].replace("\n", "")
            assert re.sub(r"<[^>]+>", "", body) == text.replace("\n", "")


def test_the_title_of_a_note_stands_once_unless_it_is_quoted_in_the_text():
    text = "# Alpha\n\nFirst line."
    source = Source(key="k", kind="note", title="Alpha", claim="", text=text, content_hash="0")
    assert re.sub(r"<[^>]+>", "", passages.note(source, 9, 14)).count("Alpha") == 1
    assert "<mark>First</mark>" in passages.note(source, 9, 14)
    assert "<mark>Alpha</mark>" in passages.note(source, 2, 7)


def test_a_page_without_a_neighbour_cannot_be_turned():
    text = "one two three"
    pages = tuple(Page(number=n, start=at, end=at + 4) for n, at in ((1, 0), (2, 4), (3, 8)))
    source = Source(
        key="k", kind="paper", title="T", claim="", text=text, content_hash="0", pages=pages
    )
    first = passages.pdf_page(source, pages[0], 0, 3, None, "gone")
    middle = passages.pdf_page(source, pages[1], 0, 3, None, "gone")
    assert re.search(r"disabled[^>]*>← Previous|<button[^>]*disabled[^>]*>← Previous", first)
    assert 'data-number="2"' in first
    assert 'data-number="1"' in middle
    assert 'data-number="3"' in middle


def test_a_quote_over_a_page_break_says_on_each_page_where_its_rest_is():
    text = "one two three"
    pages = tuple(Page(number=n, start=at, end=at + 4) for n, at in ((1, 0), (2, 4), (3, 8)))
    source = Source(
        key="k", kind="paper", title="T", claim="", text=text, content_hash="0", pages=pages
    )
    shown = [passages.pdf_page(source, page, 2, 7, None, "gone") for page in pages]
    assert "The quote goes on on page 2." in shown[0]
    assert "The quote begins on page 1." in shown[1]
    assert "The quote" not in shown[2]
    assert "The quote" not in passages.pdf_page(source, pages[0], 0, 3, None, "gone")


def test_a_card_says_how_long_a_run_takes_and_the_least_a_parameter_may_be():
    card = Experiment(
        probe="layer_valley", claim="c", why="tests “A”; not run here yet", parameters={},
        seconds=60.0,
    )  # fmt: skip
    shown = experiments.bench([(card, registry.describe("layer_valley"))], {}, {}, "Why?", {})
    assert 'data-estimate="layer_valley">about a minute here<' in shown
    assert "a whole number, at least 6; number of prompts" in shown
    assert "a whole number, 1 to 8; number of tokens left out at the start" in shown


def test_a_running_experiment_can_be_stopped_and_a_finished_one_asked_with():
    job = JobStatus(
        id="j1", probe="p", state="running", fraction=0.4, message="prompts", evidence=None,
        seconds=2.0,
    )  # fmt: skip
    running = experiments.bench([], {"p": job}, {}, "Why?", {})
    assert 'data-do="halt" data-job="j1"' in running
    assert 'value="0.400"' in running
    finding = experiments.Finding(result=_result(), svg=b"<svg/>", alt="a line")
    over = replace(job, state="done", evidence=finding.result.id)
    done = experiments.bench([], {"p": over}, {finding.result.id: finding}, "Why?", {})
    assert "Ask again with this evidence" in done
    assert 'data-question="Why?"' in done
    assert "refuted" in done
    assert 'alt="a line"' in done
    assert "a line" in experiments.record(finding)


def test_a_run_that_cannot_be_shown_hides_no_other():
    job = JobStatus(
        id="j1", probe="p", state="done", fraction=1.0, message="done", evidence="p-1", seconds=2.0,
    )  # fmt: skip
    other = replace(job, probe="q", evidence="q-1")
    finding = experiments.Finding(result=_result(), svg=b"<svg/>", alt="a line")
    found = {"p-1": "evidence p-1 is damaged", "q-1": finding}
    shown = experiments.bench([], {"p": job, "q": other}, found, "Why?", {})
    assert "evidence p-1 is damaged" in shown
    assert 'alt="a line"' in shown


def test_runs_of_one_probe_on_a_paper_page_say_on_what_and_where_each_was_made():
    run = {"probe": "layer_valley", "verdict": "refuted"}
    runs = [
        {**run, "evidence": "a", "model": "small", "another_machine": False},
        {**run, "evidence": "b", "model": "large", "another_machine": True},
    ]
    paper = _paper("word")
    paper["claims"]["items"][0]["experiments"] = runs
    page = papers.page(paper)
    shown = " ".join(re.sub(r"<[^>]+>", "", page).split())
    title = "Is there a mid-depth entropy valley?"
    assert f"{title} On small: refuted" in shown
    assert f"{title} On large, another machine: refuted" in shown
    assert "layer_valley" not in shown


def test_a_file_that_was_added_is_told_by_its_title_and_a_refused_one_by_its_name_alone():
    files = (
        FileReport(path="/in/a.pdf", status="new", source="a-paper"),
        FileReport(
            path="/in/b.pdf", status="refused",
            message="/in/b.pdf: encrypted, it needs a password; give the right one with --password",
        ),
    )  # fmt: skip
    done = SyncReport(files=files, index_hash="0", seconds=1.0)
    added, locked = re.findall(
        "<li.*?</li>", sources.report(done, ["/in/a.pdf", "/in/b.pdf"], {"a-paper": "Bees"})
    )
    assert re.sub("<[^>]*>", "", added) == "a.pdf: added Bees"
    told = re.sub("<[^>]*>", "", locked)
    assert told.startswith("b.pdf: not added, encrypted, it needs a password ")
    assert "--password" not in told
