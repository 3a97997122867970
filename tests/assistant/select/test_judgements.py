"""Near judged questions change the scores; far or unknown ones change nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import Mendable
from assistant.select.blend import BESIDE_JUDGED, SIGNS, blended
from assistant.select.judgements import Judgements, Marked, mapped, whole
from assistant.select.neighbours import NOBODY
from assistant.select.neighbours import SIGNS as NEAR
from assistant.select.quotes import Quote
from training.judgements import write

SENTENCES = {
    "otters:1": ("otters", "Sea otters hold hands while they sleep."),
    "otters:2": ("otters", "An otter eats a quarter of its weight a day."),
    "kelp:1": ("kelp", "Kelp grows half a metre a day."),
}
ROWS = [
    {"question": "Why do otters hold hands?", "coverage": "answered", "opening": ["otters:1"],
     "bad_but_tempting": ["otters:2"]},
    {"question": "How much does an otter eat?", "coverage": "answered", "opening": ["otters:2"], "good": ["kelp:1"]},
    {"question": "How fast does kelp grow?", "coverage": "partial", "opening": ["kelp:1"]},
]  # fmt: skip
VECTORS = np.eye(4)[:3]


@pytest.fixture
def judgements(tmp_path: Path) -> Judgements:
    path = tmp_path / "judgements.npz"
    write(path, ROWS, SENTENCES, VECTORS, np.eye(4), "an embedder")
    return Judgements(path)


def quotes() -> list[Quote]:
    return [
        Quote(
            source=key, passage=key, text=text, page=None, start=0, end=len(text), role="fact", helps=0.2, brief=0.1,
            answers=0.1,
        )
        for key, text in SENTENCES.values()
    ]  # fmt: skip


def test_the_judged_question_that_is_asked_again_is_nearest_and_says_what_answers(judgements):
    for at, row in enumerate(ROWS):
        near = judgements.near(row["question"], VECTORS[at])
        assert near.familiar == pytest.approx(1.6, abs=0.01)  # cosine 1, all words shared
        answers = near.signs(quotes())[:, NEAR.index("answers, nearest")]
        assert SENTENCES[row["opening"][0]][1] == quotes()[int(np.argmax(answers))].text


def test_what_misleads_is_told_from_what_helps(judgements):
    signs = judgements.near(ROWS[0]["question"], VECTORS[0]).signs(quotes())
    misleads, helps = (signs[:, NEAR.index(f"{grade}, share")] for grade in ("misleads", "helps"))
    assert misleads[1] > 0.5 > misleads[0]
    assert helps[0] > 0.5 > helps[1]


def test_a_question_left_out_says_nothing(judgements):
    near = judgements.without({ROWS[0]["question"]}).near(ROWS[0]["question"], VECTORS[0])
    assert near.familiar < 1
    assert near.signs(quotes())[0, NEAR.index("answers, nearest")] == 0


def test_a_sentence_that_was_reworded_or_is_of_another_source_has_no_grade(judgements):
    near = judgements.near(ROWS[0]["question"], VECTORS[0])
    first = quotes()[0]
    for changed in (replace(first, text="Sea otters drift apart."), replace(first, source="other")):
        assert near.signs([changed])[0, : NEAR.index("helps, nearest, below the best")].max() == 0


def test_line_breaks_of_a_quote_do_not_hide_its_grade(judgements):
    near = judgements.near(ROWS[0]["question"], VECTORS[0])
    first = quotes()[0]
    broken = replace(first, text=first.text.replace(" while", "\n  while"))
    assert (near.signs([broken]) == near.signs([first])).all()


def test_sources_that_nobody_judged_and_far_questions_are_blended_as_without(judgements):
    strange = [replace(quote, source="own paper") for quote in quotes()]
    near = judgements.near(ROWS[0]["question"], VECTORS[0])
    far = judgements.near("something else entirely", np.eye(4)[3])
    assert far.familiar < 0.45

    def values(of, beside):
        return [
            (q.helps, q.brief, q.answers)
            for q in blended(of, "why?", lambda _: 0.5, {}, beside)
        ]  # fmt: skip

    assert values(strange, near) == values(strange, NOBODY)
    assert values(quotes(), far) == values(quotes(), NOBODY)
    assert BESIDE_JUDGED.shape == (4, len(SIGNS) + len(NEAR))


def test_what_answered_before_answers_more_surely(judgements):
    near = judgements.near(ROWS[1]["question"], VECTORS[1])
    with_, without = (
        [q.answers for q in blended(quotes(), ROWS[1]["question"], lambda _: 0.5, {}, beside)]
        for beside in (near, NOBODY)
    )
    assert np.argmax(with_) == 1
    assert with_[1] > without[1]


@pytest.mark.parametrize("kept", [0, 100, 0.5, 0.99])
def test_a_damaged_file_is_one_line(judgements, tmp_path, kept):
    path = tmp_path / "judgements.npz"
    held = path.read_bytes()
    path.write_bytes(held[: int(kept * len(held)) if kept < 1 else kept])
    with pytest.raises(Mendable) as raised:
        Judgements(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_parts_that_do_not_fit_together_are_damage(tmp_path):
    path = tmp_path / "judgements.npz"
    write(path, ROWS, SENTENCES, VECTORS[:2], np.eye(4), "an embedder")
    with pytest.raises(Mendable, match="do not fit"):
        Judgements(path)


def test_a_whole_number_keeps_a_cosine_to_a_hundredth():
    draw = np.random.default_rng(0)
    vectors = mapped(draw.normal(size=(200, 384)), np.eye(384))
    told = whole(vectors).astype(float) @ vectors[0] / 127
    assert np.abs(told - vectors @ vectors[0]).max() < 0.01


# ── a reader's own ───────────────────────────────────────────────────────────────────────────────

ANSWERS, REFUSED = 0b111, 0


def marked(question, vector, **said):
    """What a reader said of sentences of the fixture, by the names of their sources."""
    texts = dict(SENTENCES.values())
    return Marked(
        question=question,
        vector=vector,
        said={(key, texts[key]): bits for key, bits in said.items()},
    )


def values(of, near):
    return [(q.helps, q.brief, q.answers) for q in blended(of, "why?", lambda _: 0.5, {}, near)]


def test_marks_alone_teach_as_judgements_do():
    own = Judgements.none("an embedder", 4).with_marks(
        [marked("How fast is kelp?", VECTORS[2], kelp=ANSWERS)]
    )
    near = own.near("How fast is kelp?", VECTORS[2])
    assert near.familiar == pytest.approx(1.6, abs=0.01)
    answers = near.signs(quotes())[:, NEAR.index("answers, nearest")]
    assert list(answers > 0) == [False, False, True]
    assert near.leading(5) == [SENTENCES["kelp:1"]]
    assert near.judged == frozenset()


def test_a_question_of_the_readers_is_near_beside_the_judged_ones(judgements):
    joined = judgements.with_marks([marked("Is kelp a plant?", VECTORS[1], kelp=ANSWERS)])
    near = joined.near("Is kelp a plant?", VECTORS[1])
    assert near.familiar == pytest.approx(1.6, abs=0.01)
    assert near.signs(quotes())[2, NEAR.index("answers, nearest")] > 1
    assert judgements.near("Is kelp a plant?", VECTORS[1]).familiar < near.familiar


@pytest.mark.parametrize("asked", [ROWS[0]["question"], "why do OTTERS hold hands"])
def test_of_a_sentence_that_is_judged_too_the_readers_word_wins(judgements, asked):
    first = SENTENCES["otters:1"]
    joined = judgements.with_marks(
        [Marked(question=asked, vector=VECTORS[0], said={first: REFUSED})]
    )
    assert len(joined.questions) == len(ROWS)
    near = joined.near(ROWS[0]["question"], VECTORS[0])
    assert near.grades["otters"][first[1]][0] == 0
    assert (
        values(quotes(), near)[0]
        < values(quotes(), judgements.near(ROWS[0]["question"], VECTORS[0]))[0]
    )
    other = near.grades["otters"][SENTENCES["otters:2"][1]]
    assert (
        other
        == judgements.near(ROWS[0]["question"], VECTORS[0]).grades["otters"][
            SENTENCES["otters:2"][1]
        ]
    ).all()


def test_marks_change_no_other_judgements_and_are_told_apart(judgements):
    before = judgements.near(ROWS[2]["question"], VECTORS[2])
    mark = marked("Is kelp a plant?", VECTORS[1], kelp=ANSWERS)
    joined = judgements.with_marks([mark])
    assert (judgements.near(ROWS[2]["question"], VECTORS[2]).nearness == before.nearness).all()
    assert judgements.marks == "" != joined.marks == judgements.with_marks([mark]).marks
    assert (
        joined.marks != judgements.with_marks([replace(mark, said={("kelp", "x"): REFUSED})]).marks
    )


def test_a_mark_moves_the_sentence_that_it_is_on_and_no_other():
    own = Judgements.none("an embedder", 4).with_marks(
        [marked("How fast is kelp?", VECTORS[2], kelp=ANSWERS)]
    )
    near = own.near("How fast does kelp grow?", VECTORS[2])
    beside = [*quotes(), replace(quotes()[2], text="Kelp is brown.")]
    with_, without = values(beside, near), values(beside, NOBODY)
    assert [a == b for a, b in zip(with_, without, strict=True)] == [True, True, False, True]
    assert all(a > b for a, b in zip(with_[2], without[2], strict=True))


def test_what_was_refused_is_lowered_the_more_the_nearer_its_question():
    own = Judgements.none("an embedder", 4).with_marks(
        [marked("How fast is kelp?", VECTORS[2], kelp=REFUSED)]
    )
    before = values(quotes(), NOBODY)
    shares = []
    for asked, cosine in (
        ("How fast is kelp?", 1.0),
        ("Tell me of seaweed", 1.0),
        ("Tell me of seaweed", 0.7),
        ("Tell me of seaweed", 0.2),
    ):
        vector = cosine * VECTORS[2] + np.sqrt(1 - cosine**2) * VECTORS[0]
        after = values(quotes(), own.near(asked, vector))
        assert after[:2] == before[:2]
        shares.append(after[2][0] / before[2][0])
    assert 0.01 > shares[0] < shares[1] < shares[2] < shares[3] == pytest.approx(1, abs=0.01)


def test_of_two_words_on_a_sentence_that_on_the_nearer_question_counts():
    own = Judgements.none("an embedder", 4).with_marks(
        [
            marked("How fast is kelp?", VECTORS[2], kelp=REFUSED),
            marked("Which plant grows half a metre?", VECTORS[1], kelp=ANSWERS),
        ]
    )
    assert list(own.near("How fast is kelp?", VECTORS[2]).left(quotes()) < 1) == [
        False,
        False,
        True,
    ]
    assert list(own.near("Which plant grows half a metre?", VECTORS[1]).left(quotes())) == [1, 1, 1]


def test_a_mark_on_a_far_question_changes_nothing():
    own = Judgements.none("an embedder", 4).with_marks(
        [marked("How fast is kelp?", VECTORS[2], kelp=ANSWERS)]
    )
    far = own.near("Why do otters sleep?", VECTORS[0])
    assert far.trust == 0
    assert values(quotes(), far) == values(quotes(), NOBODY)


def test_one_mark_is_no_more_than_a_share_of_what_is_near():
    own = Judgements.none("an embedder", 4).with_marks(
        [marked("How fast is kelp?", VECTORS[2], kelp=ANSWERS)]
    )
    shares = []
    for cosine in (1.0, 0.8, 0.6):
        vector = cosine * VECTORS[2] + np.sqrt(1 - cosine**2) * VECTORS[0]
        near = own.near("Tell me of seaweed", vector)
        shares.append(near.signs(quotes())[2, NEAR.index("answers, share")])
    assert 1 > shares[0] > shares[1] > shares[2] > 0


def test_marks_say_nothing_of_how_far_the_collection_carries_a_question():
    mark = marked("How fast is kelp?", VECTORS[2], kelp=ANSWERS)
    near = (
        Judgements.none("an embedder", 4).with_marks([mark]).near("How fast is kelp?", VECTORS[2])
    )
    assert near.trust > 0.99
    assert near.trust_in_coverage(quotes()) == near.share("answered") == near.share("absent") == 0


def test_what_the_list_lacked_says_nothing_of_a_readers_own_sources(judgements):
    near = judgements.near(ROWS[2]["question"], VECTORS[2])
    own = [replace(quote, source="own", answers=0.9) for quote in quotes()]
    assert near.trust_in_coverage(own) == 0
    assert near.trust_in_coverage(quotes()) > 0.99
    assert 0.05 < near.trust_in_coverage([*own, *quotes()]) < 0.2
