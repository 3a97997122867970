"""The words of a question show the form of its answer; every row of the table has its example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.wants import wanted


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("How many layers does it have?", "number"),
        ("by how much do they overlap?", "number"),
        ("How often does a model hide its reason?", "number"),
        ("how long does it take", "number"),
        ("How big was the bill?", "number"),
        ("What share of the weights moves?", "number"),
        ("what accuracy numbers do they get?", "number"),
        ("What is the unemployment rate in Spain?", "number"),
        ("What was the average age of the annotators?", "number"),
        ("Who discovered it?", "name"),
        ("by whom was it found?", "name"),
        ("Whose idea was it?", "name"),
        ("When was it published?", "time"),
        ("In which year did it begin?", "time"),
        ("Where does the penalty sit?", "place"),
        ("where in the stack should it go?", "place"),
        ("At what depth does it keep its map?", "place"),
        ("in which layers do you find grammar?", "place"),
        ("Why does it work?", "cause"),
        ("How come it is better?", "cause"),
        ("What is the reason?", "cause"),
        ("What causes inflation?", "cause"),
        ("for what reason is it done?", "cause"),
        ("How is it computed?", "manner"),
        ("in which way do they touch it?", "manner"),
        ("When does it help?", "manner"),
        ("What is a logit lens?", "definition"),
        ("whats block influence", "definition"),
        ("what exactly is MTEB?", "definition"),
        ("What does LiDAR stand for?", "definition"),
        ("What is meant by rank?", "definition"),
        ("emergent ability definition", "definition"),
        ("Can you explain photosynthesis to me?", "definition"),
        ("please define inflation", "definition"),
        ("A versus B", "comparison"),
        ("How does A differ from B?", "comparison"),
        ("What is the difference between A and B?", "comparison"),
        ("How is voting different from averaging?", "comparison"),
        ("compare wheat with maize", "comparison"),
        ("Which one wins?", "choice"),
        ("is CLADA or TEAL faster?", "choice"),
        ("Is a steep slope better or worse for growth?", "choice"),
        ("DEER or Dynasor?", "choice"),
        ("Does it hold?", "yes-no"),
        ("isn't it the best place?", "yes-no"),
        ("does it help for German or Chinese text?", "yes-no"),
        ("do middle layers also give better embeddings for german or chinese text", "yes-no"),
        ("is it artefact or not?", "yes-no"),
        ("What keeps it from falling?", "statement"),
        ("what is going on there?", "statement"),
        ("types of sparsity", "statement"),
        ("Can you tell me how many cells there are?", "number"),
    ],
)  # fmt: skip
def test_the_asking_words_tell_the_form(question, wants):
    assert wanted(question) == wants


def test_the_word_rate_inside_a_name_asks_for_no_number():
    assert wanted("Which learning rate schedule works best?") == "choice"


def test_what_stands_before_the_asking_word_counts_as_well():
    assert wanted("what do they give a town?", "buses vs trams: ") == "comparison"


@given(st.text(max_size=200), st.text(max_size=50))
def test_every_text_has_a_form(asking, lead):
    assert isinstance(wanted(asking, lead), str)
