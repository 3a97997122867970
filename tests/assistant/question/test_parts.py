"""A question is split into the clauses that ask, in its own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.parts import MOST, parts


def asked(question):
    return [(part.text, part.wants) for part in parts(question)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Is the regulariser enough by itself, and does it hold for larger models?",
         [("Is the regulariser enough by itself", "yes-no"), ("does it hold for larger models", "yes-no")]),
        ("What did the Luxembourg group find about LLMs, and does the same ceiling show up in finance?",
         [("What did the Luxembourg group find about LLMs", "statement"),
          ("does the same ceiling show up in finance", "yes-no")]),
        ("LayerSkip vs AdaInfer: which needs retraining and how much faster do they get?",
         [("LayerSkip vs AdaInfer: which needs retraining", "choice"), ("how much faster do they get", "number")]),
        ("how many points does the penalty gain & on which benchmarks?",
         [("how many points does the penalty gain", "number"), ("on which benchmarks", "choice")]),
        ("can i cut the fertiliser without losing yield? how many kilos does that save",
         [("can i cut the fertiliser without losing yield", "yes-no"), ("how many kilos does that save", "number")]),
        ("Logit lens or tuned lens, and what do I lose with the cheaper one?",
         [("Logit lens or tuned lens", "choice"), ("what do I lose with the cheaper one", "statement")]),
        ("prompt entropy vs dataset entropy, whats the difference & can i mix them",
         [("prompt entropy vs dataset entropy, whats the difference", "comparison"), ("can i mix them", "yes-no")]),
    ],
)  # fmt: skip
def test_a_question_of_two_clauses_that_ask_has_two_parts(question, found):
    assert asked(question) == found


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("rankme vs lidar", "comparison"),
        ("moe expert routing", "statement"),
        ("multiplication?", "statement"),
        ("when models fail on long puzzles, is it because small errors pile up?", "yes-no"),
        ("can a yeast cell learn at all or is it hopeless?", "yes-no"),
        ("Do neurons know what they do and what they say?", "yes-no"),
        ("Which method is fast and is used by many?", "choice"),
        ("Does majority voting help on GSM8K, AIME and MATH?", "yes-no"),
    ],
)
def test_a_keyword_query_and_a_question_with_one_asking_clause_are_one_part(question, wants):
    assert asked(question) == [(question.rstrip("?"), wants)]


def test_five_questions_are_five_parts():
    found = parts("What is X? Is it fast? How many are there? Who found it? Why does it work?")
    assert [part.wants for part in found] == ["definition", "yes-no", "number", "name", "cause"]


def test_a_later_part_that_leans_on_the_first_has_its_subject_as_context():
    first, second = parts(
        "LayerSkip vs AdaInfer: which needs retraining and how much faster do they get?"
    )
    assert not first.context
    assert second.context == "LayerSkip vs AdaInfer"
    assert second.asked == "how much faster do they get? (LayerSkip vs AdaInfer)"
    assert second.all_terms >= {"layerskip", "adainf", "faster"}


def test_a_part_with_names_of_its_own_in_a_sentence_of_its_own_has_no_context():
    _, second = parts(
        "How many layers does BERT have? Was Pythia trained by EleutherAI on the Pile?"
    )
    assert not second.context


def test_the_scene_before_a_question_is_its_context_and_no_part():
    (part,) = parts(
        "Two papers report exponents of 0.9 and 1.3. Can I simply compare the two numbers?"
    )
    assert part.text == "Can I simply compare the two numbers"
    assert part.context == "Two papers report exponents of 0.9 and 1.3"


def test_a_tag_asks_about_the_sentence_before_it():
    (part,) = parts("I read that rice needs no nitrogen. Is that correct?")
    assert part.wants == "yes-no"
    assert {"rice", "nitrogen"} <= part.terms


def test_a_remark_behind_the_question_is_no_part():
    assert asked("How is inflation measured? I need the formulas") == [
        ("How is inflation measured", "manner")
    ]


def test_what_about_asks_the_same_of_another_thing():
    assert [p.wants for p in parts("How many genes does maize have, and what about wheat?")] == [
        "number",
        "number",
    ]


@pytest.mark.parametrize("question", ["", "???", "  \n", "...!", "—"])
def test_a_question_without_a_word_has_no_part(question):
    assert parts(question) == ()


@pytest.mark.parametrize(
    "question",
    [
        "为什么中间层的表示更好?",
        "Почему средние слои лучше?",
        "لماذا الطبقات الوسطى أفضل؟",
        "Was kostet das gedruckte Heft?",
    ],
)
def test_a_question_in_another_language_is_one_part_without_a_form(question):
    assert [part.wants for part in parts(question)] == ["statement"]


WORDS = st.sampled_from(
    "what how why is does and but or , ? . : - which many it they vs \"a b\" 'x' BERT 7B the model layers "
    "isn't, right? & when in that been".split(" ")
)


TYPED = st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"]), max_size=300)


@given(st.one_of(TYPED, st.lists(WORDS, max_size=40).map(" ".join)))
def test_parts_never_fail_and_are_made_of_the_words_of_the_question(question):
    found = parts(question)
    assert len(found) <= MOST
    assert bool(found) == any(map(str.isalnum, question))
    words = "".join(question.split())
    for part in found:
        assert part.text
        assert all(
            "".join(piece.split()) in words for piece in (*part.text.split(), *part.context.split())
        )


@pytest.mark.parametrize(
    "question",
    [
        "!" * 20_000 + "a",
        "is it, and " * 1_800,
        "(" * 20_000 + "x",
        "'" * 20_000,
        '"a' * 10_000,
        "Aa " * 6_600,
        "why? " * 4_000,
        "x" * 20_000,
        "what " * 4_000,
        "5." * 10_000,
        "where " * 3_000 + "?",
    ],
)
def test_twenty_thousand_characters_are_taken_apart(question):
    assert 1 <= len(parts(question)) <= MOST or not any(map(str.isalnum, question))


def test_the_scene_is_the_context_of_every_part_of_the_question_behind_it():
    asked = "My boss wants cheaper inference without retraining. What would you try first, and what would it cost?"
    found = parts(asked)
    assert [part.context for part in found] == [
        "My boss wants cheaper inference without retraining"
    ] * 2
