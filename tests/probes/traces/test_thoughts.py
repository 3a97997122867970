import pytest

from probes.traces.extraction import extract_answer
from probes.traces.thoughts import TAGS, closing_tag, split_response

_FAMILIES = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("<|begin_of_thought|>", "<|end_of_thought|>\n\n<|begin_of_solution|>"),
    ("◁think▷", "◁/think▷"),
    ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
    (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
    (
        "<|start|>assistant<|channel|>commentary to=functions.python <|constrain|>json<|message|>",
        "<|call|><|start|>assistant<|channel|>final<|message|>",
    ),
    ("<think >", "</think >"),
    ("<longcat_think>", "</longcat_think>"),
    ("<mm:think>", "</mm:think>"),
    ("<reflection>", "</reflection>"),
    ("<|think_start|>", "<|think_end|>"),
    ("<|thinking|>", "<|/thinking|>"),
    ("<unused94>thought\n", "<unused95>"),
    ("Here are my reasoning steps:\n", "[BEGIN FINAL RESPONSE]"),
    ("Here is my thought process:\n", "Here is my response:"),
    ("analysisWe", "assistantfinal"),
    ("analysiswe", "assistantfinal"),
    ("<|channel>thought\n", "<channel|>"),
]
_each = pytest.mark.parametrize(("opening", "closing"), _FAMILIES)


@_each
def test_a_box_inside_the_thought_is_no_answer(opening, closing):
    thought = rf"{opening} maybe \boxed{{3}}, but check"
    assert extract_answer(f"{thought}{closing}The answer is 4.") == "4"
    assert extract_answer(f"{thought}{closing}I am not sure.") is None


@_each
def test_a_thought_that_is_cut_has_no_answer(opening, closing):
    del closing
    response = split_response(rf"{opening} first guess \boxed{{3}}, wait")
    assert not response.finished
    assert response.final == ""


@_each
def test_a_second_thought_takes_the_answer_back(opening, closing):
    if opening[0] in "<[◁":
        assert extract_answer(rf"{opening}a{closing}\boxed{{3}}{opening}again") is None


@_each
def test_a_closing_tag_alone_ends_a_thought_of_the_prompt(opening, closing):
    del opening
    response = split_response(f"hm{closing}4")
    assert response.finished
    assert response.final == "4"
    assert response.thought is not None


@_each
def test_an_open_thought_is_closed_in_the_tags_of_its_family(opening, closing):
    assert split_response(f"{opening} hm{closing_tag(f'{opening} hm')}4").final.strip() == "4"
    del closing


@pytest.mark.parametrize("foreign", ["<|think_end|>", "[/THINK]", "◁/think▷", "assistantfinal"])
def test_the_closing_tag_of_another_family_ends_no_open_thought(foreign):
    assert extract_answer(rf"<think>it prints {foreign} \boxed{{3}}") is None
    assert extract_answer(rf"<think>it prints {foreign}</think>\boxed{{3}}") == "3"
    assert extract_answer(rf"<think>hm</think>\boxed{{3}}, as {foreign} says") == "3"


def test_a_thought_that_the_prompt_opened_is_closed_as_most_families_do():
    assert closing_tag("hm") == "</think>"


def test_an_open_thought_is_all_that_follows_its_tag():
    assert split_response("ok <think>hm").thought == "hm"


def test_every_family_closes_what_it_opens():
    for _, _, _, closing in TAGS:
        assert split_response(f"hm{closing}4").final.strip() == "4"
