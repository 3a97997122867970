"""No page lets a word of a document become markup."""

import re
from dataclasses import replace

import pytest

from assistant.types import (
    Experiment,
    FileReport,
    Page,
    Source,
    SyncReport,
)
from assistant.views import answers, experiments, holdings, papers, passages, sources
from probes.runs.jobs import JobStatus
from tests.assistant.views.drawn import a_paper, a_result, an_answer, some_rows

HOSTILE = "<script>alert(1)</script><img src=x onerror='alert(2)'>\"><svg onload=alert(3)>"


DANGER = re.compile(r"<script|<img src=x|<svg onload|javascript:(?=[^<]*\")", re.IGNORECASE)


def _pages_of(word):
    source = Source(
        key=word, kind="note", title=word, claim=word, text=f"# {word}\n- {word}", content_hash="0",
        metadata={"authors": [word], "year": word},
    )  # fmt: skip
    paper = replace(source, kind="paper", pages=(Page(number=1, start=0, end=len(source.text)),))
    finding = experiments.Finding(result=a_result(word), svg=b"<svg/>", alt=word)
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
        answers.turn(an_answer(word), titles={word: word}),
        answers.turn(an_answer(word), "full"),
        answers.next_lines(an_answer(word)),
        answers.below(an_answer(word)),
        answers.earlier(an_answer(word)),
        answers.arriving(word, an_answer(word).sentences, ["e"], word),
        answers.failed(word, an_answer(word).sentences, ["e"], word),
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
        holdings.page(some_rows(word), holdings.View(words=word), [word], 1),
        holdings.twins([[(word, word), (word, word)]]),
        sources.report(report, [word]),
        sources.report(report),
        sources.working(word, 0.5),
        papers.page(a_paper(word)),
        answers.summary(replace(an_answer(word), headings=("How.", f"1. {word} — The claim."))),
    ]


@pytest.mark.parametrize("at", range(21))
def test_no_page_lets_a_word_of_a_document_become_markup(at):
    page = _pages_of(HOSTILE)[at]
    assert "&lt;script&gt;" in page
    assert not DANGER.search(page)
