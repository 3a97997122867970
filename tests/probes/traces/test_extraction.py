import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.equality import equal
from probes.traces.extraction import extract, extract_answer, speaks_in_words
from probes.traces.thoughts import split_response


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
        (r"maybe \boxed{3}</think>The answer is 4 cm.", "4 cm", "stated"),
        ("<answer> yes </answer> 7", "yes", "tagged"),
        ("<answer>\nThe answer is 4, by step 3.\n</answer>", "4", "tagged"),
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
        ("The ratio is 3:2.", "3:2", "number"),
        ("So it is 3,5.", "3,5", "number"),
        ("So x is 5 or 6.", "5 or 6", "number"),
        ("So x = 2 or -3.", "2 or -3", "number"),
        ("It closes at 7 pm.", "7 pm", "number"),
        ("The answer is 7 a.m.", "7 a.m.", "stated"),
        ("So they are 1,2,3.", "1,2,3", "number"),
        ("In all 12,5%.", "12,5%", "number"),
        ("In all 1.234,56 Euro.", "1.234,56", "number"),
        ("Pages 3 or 4 say 7.", "7", "number"),
        ("So it is 101 (base 2).", "101 (base 2)", "number"),
        ("So it is 0.(3).", "0.(3)", "number"),
        ("By Eq.(3) it is 7, and a_1 is b.", "7", "number"),
        ("### Final answer\n12\nThat took 3 steps.", "12", "stated"),
        ("First 3, then 5.", "5", "number"),
        ("So there are 1,234, or 5", "5", "number"),
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


@given(st.text().filter(lambda text: split_response(text).thought is None))
def test_nothing_is_read_from_an_unfinished_thought(thought):
    text = "<think>" + thought + r" \boxed{3}"
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
    endless = part * (200_000 // len(part))
    extract(endless + "7")
    extract("A:" + endless + "\nx 7")


def test_the_last_of_many_unclosed_boxes_is_read():
    assert extract_answer(r"\boxed{" * 100_000 + "7") == "7"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        # A statement ends where its expression ends, not at its first number.
        ("10:30.", "10:30"),
        ("9:05 p.m., by train.", "9:05 p.m."),
        ("11 5/6.", "11 5/6"),
        ("10½ hours.", "10½ hours"),
        ("10².", "10²"),
        ("$9{,}500.", "$9{,}500"),
        ("$1,200.50 per month.", "$1,200.50"),
        ("2\\sqrt{3}.", "2\\sqrt{3}"),
        ("3√2.", "3√2"),
        ("2^10.", "2^10"),
        ("5!.", "5!"),
        ("5!", "5"),
        ("3 + 2i.", "3 + 2i"),
        ("5 x 10^3.", "5 x 10^3"),
        ("12 000.", "12 000"),
        ("1.5 million dollars.", "1.5 million dollars"),
        ("3:2.", "3:2"),
        ("5 or 6.", "5 or 6"),
        ("$5$ or $6$.", "5 or 6"),
        ("1, 2, and 3.", "1, 2, and 3"),
        ("A, B and C.", "A, B and C"),
        ("5-10.", "5-10"),
        ("5 to 10 minutes.", "5 to 10 minutes"),
        ("between 5 and 10.", "between 5 and 10"),
        ("1, 2, 3, ....", "1, 2, 3, ..."),
        ("0.333...", "0.333..."),
        ("5...", "5"),
        ("101_2.", "101_2"),
        ("101_{two}.", "101_{two}"),
        (r"$101_{\text{two}}$.", r"101_{\text{two}}"),
        ("1A_{16}, see above.", "1A_{16}"),
        ("101 in base 2.", "101 in base 2"),
        ("0.(3).", "0.(3)"),
        (r"-0.1\overline{6}.", r"-0.1\overline{6}"),
        (r"0.\dot{3}.", r"0.\dot{3}"),
        ("5 cm to 10 cm.", "5 cm to 10 cm"),
        ("5 cm or 10 cm, by symmetry.", "5 cm or 10 cm"),
        ("20 m/s^2.", "20 m/s^2"),
        ("5 GB.", "5 GB"),
        ("12 in total.", "12"),
        ("１０：３０.", "１０:３０"),
        ("٣٫٥.", "٣.٥"),
        ("[1, 2).", "[1, 2)"),
        ("−7.", "-7"),
        ("6th.", "6th"),
        # The answer of a computation is its result, and that of an equation the equation itself.
        ("7 - 3 = 4.", "4"),
        ("x = 2 + 3 = 5.", "5"),
        ("x = 5.", "x = 5"),
        ("y = 2x + 3.", "y = 2x + 3"),
        (r"$\frac{\pi}{4} \approx 0.785$.", r"\frac{\pi}{4}"),
        # A remark about the answer is not part of it.
        ("42 apples", "42"),
        ("5, so we are done.", "5"),
        ("1/2, not 2.", "1/2"),
        ("definitely 42.", "42"),
        ("A because it fits.", "A"),
        ("B) 42", "B"),
        ("a number.", "a number"),
        ("10.30 pm, by train.", "10.30 pm"),
        ("2h 30min.", "2h 30min"),
        ("5 ft 6 in, or so.", "5 ft 6 in"),
        ("x >= 3.", "x >= 3"),
        ("x != 3.", "x != 3"),
        ("10!=3628800.", "3628800"),
        ("8 mod 5 = 3.", "3"),
        (r"3 \pmod 5.", "3"),
        ("1⁄2.", "1⁄2"),
        ("1'000'000.", "1'000'000"),
        ("1.000.000.", "1.000.000"),
        ("option (C).", "(C)"),
        ("choice B.", "B"),
        # The point of an abbreviation ends no sentence.
        ("approx. 3.14.", "3.14"),
        ("Rs. 500.", "500"),
        ("No. 5.", "5"),
        # A list, a quotation and code stand on lines of their own, and their marks are no signs.
        ("\n- 5\nThat took 3 steps.", "5"),
        ("\n-5\nThat took 3 steps.", "-5"),
        ("\n> 5\n\nThat took 3 steps.", "5"),
        ("> 5.", "> 5"),
        ("\n```\n5\n```\nThat took 3 steps.", "5"),
        # Displays stand on lines of their own.
        ("\\[\n5\n\\]", "5"),
        ("\n$$\n\\frac{3}{4}\n$$\n", r"\frac{3}{4}"),
    ],
)
def test_a_statement_is_read_to_its_end(said, answer):
    assert extract_answer(f"So it goes. The answer is {said}") == answer


