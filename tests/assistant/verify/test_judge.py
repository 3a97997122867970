"""The judge weighs evidence and sentence, reports why it cannot be used, and is deterministic."""

import pytest

from assistant import Assistant
from assistant.errors import Mendable
from assistant.select.selector import WEIGHTS as OTHER
from assistant.verify.decision import decide
from assistant.verify.evidence import Claim
from assistant.verify.judge import WEIGHTS, Judge

here = pytest.mark.skipif(not WEIGHTS.is_file(), reason="the weights of the judge are not here")

EVIDENCE = (
    "Pruning half of the layers leaves question answering nearly unchanged in open models.",
    "Whether closed models behave alike has not been tested.",
)
HONEST = "Open models answer questions almost as well with half of their layers pruned."
FALSE = "Pruning ruins question answering in open models because the layers hold all facts."


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@here
def test_an_honest_paraphrase_is_likelier_than_a_falsehood(judge):
    honest, false = judge([Claim(text, EVIDENCE) for text in (HONEST, FALSE)])
    assert 0.0 <= false.probability < honest.probability <= 1.0


@here
def test_a_claim_has_the_same_probability_whatever_is_judged_beside_it(judge):
    claims = [Claim(HONEST, EVIDENCE), Claim(FALSE, EVIDENCE[:1]), Claim("Whales sing.", EVIDENCE)]
    together = judge(claims)
    assert together == [judge([claim])[0] for claim in reversed(claims)][::-1]
    assert Judge()(claims) == together


@here
def test_long_evidence_is_read_where_it_bears_on_the_sentence(judge):
    filler = [f"Harbour number {n} was built of stone by the sea." for n in range(80)]
    (short,) = judge([Claim(HONEST, EVIDENCE[:1])])
    (deep,) = judge([Claim(HONEST, (" ".join([*filler, EVIDENCE[0], *filler]),))])
    (none,) = judge([Claim(HONEST, (" ".join(filler),))])
    assert none.probability < deep.probability
    assert abs(short.probability - deep.probability) < abs(short.probability - none.probability)


@here
def test_a_sentence_too_long_to_be_read_whole_is_refused(judge):
    (opinion,) = judge([Claim(HONEST + " So it is" + " and so it is" * 200, EVIDENCE)])
    assert not opinion.supports
    assert opinion.reason == "it is longer than can be judged"


@here
@pytest.mark.parametrize("sentence", ["?", "a", "深度はどれくらいですか", "\U0001f433", "\x00"])
@pytest.mark.parametrize("text", ["a", "word " * 3_000, "深度", "x" * 5_000, "\x00"])
def test_any_texts_can_be_judged(judge, sentence, text):
    (opinion,) = judge([Claim(sentence, (text,), ("",))])
    assert 0.0 <= opinion.probability <= 1.0


@here
def test_nothing_to_judge_gives_no_opinions(judge):
    assert judge([]) == []


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "another network"])
def test_weights_that_cannot_be_used_are_said_in_one_line(tmp_path, damage):
    path = tmp_path / "judge.onnx"
    if damage == "another network":
        path = OTHER
    elif damage != "missing":
        path.write_bytes({"empty": b"", "text": b"no weights"}[damage])
    with pytest.raises(Mendable, match="in the words of their quotes") as said:
        Judge(path)
    assert "\n" not in str(said.value)


@here
def test_cut_weights_are_said_in_one_line(tmp_path):
    path = tmp_path / "judge.onnx"
    whole = WEIGHTS.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Mendable, match="judge of sentences"):
        Judge(path)


def test_without_weights_the_words_of_the_evidence_alone_decide(tmp_path, monkeypatch):
    monkeypatch.setattr(Judge.__init__, "__defaults__", (tmp_path / "none.onnx", 1))
    library = Assistant.open(tmp_path)
    assert library.judge is None
    assert "bring the file back" in library.unjudged
    assert library.verify(EVIDENCE[0], EVIDENCE[0]).support == "exact"
    assert library.verify(HONEST, EVIDENCE[:1]).unjudged


@here
def test_the_assistant_asks_the_bundled_judge(tmp_path):
    library = Assistant.open(tmp_path)
    ruling = library.verify(HONEST, EVIDENCE, ["Are deep layers needed?"])
    assert ruling == decide(Claim(HONEST, EVIDENCE, ("Are deep layers needed?",)), Judge())
    assert library.unjudged == ""
