import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.extraction import extract, extract_answer, split_response


@pytest.mark.parametrize(
    ("text", "answer", "kind"),
    [
        (r"so \boxed{3}, no, \boxed{\frac{1}{\sqrt{2}}}.", r"\frac{1}{\sqrt{2}}", "boxed"),
        (r"\boxed{[0,1)}", "[0,1)", "boxed"),
        (r"\boxed{\{1,2\}}", r"\{1,2\}", "boxed"),
        (r"\boxed{1,234} and 7", "1,234", "boxed"),
        (r"\boxed{} but 5", "5", "number"),
        (r"\boxed{12", "12", "boxed"),
        (r"\boxed 5 is it", "5", "boxed"),
        (r"<think>maybe \boxed{3}</think>It is \boxed{4}.", "4", "boxed"),
        (r"maybe \boxed{3}</think>The answer is 4 cm.", "4", "stated"),
        ("<answer> yes </answer> 7", "yes", "tagged"),
        ("She makes 18.\n#### 1,018", "1,018", "stated"),
        ("20 a day\nA: 140", "140", "stated"),
        ("A: 3\nB: 4", "4", "number"),
        (r"The final answer is $-\frac{1}{2}$.", r"-\frac{1}{2}", "stated"),
        ("**Answer:** heads", "heads", "stated"),
        ("The answer to this is\n\n42.", "42", "stated"),
        ("the answer is $18 and not $20", "$18", "stated"),
        ("The result is -17", "-17", "number"),
        ("10-17", "17", "number"),
        ("x = −3.5", "-3.5", "number"),
        ("that makes 1,234 dollars.", "1,234", "number"),
        ("about 3/4.", "3/4", "number"),
        ("so 50%", "50%", "number"),
        ("I boxed the gift.", None, "missing"),
        ("", None, "missing"),
        (r"<think>maybe \boxed{3}</think> I am not sure.", None, "missing"),
        (r"<think>it is \boxed{3} and the answer is 3", None, "unfinished"),
        (r"<think>a</think>\boxed{3}<think>again", None, "unfinished"),
    ],
)
def test_the_documented_rule(text, answer, kind):
    found = extract(text)
    assert (found.answer, found.kind) == (answer, kind)


@given(st.text())
def test_nothing_is_read_from_an_unfinished_thought(thought):
    text = "<think>" + thought.replace("</", "") + r" \boxed{3}"
    assert extract_answer(text) is None
    assert extract_answer(text.removeprefix("<think>"), starts_in_thought=True) is None


@given(st.text())
def test_any_text_is_read_without_error(text):
    found = extract(text)
    assert (found.answer is None) == (found.kind in {"missing", "unfinished"})


@given(st.integers())
def test_an_integer_survives_its_box_and_its_separators(value):
    assert extract_answer(rf"so \boxed{{{value:,}}}.") == f"{value:,}"
    assert extract_answer(f"The total is {value:,}.") == f"{value:,}"


def test_a_number_at_the_cut_of_a_truncated_response_is_no_answer():
    assert extract_answer(r"so \boxed{12", truncated=True) is None
    assert extract_answer("the answer is 12", truncated=True) is None
    assert extract_answer(r"so \boxed{12} and mo", truncated=True) == "12"


def test_a_closing_tag_alone_ends_a_thought_of_the_prompt():
    response = split_response("hm</think>4")
    assert (response.thought, response.final, response.finished) == ("hm", "4", True)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "part",
    [
        "\\boxed{",
        "\\boxed{\n",
        "A: ",
        "A:\n",
        " ",
        "answer is ",
        "<answer>",
        "<think>",
        "1,",
        "$",
        "{",
        "-",
    ],
)
def test_an_endless_response_is_read_at_once(part):
    extract(part * 100_000 + "7")
    extract("A:" + part * 100_000 + "\nx 7")


def test_the_last_of_many_unclosed_boxes_is_read():
    assert extract_answer(r"\boxed{" * 100_000 + "7") == "7"


def test_an_open_thought_is_all_that_follows_its_tag():
    assert split_response("ok <think>hm").thought == "hm"