@pytest.mark.parametrize(
    "remark", ["correct", "right because it checks", "reasonable", "as follows"]
)
def test_a_remark_on_the_answer_gives_way_to_the_answer(remark):
    assert extract_answer(f"The answer is 5. 2 steps. The answer is {remark}.") == "5"
    assert extract_answer(f"So 12. The answer is therefore {remark}.") == "12"
    assert extract_answer(f"The answer is {remark}.") is None


def test_a_number_behind_a_remark_is_no_answer():
    assert extract_answer("The answer is 5. This answer is right, checked 3 times.") == "5"


@pytest.mark.parametrize(
    "said",
    [
        "an integer",
        "a prime number",
        "odd",
        "less than ten",
        "what we wanted",
        "the same as before",
    ],
)
def test_a_description_of_the_answer_gives_way_to_the_answer(said):
    assert extract_answer(f"The answer is 13. (The answer is {said}.)") == "13"
    assert extract_answer(f"The answer is 13. The answer is {said}.", in_words=True) == said


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("答案是 42。一共用了 3 步。", "42"),
        ("答案:42。共 3 步", "42"),
        ("答えは12です。全部で3歩。", "12"),
        ("정답은 7입니다. 3번 셌다.", "7"),
        ("Die Antwort ist 3,5. Das sind 2 Schritte.", "3,5"),
        ("Die Antwort lautet: **12**. Fertig in 3 Schritten", "12"),
        ("La réponse est 12. Il y a 2 cas.", "12"),
        ("La respuesta correcta es $\\frac{1}{2}$. Hay 2 casos.", "\\frac{1}{2}"),
        ("Ответ: 42. Это 3 шага.", "42"),
        ("**Respuesta final:** 42. Hay 2 casos.", "42"),
        ("Por lo tanto, la respuesta es 42. Hay 2 casos.", "42"),
        ("所以答案是 42。共 3 步", "42"),
        ("Die Antwort ist 7 oder 8. Das sind 2.", "7 or 8"),
        ("La respuesta es 7 o 8.", "7 or 8"),
        ("La réponse est 7 ou 8.", "7 or 8"),
        ("答案是7或8。", "7 or 8"),
        # Without a statement of a value, the last number counts.
        ("Die Antwort ist nicht 5, sondern 6.", "6"),
        ("我的答案有 3 步。", "3"),
        # A foreign word in an English sentence states no answer.
        ("The German word Antwort ist 3 letters. I get 42.", "42"),
    ],
)
def test_an_answer_may_be_stated_in_other_languages(text, answer):
    assert extract_answer(text) == answer


def test_a_negated_statement_is_passed_over():
    assert extract_answer("The answer is 5. The answer is not 7.") == "5"
    assert extract_answer("The answer is not 5 but 6.") == "6"


