import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import ProbeError, UsageError
from probes.models import laboratory
from probes.texts import datasets
from probes.texts.prompts import OWN

TEXTS = st.lists(st.text(max_size=80).filter(str.strip), min_size=1, max_size=8)


@given(TEXTS)
def test_jsonl_and_json_give_back_every_text(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("texts")
    for name, lines in (
        ("plain.jsonl", "\n".join(map(json.dumps, texts))),
        ("objects.jsonl", "\n\n".join(json.dumps({"text": text, "n": 1}) for text in texts)),
        ("list.json", json.dumps(texts)),
    ):
        (folder / name).write_text(lines, "utf-8")
        assert datasets.read(folder / name) == tuple(texts)


def test_a_text_file_is_read_by_paragraph_or_by_line(tmp_path):
    path = tmp_path / "prompts.txt"
    path.write_text("one\ntwo\n", "utf-8")
    assert datasets.read(path) == ("one", "two")
    path.write_text("one\nstill one\n\n\ntwo\n", "utf-8-sig")
    assert datasets.read(path) == ("one\nstill one", "two")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bad.jsonl", b'"one"\n{', r"bad.jsonl, line 2 is not JSON"),
        ("deep.json", b"[" * 100_000, r"deep.json is not JSON"),
        ("mixed.jsonl", b'"one"\n3', r"mixed.jsonl, line 2 must be a text"),
        ("other.jsonl", b'{"words": "x"}', r"an object with a text under 'text'"),
        ("dict.json", b"{}", r"must hold a JSON list"),
        ("empty.txt", b" \n\n", r"holds no text"),
        ("latin.txt", b"caf\xe9", r"not UTF-8"),
    ],
)
def test_a_file_without_texts_is_refused_in_one_line(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ProbeError, match=said) as caught:
        datasets.read(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_half_a_character_is_read_as_a_question_mark(tmp_path):
    """JSON can spell it; no file can hold it and no tokenizer reads it."""
    path = tmp_path / "half.jsonl"
    path.write_text('"half \\ud800 of it"', "utf-8")
    assert datasets.read(path) == ("half ? of it",)


def test_a_source_is_a_file_or_names_a_data_set(tmp_path, monkeypatch):
    path = tmp_path / "prompts.txt"
    path.write_text("one\ntwo\n", "utf-8")
    assert datasets.texts(str(path)) == ("one", "two")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    with pytest.raises(ProbeError, match=r"data set 'nobody/nothing:part'"):
        datasets.texts("hf:nobody/nothing:part")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ProbeError, match=r"cannot read prompts from .*nowhere.txt"):
        datasets.read(tmp_path / "nowhere.txt")


def test_a_data_set_that_cannot_be_had_is_said_in_one_line(monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    with pytest.raises(ProbeError, match=r"data set 'nobody/nothing' .* hand in a text or JSONL"):
        datasets.fetch("nobody/nothing", count=1)


@pytest.mark.parametrize("source", ["hf:", "hf:/", "hf::part"])
def test_a_data_set_without_a_name_is_refused(source):
    with pytest.raises(UsageError, match="names no data set; write hf:owner/name"):
        datasets.texts(source)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Writes rows as the training part of a data set, and gives its name: a folder will do."""
    library = pytest.importorskip(
        "datasets", reason="the optional package datasets is not installed"
    )
    monkeypatch.setattr(library.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))

    def write(content):
        path = tmp_path / "set" / "train.jsonl"
        path.parent.mkdir()
        path.write_text(content, "utf-8")
        return str(path.parent)

    return write


def test_a_data_set_gives_its_first_texts_without_blank_and_missing_ones(folder):
    rows = ["one", None, " ", "two", "three"]
    name = folder("\n".join(json.dumps({"text": text, "n": 1}) for text in rows))
    assert datasets.texts(f"hf:{name}") == ("one", "two", "three")
    assert datasets.fetch(name, count=2) == ("one", "two")


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        ('{"text": " "}\n{"text": null}', ProbeError, "holds no text in column 'text'"),
        ('{"question": "x", "n": 1}', UsageError, "has no column 'text' but question, n"),
        ('{"text": [1, 2]}', UsageError, "holds list values, not texts"),
        ('{"text": "x"}\n{"te', ProbeError, "cannot be had"),
    ],
)
def test_a_data_set_without_texts_is_refused_in_one_line(folder, capfd, content, kind, said):
    with pytest.raises(kind, match=said) as caught:
        datasets.fetch(folder(content), count=5)
    assert "hand in a text or JSONL file" in str(caught.value)
    assert capfd.readouterr() == ("", "")


@given(st.integers(0, 40), st.integers(0, 1000))
def test_the_choice_is_seeded_ordered_and_without_repetition(count, seed):
    chosen = datasets.choose((), count, seed)
    assert chosen == datasets.choose((), count, seed)
    assert len(chosen) == min(count, len(OWN))
    assert [OWN.index(text) for text in chosen] == sorted({OWN.index(text) for text in chosen})


def test_short_texts_are_left_out_and_none_left_is_said(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    assert datasets.choose(["too short", OWN[0]], 5, 0) == (OWN[0],)
    assert [len(ids) for ids in datasets.encode(model, ["too short", OWN[0]], 20)] == [20]
    with pytest.raises(ProbeError, match="no prompt of at least 16 tokens among 2"):
        datasets.encode(model, ["", "too short"], 20)
    with pytest.raises(ProbeError, match="no prompt has at least 16 words"):
        datasets.encode(model, datasets.choose(["too short"], 5, 0), 20)
