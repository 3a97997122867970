"""Questions for the reader's library keep what an answer must cite, say and admit."""

from assistant.evaluation import sets
from tests.assistant.evaluation.sets.written import write


def test_lines_keep_their_points(tmp_path):
    line = {"id": "L1", "question": "Why?", "must_cite": ["a"], "may_cite": ["b"], "must_say": ["s"],
            "must_admit": ["t"], "must_not_say": ["u"]}  # fmt: skip
    write(tmp_path, lines_json=[line, {"question": "Pizza?", "must_cite": []}])
    (found,) = sets.read(tmp_path / "lines.json")
    first, second = found.cases
    assert (first.wanted, first.welcome, first.expected) == ({"a"}, {"b"}, "found")
    assert (first.must_say, first.must_admit, first.must_not_say) == (("s",), ("t",), ("u",))
    assert second.expected == "absent"
