import json
import struct
import zipfile
import zlib

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from probes.errors import ProbeError
from probes.traces.formats import read_rows
from probes.traces.recorded import judge, read_recording


def _written(tmp_path, *rows, name="traces.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def _only(path):
    (found,) = read_recording(path).traces
    return found


def test_the_names_that_people_give_their_fields(tmp_path):
    row = {"question": "2+2?", "think": "Wait, 4.", "response": r"\boxed{4}", "answer": "4"}
    found = _only(_written(tmp_path, row))
    assert (found.problem, found.trace, found.answer, found.gold) == ("2+2?", "Wait, 4.", "4", "4")


_ASKED = {"role": "user", "content": "2+2?"}


@pytest.mark.parametrize(
    "row",
    [
        {"Question": "2+2?", "Think": "Wait, 4.", "Response": "#### 4", "Answer": "4"},
        {"question": "2+2?", "reasoning_content": "Wait, 4.", "content": "#### 4", "correct_answer": 4},
        {"messages": [_ASKED, {"role": "assistant", "content": "<think>Wait, 4.</think>#### 4"}], "answer": "4"},
        {
            "messages": [_ASKED, {"role": "assistant", "reasoning_content": "Wait, 4.", "content": "#### 4"}],
            "gold": "4",
        },
    ],
)  # fmt: skip
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_chat_and_fields_in_capitals_are_read(tmp_path, row, wrapped):
    found = _only(_written(tmp_path, {"data": [row]} if wrapped else row))
    assert (found.problem, found.trace, found.answer, found.gold) == ("2+2?", "Wait, 4.", "4", "4")


def test_a_chat_that_ends_with_its_reader_has_no_response(tmp_path):
    with pytest.raises(ProbeError, match="No usable trace"):
        read_recording(_written(tmp_path, {"messages": [_ASKED], "answer": "4"}))


def test_a_response_brings_its_thought_and_its_answer(tmp_path):
    row = {
        "prompt": "2+2?",
        "output": "<think>Wait, 5.</think>The answer is 4.",
        "target": "#### 4",
    }
    found = _only(_written(tmp_path, row))
    assert (found.trace, found.answer, found.gold) == ("Wait, 5.", "4", "4")


def test_a_task_in_words_is_answered_in_words(tmp_path):
    row = {"question": "1+1?", "response": "The answer is two.", "gold": "two"}
    assert judge(_only(_written(tmp_path, row))).last_right


@pytest.mark.parametrize(
    "listed",
    [
        ["#### 4", "#### 5"],
        [{"text": "#### 4"}, {"text": "#### 5"}],
        [["#### 4"], ["#### 5"]],
    ],
)
def test_continuations_are_texts_objects_or_lists(tmp_path, listed):
    row = {
        "question": "2+2?",
        "think": "t",
        "response": "#### 4",
        "gold": 4,
        "continuations": listed,
    }
    assert _only(_written(tmp_path, row)).continuations == ("#### 4", "#### 5")


def test_a_json_list_is_read_like_lines(tmp_path):
    path = tmp_path / "traces.json"
    row = {"question": "2+2?", "response": "#### 4", "gold": "4"}
    path.write_text(json.dumps([row, 3, row], indent=1), "utf-8")
    found = read_recording(path)
    assert [trace.id for trace in found.traces] == ["1", "3"]
    assert found.unusable == ("traces.json row 2: not a JSON object",)


def _harness(name, **fields):
    row = {
        "doc_id": 7,
        "doc": {"question": "2+2?", "answer": "#### 4"},
        "target": "2+2=4\n#### 4",
        "arguments": {"gen_args_0": {"arg_0": "Question: 2+2?"}},
        "resps": [["2 and 2 is 4.\n#### 4"]],
        "filtered_resps": ["4"],
        "filter": name,
    }
    return row | fields


def test_a_log_of_lm_eval_counts_a_response_once_for_all_its_filters(tmp_path):
    path = _written(tmp_path, _harness("strict-match"), _harness("flexible-extract"))
    found = _only(path)
    assert (found.id, found.problem, found.answer, found.gold) == ("7", "2+2?", "4", "4")


def test_repeated_responses_of_lm_eval_are_traces_of_their_own(tmp_path):
    path = _written(tmp_path, _harness("none", resps=[["#### 4", "#### 5"]]))
    assert [(t.id, t.answer) for t in read_recording(path).traces] == [("7/1", "4"), ("7/2", "5")]


@pytest.mark.parametrize(
    "resps",
    [
        [[[-1.5, False]]],
        # The harness writes every value in this field as a text.
        [[["-1.5", "False"]], [["-0.5", "True"]]],
    ],
)
def test_a_likelihood_task_of_lm_eval_has_no_trace(tmp_path, resps):
    path = _written(tmp_path, _harness("none", resps=resps, target="1"))
    with pytest.raises(ProbeError, match="scored by likelihood"):
        read_recording(path)


@pytest.mark.parametrize(
    ("target", "right"),
    [("['four', '4']", True), ("['five', '5']", False), ("[3, 4]", False), ("[3, 4)", False)],
)
def test_each_target_that_lm_eval_accepts_is_right(tmp_path, target, right):
    assert judge(_only(_written(tmp_path, _harness("none", target=target)))).last_right is right


@pytest.mark.parametrize(
    ("target", "document", "right"),
    [("[3, 4]", [3, 4], True), ("[3, 4]", "[3, 4]", False), ("['4', '5']", "['4', '5']", False)],
)
def test_the_document_tells_several_right_answers_from_one_that_is_a_list(
    tmp_path, target, document, right
):
    row = _harness("none", target=target, doc={"question": "2+2?", "answers": document})
    assert judge(_only(_written(tmp_path, row))).last_right is right


def test_an_answer_that_is_a_list_of_numbers_is_right_as_a_whole(tmp_path):
    row = _harness("none", target="[3, 4]", resps=[["The answer is [3, 4]."]])
    assert judge(_only(_written(tmp_path, row))).last_right is True


def test_a_document_of_lm_eval_without_a_question_has_what_was_asked(tmp_path):
    row = _harness("none", doc={"a": 2, "b": 2})
    assert _only(_written(tmp_path, row)).problem == "Question: 2+2?"


def _sample(**fields):
    content = [
        {"type": "reasoning", "reasoning": "Wait, 4."},
        {"type": "text", "text": "ANSWER: 4"},
    ]
    return {
        "id": "a",
        "epoch": 2,
        "input": [{"role": "system", "content": "s"}, {"role": "user", "content": "2+2?"}],
        "target": ["4"],
        "output": {"choices": [{"message": {"role": "assistant", "content": content}}]},
        **fields,
    }


_LOG = {
    "version": 2,
    "eval": {"model": "m/x"},
    "samples": [_sample(), _sample(output={"choices": []})],
}


def test_a_json_log_of_inspect(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(json.dumps(_LOG, indent=1), "utf-8")
    found = read_recording(path)
    (trace,) = found.traces
    assert (trace.id, trace.model, trace.problem, trace.trace) == ("a/2", "m/x", "2+2?", "Wait, 4.")
    assert (trace.answer, trace.gold) == ("4", "4")
    assert found.unusable == ("log.json sample 2: the sample has no output",)


def test_an_eval_log_of_inspect(tmp_path):
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", json.dumps({"eval": {"model": "m/x"}}))
        archive.writestr("samples/a_epoch_2.json", json.dumps(_sample()))
    found = _only(path)
    assert (found.id, found.model, found.answer) == ("a/2", "m/x", "4")


def test_each_target_that_inspect_accepts_is_right(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(json.dumps(_LOG | {"samples": [_sample(target=["four", "4"])]}), "utf-8")
    assert judge(_only(path)).last_right


def _packed(path, members, *, frame=1000):
    """An archive as inspect_ai writes it: each member in several frames of Zstandard."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            pieces = [content[i : i + frame] for i in range(0, len(content), frame)]
            archive.writestr(name, b"".join(zstandard.compress(piece) for piece in pieces))
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        start = archive.start_dir
    for entry in entries:
        content = members[entry.filename]
        for place, signature, method in (
            (entry.header_offset, b"PK\3\4", 8),
            (start, b"PK\1\2", 10),
        ):
            assert raw[place : place + 4] == signature
            struct.pack_into("<H", raw, place + method, 93)
            struct.pack_into("<I", raw, place + method + 6, zlib.crc32(content))
            struct.pack_into("<I", raw, place + method + 14, len(content))
        start += 46 + len(entry.filename)
    path.write_bytes(raw)
    return path


def test_an_eval_log_that_is_packed_with_zstandard(tmp_path):
    sample = _sample(input="2+2? " * 1000)
    path = _packed(
        tmp_path / "log.eval",
        {
            "header.json": json.dumps({"eval": {"model": "m/x"}}).encode(),
            "samples/a_epoch_2.json": json.dumps(sample).encode(),
        },
    )
    found = _only(path)
    assert (found.id, found.model, found.answer) == ("a/2", "m/x", "4")
    assert found.problem == sample["input"]


@pytest.mark.parametrize("place", [50, 60, 120])
def test_a_packed_log_that_is_damaged_is_named(tmp_path, place):
    path = _packed(tmp_path / "log.eval", {"samples/a.json": json.dumps(_sample()).encode()})
    raw = bytearray(path.read_bytes())
    raw[place] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(ProbeError, match="inspect log convert"):
        read_recording(path)


def test_an_archive_that_is_damaged_is_named(tmp_path):
    path = tmp_path / "log.eval"
    path.write_bytes(b"PK no archive")
    with pytest.raises(ProbeError, match="inspect log convert"):
        read_recording(path)
    with pytest.raises(ProbeError, match="Cannot read"):
        read_recording(tmp_path / "absent.eval")


def test_line_separators_inside_text_end_no_line(tmp_path):
    path = tmp_path / "traces.jsonl"
    path.write_text('{"trace": "a\u2028b"}\n{}', "utf-8")
    assert [placed.where for placed in read_rows(path)] == ["line 1", "line 2"]


def _archive(path, header, *samples):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps(header))
        for number, sample in enumerate(samples):
            archive.writestr(f"samples/{number}.json", json.dumps(sample))
    return path


def _read_or_named(path):
    """Read a log; where it cannot be read, the one line names it."""
    said = ""
    try:
        read_recording(path)
    except ProbeError as error:
        said = str(error)
    assert not said or (path.name in said and "\n" not in said)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 10**6),
)
@example([(0, 80)], 200)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_happened_to_an_archive_is_one_line(tmp_path, changes, length):
    whole = bytearray(
        _archive(tmp_path / "whole.eval", {"eval": {"model": "m"}}, _sample()).read_bytes()
    )
    for place, value in changes:
        whole[place % len(whole)] = value
    path = tmp_path / "changed.eval"
    path.write_bytes(whole[: max(1, length % (2 * len(whole)))])
    _read_or_named(path)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "eval",
                        "model",
                        "output",
                        "choices",
                        "message",
                        "content",
                        "input",
                        "target",
                        "id",
                        "epoch",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_stands_in_an_archive_is_read_or_left_out(tmp_path, document):
    _read_or_named(_archive(tmp_path / "log.eval", document, document, _sample()))


def test_an_encrypted_archive_is_named(tmp_path):
    path = _archive(tmp_path / "log.eval", {}, _sample())
    content = path.read_bytes()
    # This sets the bit of encryption in the head of each member, and in its entry in the list at the end.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        parts = content.split(mark)
        parts[1:] = [
            p[: offset - 4] + bytes([p[offset - 4] | 1]) + p[offset - 3 :] for p in parts[1:]
        ]
        content = mark.join(parts)
    path.write_bytes(content)
    with pytest.raises(ProbeError, match="encrypted"):
        read_recording(path)
