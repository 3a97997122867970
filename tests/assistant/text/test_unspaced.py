"""Chinese, Japanese and Korean sentences are found, quoted and counted like any others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.question.parts import parts
from assistant.question.terms import share, terms
from assistant.text.prose import numbers, sentences, stands_alone, stems
from assistant.text.unspaced import apart, is_unspaced, pairs, reading_length

NOTES = {
    "zh": "# 安静注意力头研究\n\n移除所有安静注意力头会使准确率下降0.4个百分点。"
    "安静注意力头把注意力放在第一个词元上。\n",
    "ja": "# 静かなヘッドの研究\n\n静かなヘッドをすべて取り除くと精度が0.4ポイント下がる。"
    "静かなヘッドは最初のトークンに注意を向ける。\n",
    "ko": "# 조용한 헤드 연구\n\n조용한 어텐션 헤드를 모두 제거하면 정확도가 0.4점 떨어진다. "
    "조용한 헤드는 첫 토큰에 주의를 둔다.\n",
}
QUESTIONS = {
    "zh": "移除所有安静注意力头会使准确率下降多少？",
    "ja": "静かなヘッドを取り除くと精度はどれくらい下がりますか？",
    "ko": "조용한 어텐션 헤드를 제거하면 정확도가 얼마나 떨어집니까?",
}
ANSWERS = {
    "zh": "移除所有安静注意力头会使准确率下降0.4个百分点。",
    "ja": "静かなヘッドをすべて取り除くと精度が0.4ポイント下がる。",
    "ko": "조용한 어텐션 헤드를 모두 제거하면 정확도가 0.4점 떨어진다.",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notes")
    for name, text in NOTES.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    opened = Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=folder)
    opened.sync()
    return opened


@pytest.mark.parametrize("language", NOTES)
def test_the_sentence_that_answers_is_quoted(assistant, language):
    found = assistant.ask(QUESTIONS[language])
    assert found.coverage != "absent"
    quotes = [c.quote for s in found.sentences for c in s.citations]
    assert ANSWERS[language] in quotes


def test_what_no_note_speaks_of_is_absent(assistant):
    assert assistant.ask("鲸鱼每天吃多少食物？").coverage == "absent"


@pytest.mark.parametrize("language", NOTES)
def test_question_and_answer_share_terms_and_the_question_names_no_name(language):
    [part] = parts(QUESTIONS[language])
    assert not part.names
    assert share(part.terms, terms(ANSWERS[language])) > 0.6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一句。第二句！真的？是的。", ["第一句。", "第二句！", "真的？", "是的。"]),
        ("「はい。」と言った。次に進む。", ["「はい。」と言った。", "次に進む。"]),
        ("「はい。」次に進む。", ["「はい。」", "次に進む。"]),
        ("値は３．５である．次に進む．", ["値は３．５である．", "次に進む．"]),
        ("모델은 크다. 층은 많다.", ["모델은 크다.", "층은 많다."]),
        ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
    ],
)
def test_sentences_end_at_the_stops_of_their_script(text, expected):
    assert [span.of(text) for span in sentences(text)] == expected


@pytest.mark.parametrize("text", ANSWERS.values())
def test_a_sentence_without_spaces_stands_alone(text):
    assert stands_alone(text)
    assert not stands_alone(text[:-1])


@pytest.mark.parametrize(
    "text",
    [
        "太短。",
        "因此移除所有安静注意力头会使准确率下降。",
        "しかし静かなヘッドを取り除くと精度が下がる。",
    ],
)
def test_a_fragment_or_a_leaning_sentence_does_not(text):
    assert not stands_alone(text)


def test_words_of_both_kinds_are_told_apart():
    assert apart("用BERT模型") == "用 BERT 模型"
    assert stems("BERT的准确率") == ["bert", "准确", "确率"]
    assert numbers("下降0.4个百分点") == {("0.4", "")}


@given(st.text(st.sampled_from("移除所有了的ヘッドを静か정확도 ab1.。"), max_size=30))
def test_pairs_come_from_the_text_and_only_from_such_scripts(text):
    found = pairs(text)
    assert all(pair in text and 1 <= len(pair) <= 2 and is_unspaced(pair) for pair in found)
    assert bool(found) == is_unspaced(text)
    assert apart(text).replace(" ", "") == text.replace(" ", "")
    assert reading_length(text) >= len(text.split())


@given(st.text(st.characters(max_codepoint=0x2FF)))
def test_spaced_scripts_are_left_alone(text):
    assert apart(text) == text
    assert reading_length(text) == len(text.split())