@pytest.mark.parametrize(
    "words",
    [
        "twelve",
        "twenty-one",
        "a dozen",
        "two hundred",
        "seven apples",
        "one hundred and one",
        "a third",
        "twice",
        "both two and three",
        "two million two hundred and thirty-four thousand and five",
    ],
)
def test_a_number_in_words_is_an_answer_only_where_the_task_speaks_in_words(words):
    assert extract_answer(f"The answer is {words}.") is None
    assert extract_answer(f"3 + 4 = 7. The answer is {words}.") == "7"
    assert extract_answer(f"The answer is {words}.", in_words=True) == words


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The answer is 5 May 2020.", "5 May 2020"),
        ("Answer: The coin is heads", "heads"),
        ("The answer is heads. This answer is correct.", "heads"),
        ("The answer is valid.", "valid"),
        ("So it is 12.", "12"),
    ],
)
def test_a_task_in_words_is_answered_by_a_phrase(text, answer):
    assert extract_answer(text, in_words=True) == answer


@pytest.mark.parametrize("gold", ["twelve", "heads", "May 5", r"\text{even}"])
def test_a_gold_answer_of_words_speaks_in_words(gold):
    assert speaks_in_words(gold)


@pytest.mark.parametrize(
    "gold", ["12", "12 apples", r"\sqrt{2}", "10:30 am", "1.5 million", "B", "5 or 6", "x+y", ""]
)
def test_any_other_gold_answer_does_not(gold):
    assert not speaks_in_words(gold)


def test_the_next_question_is_not_part_of_the_response():
    assert extract_answer("A: 18\n\nQ: How many eggs?\nA: 7") == "18"
    assert extract_answer("#### 18\n\nQuestion: Tom has 4\nAnswer: 4\n#### 4") == "18"
    assert extract_answer("Question: what is 2+2?\nAnswer: 4") == "4"


def test_a_formula_that_ends_a_response_is_read_whole():
    assert extract_answer(r"So the length is $2\sqrt{3}$.") == r"2\sqrt{3}"
    assert extract_answer("Since $n < 12$ we stop.") == "12"


@pytest.mark.parametrize("token", ["<|im_end|>", "<|endoftext|>", "<|return|>", "</s>"])
def test_the_token_that_ends_a_response_is_no_part_of_it(token):
    assert extract_answer(f"The answer is heads{token}") == "heads"
    assert extract_answer(f"#### 12{token}") == "12"


_VALUES = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.integers(0, 10**12).map("{:,}".format),
    st.decimals(-1000, 1000, places=3).map(str),
    st.fractions(0, 1000).filter(lambda f: f.denominator > 1).map(str),
    st.tuples(st.integers(1, 99), st.integers(1, 8)).map(lambda m: f"{m[0]} {m[1]}/9"),
    st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]}:{t[1]:02}"),
    st.tuples(st.integers(2, 99), st.integers(2, 99)).map(lambda p: f"{p[0]}^{p[1]}"),
    st.tuples(st.integers(2, 99), st.integers(2, 99)).map(lambda p: rf"{p[0]}\sqrt{{{p[1]}}}"),
    st.integers(1, 99).map("${}".format),
    st.integers(1, 99).map("{}%".format),
    st.lists(st.integers(-99, 99), min_size=2, max_size=5).map(lambda n: ", ".join(map(str, n))),
    st.tuples(st.integers(0, 50), st.integers(51, 99)).map(lambda p: f"{p[0]} or {p[1]}"),
    st.tuples(st.integers(0, 50), st.integers(51, 99)).map(lambda p: f"({p[0]}, {p[1]})"),
)
_STATEMENTS = st.sampled_from(
    [
        "The answer is {}.",
        "So the final answer is **{}**",
        "**Answer:** {}\n",
        "#### {}",
        "The answer is:\n\n{}",
        "The answer is {}, as 1 + 1 = 2 shows.",
        "The answer is {} because of step 2.",
        "<think>3?</think>Hence the answer would be {}.",
        r"It is \boxed{{{}}}",
        "<answer>{}</answer>",
    ]
)


@given(value=_VALUES, statement=_STATEMENTS)
def test_an_answer_survives_its_statement(value, statement):
    assert extract_answer(statement.format(value)) == value


@given(value=st.integers(-(10**6), 10**6), statement=_STATEMENTS)
def test_math_delimiters_change_no_answer(value, statement):
    for opening, closing in (("$", "$"), ("\\(", "\\)"), ("\\[\n", "\n\\]"), ("$$", "$$")):
        found = extract_answer(statement.format(f"{opening}{value}{closing}"))
        assert equal(found, str(value))


@given(st.text(alphabet="0123456789 ./,:-+=^_!${}()[]\\abxyzorand\n%*√½²…", max_size=60))
def test_any_statement_is_read_without_error(said):
    extract(f"The answer is {said}")
