"""Make an answer, a run and a paper whose every text is one word, for the tests of pages."""

from assistant.search.holdings import Holding
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Fold,
    Gap,
    NextLine,
    Sentence,
)
from probes.types import Claim, ModelRecord, Result


def a_citation(source="a", start=0, end=4):
    return Citation(
        source=source, passage=f"{source}:0-9", quote="text", page=None, start=start, end=end
    )


def an_answer(word="plain"):
    return Answer(
        question=f"What is {word}?",
        deck=word,
        coverage="partial",
        writer="extractive",
        index_hash="0123456789abcdef",
        sentences=(
            Sentence(text=f"In part {word}.", paragraph=0, role="link"),
            Sentence(text=f"A {word}.", paragraph=1, role="claim", citations=(a_citation("a"),)),
            Sentence(
                text=f"B {word}.",
                paragraph=1,
                role="claim",
                citations=(a_citation("e"),),
                lead_in=word,
            ),
        ),
        folds=(
            Fold(
                kind="evidence",
                summary=f"More {word}",
                sentences=(
                    Sentence(text=word, paragraph=0, role="claim", citations=(a_citation("a"),)),
                    Sentence(text="More.", paragraph=0, role="claim", citations=(a_citation("a"),)),
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


def a_result(word="plain"):
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


def some_rows(word):
    own = {"title": word, "kind": word, "why": word}
    return [
        Holding(key=word, status="indexed", authors=(word,), tags=(word,), collections=(word,), added=word, **own),
        Holding(key="", status="refused", path=word, **own),
        Holding(key="", status="password", path=word, **own),
    ]  # fmt: skip


def a_paper(word):
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
