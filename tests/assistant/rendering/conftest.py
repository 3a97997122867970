"""A fixture: an answer with every part that an answer can have."""

import pytest

from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Experiment,
    Fold,
    Gap,
    NextLine,
    Sentence,
)


def cite(source: str, quote: str, page: int | None = None) -> Citation:
    return Citation(
        source=source, passage=f"{source}:0-99", quote=quote, page=page, start=0, end=len(quote)
    )


@pytest.fixture
def full_answer() -> Answer:
    first = "Middle layers beat the last one by 2 to 16 points."
    return Answer(
        question="Why do middle layers win?",
        deck="This explores why middle layers win.",
        coverage="partial",
        writer="extractive",
        index_hash="0123456789abcdef",
        sentences=(
            Sentence(
                text=first,
                paragraph=0,
                role="claim",
                citations=(cite("layers", first), cite("thesis", "mid-\ndepth wins", 7)),
                lead_in="Not as stated:",
            ),
            Sentence(text="So much for depth.", paragraph=0, role="link"),
            Sentence(
                text="[the run:] A local run refutes it.",
                paragraph=1,
                role="claim",
                citations=(cite("layer_valley-00000000-1", "A local run refutes it."),),
                lead_in="By contrast:",
            ),
        ),
        folds=(
            Fold(
                kind="evidence",
                summary="More evidence: 3 sentences from 2 sources",
                sentences=(
                    Sentence(
                        text="A.", paragraph=0, role="claim", citations=(cite("layers", "A."),)
                    ),
                    Sentence(
                        text="B.", paragraph=0, role="claim", citations=(cite("layers", "B."),)
                    ),
                    Sentence(text="C.", paragraph=1, role="claim", citations=(cite("lens", "C."),)),
                ),
            ),
            Fold(
                kind="reservations",
                summary="More reservations: 1 sentence from 1 source",
                sentences=(
                    Sentence(text="D.", paragraph=0, role="claim", citations=(cite("lens", "D."),)),
                ),
            ),
        ),
        gaps=(
            Gap(
                aspect="why", nearest=("layers", "other"), statement="no cause.", remedy="a paper."
            ),
        ),
        sources=(
            CitedSource(
                key="layers", kind="note", title="Which layer?", claim="One. Two.", label="1"
            ),
            CitedSource(key="thesis", kind="paper", title="Depth", claim="", label="2"),
            CitedSource(key="lens", kind="note", title="A lens", claim="Far.", label="3"),
            CitedSource(
                key="layer_valley-00000000-1",
                kind="evidence",
                title="Run",
                claim="No.",
                label="E1",
            ),
        ),
        experiments=(
            Experiment(
                probe="layer_valley",
                title="Is there a valley?",
                claim="Entropy dips.",
                why="it tests [1]",
                parameters={"seed": 0},
                seconds=118.0,
                evidence=("layer_valley-00000000-1",),
            ),
        ),
        next_lines=(NextLine(question="And then?", coverage="needs a paper"),),
        dropped=(Dropped(text="Nonsense.", reason="no quote"),),
        seconds={"retrieve": 0.1},
    )
