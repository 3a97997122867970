"""Read the files in which people keep responses of models, as rows with the same few fields.

The known formats are JSONL and JSON with the fields of `NAMES` or the messages of a chat, the sample logs of
lm-evaluation-harness (`samples_*.jsonl`) and the logs of inspect_ai (`.json` and `.eval`).
"""

import ast
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from probes.errors import ProbeError
from probes.files import given
from probes.traces import archives

Row: TypeAlias = Mapping[str, Any]

NAMES: Mapping[str, tuple[str, ...]] = {
    "problem": ("problem", "question", "prompt", "input", "query"),
    "trace": ("trace", "think", "thinking", "thought", "reasoning", "reasoning_content"),
    "response": (
        "response",
        "after_think",
        "completion",
        "output",
        "generation",
        "model_output",
        "model_answer",
        "content",
    ),
    "gold": (
        "gold",
        "target",
        "ground_truth",
        "gold_answer",
        "reference",
        "expected",
        "label",
        "correct_answer",
    ),
    "answer": ("answer", "final_answer", "prediction", "pred"),
    "continuations": ("continuations", "completions", "resamples"),
}
"""The names of each field: ours first, then those that others write."""

_TEXTS = ("text", "response", "completion", "content", "generation")


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One row of a file, or the reason why there is none at that place."""

    where: str
    """The place of the row in its file, such as `line 3`."""
    row: Row | None = None
    error: str = ""


def read_rows(path: Path) -> Iterator[Placed]:
    """Yield the rows of a file, their fields named as in `NAMES`.

    Raises:
        ProbeError: The file cannot be read.
    """
    # `zipfile` reads a device to its end.
    if path.is_file() and (path.suffix == ".eval" or zipfile.is_zipfile(path)):
        yield from _inspect_archive(path)
        return
    lines = read_lines(path)
    whole = _whole_document(lines)
    if isinstance(whole, dict) and isinstance(whole.get("samples"), list):
        yield from _inspect_samples(whole)
    elif (listed := _listed(whole)) is not None:
        for number, row in enumerate(listed, start=1):
            yield from _placed(f"row {number}", row)
    else:
        yield from _json_lines(lines)


def read_lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 file, split at newlines only: JSON text may hold other line breaks.

    Raises:
        ProbeError: The file cannot be read.
    """
    try:
        return given.text(path).split("\n")
    except OSError as error:
        raise ProbeError(f"Cannot read {path}: {error.strerror}; name a JSONL file.") from error
    except UnicodeDecodeError as error:
        raise ProbeError(f"{path} is not UTF-8 text; save it as UTF-8.") from error


def _json_lines(lines: list[str]) -> Iterator[Placed]:
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Placed(where=f"line {number}", error=str(error))
            continue
        for placed in _placed(f"line {number}", row):
            # lm-evaluation-harness writes each response once for each filter of its answer.
            key = (
                (str(placed.row.get("id")), str(placed.row.get("response"))) if placed.row else None
            )
            if key is None or "resps" not in row or key not in seen:
                yield placed
            if key is not None:
                seen.add(key)


def _whole_document(lines: list[str]) -> Any:
    """Return the file as one JSON document, or nothing if it is none, such as a list of lines."""
    try:
        return json.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return None


def _listed(whole: Any) -> list[Any] | None:
    """Return the rows of a document that is a list, or an object around one, such as `{"data": [...]}`."""
    if isinstance(whole, dict) and len(whole) == 1:
        whole = next(iter(whole.values()))
    return whole if isinstance(whole, list) else None


def _placed(where: str, row: Any) -> Iterator[Placed]:
    if not isinstance(row, dict):
        yield Placed(where=where, error="not a JSON object")
    elif "resps" in row and "doc" in row:
        yield from _harness(where, row)
    elif isinstance(row.get("output"), dict) and "target" in row:
        yield _inspect_sample(where, row, "")
    else:
        yield Placed(where=where, row=_renamed(row))


def _renamed(row: Row) -> Row:
    """Return a row with its fields under our names; an `answer` beside only a response is the gold answer."""
    row = {str(key).lower(): value for key, value in row.items()}
    if said := [m for m in _list(row.get("messages")) if isinstance(m, dict)]:
        row = {**_chat(said), **row}
    found: dict[str, Any] = {key: row[key] for key in ("id", "model") if key in row}
    for name, known in NAMES.items():
        place = next((key for key in known if row.get(key) is not None), None)
        if place is not None:
            found[name] = row[place]
    if "gold" not in found and "response" in found and "answer" in found:
        found["gold"] = found.pop("answer")
    if "continuations" in found:
        found["continuations"] = _texts(found["continuations"])
    return found


def _chat(messages: list[dict[str, Any]]) -> Row:
    """Return the question, the thought and the response of a chat that ends with the model's message."""
    if messages[-1].get("role") != "assistant":
        return {}
    thought, response = _inspect_message(messages[-1].get("content"))
    thought = thought or messages[-1].get("reasoning_content") or ""
    told = {"problem": _inspect_input(messages), "response": response}
    return told | ({"trace": thought} if thought else {})


def _texts(listed: Any) -> Any:
    """Return a list of texts, from texts, from objects that hold one, or from lists of either."""
    if not isinstance(listed, list):
        return listed
    flat: list[Any] = []
    for item in listed:
        if isinstance(item, list):
            flat += _texts(item)
        elif isinstance(item, dict):
            flat.append(next((item[key] for key in _TEXTS if key in item), None))
        else:
            flat.append(item)
    return flat


def _harness(where: str, row: Row) -> Iterator[Placed]:
    """Yield the responses to one document of lm-evaluation-harness."""
    # There is a list for each request, of its responses; where likelihoods were asked for, a response is itself a list
    # of a number and of whether it is the likeliest, both written as texts.
    asked = [request for request in _list(row["resps"]) if isinstance(request, list)]
    responses = [text for request in asked for text in request if isinstance(text, str)]
    if not responses:
        yield Placed(where=where, error="resps holds no text: the task was scored by likelihood")
        return
    document = row["doc"] if isinstance(row["doc"], dict) else {}
    problem = next((document[key] for key in NAMES["problem"] if document.get(key)), "")
    problem = problem or _at(row, "arguments", "gen_args_0", "arg_0") or ""
    for number, response in enumerate(responses, start=1):
        name = str(row.get("doc_id", where))
        yield Placed(
            where=where,
            row={
                "id": name if len(responses) == 1 else f"{name}/{number}",
                "problem": problem,
                "response": response,
                "gold": _harness_target(row.get("target"), document),
            },
        )


def _harness_target(target: Any, document: Row) -> Any:
    """Return the right answer; several are logged as one text, `['4', 'four']`.

    An answer may itself be a list, `[3, 4]`: it is one where the document says so, or where the document says nothing
    and the items are no texts.
    """
    if not (isinstance(target, str) and target.startswith("[") and target.endswith("]")):
        return target
    if target in document.values():
        return target
    try:
        several = ast.literal_eval(target)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return target
    texts = all(isinstance(one, str) for one in several)
    return several if several and (texts or several in document.values()) else target


def _inspect_archive(path: Path) -> Iterator[Placed]:
    """Yield the samples of an inspect_ai `.eval` file, an archive with one JSON document a sample."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member for member in archive.infolist()}
            large = [name for name, member in members.items() if member.file_size > _LARGEST]
            if large:
                raise ValueError(f"{large[0]!r} has over {_LARGEST:,} bytes unpacked")
        header = members.get("header.json")
        model = _inspect_model(json.loads(archives.read(path, header))) if header else ""
        for name in sorted(name for name in members if name.startswith("samples/")):
            yield _inspect_sample(name, json.loads(archives.read(path, members[name])), model)
    except OSError as error:
        raise ProbeError(f"Cannot read {path}: {error.strerror}; name a log file.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        # The member is damaged, cut off, packed in an unknown way, encrypted, or no JSON.
        raise ProbeError(
            f"{path} is no log that can be read here ({error});"
            " `inspect log convert --to json` writes it as JSON."
        ) from error


# A sample is a conversation of some megabytes at most, but a small archive can unpack to everything.
_LARGEST = 2**28


def _inspect_samples(log: Row) -> Iterator[Placed]:
    model = _inspect_model(log)
    for number, sample in enumerate(log["samples"], start=1):
        yield _inspect_sample(f"sample {number}", sample, model)


def _inspect_model(log: Any) -> str:
    return str(_at(log, "eval", "model") or "")


def _inspect_sample(where: str, sample: Any, model: str) -> Placed:
    if not isinstance(sample, dict):
        return Placed(where=where, error="not a JSON object")
    message = _at(sample, "output", "choices", 0, "message")
    if message is None:
        return Placed(where=where, error="the sample has no output")
    thought, response = _inspect_message(_at(message, "content"))
    epoch = sample.get("epoch", 1)
    row = {
        "id": f"{sample.get('id', where)}" + (f"/{epoch}" if epoch != 1 else ""),
        "model": model,
        "problem": _inspect_input(sample.get("input")),
        "response": response,
        "gold": sample.get("target"),
    }
    return Placed(where=where, row=row | ({"trace": thought} if thought else {}))


def _at(document: Any, *path: str | int) -> Any:
    """Return the value that stands in a document under nested keys and numbers; None where something else does."""
    for step in path:
        if isinstance(step, str):
            document = document.get(step) if isinstance(document, dict) else None
        else:
            document = (
                document[step] if isinstance(document, list) and step < len(document) else None
            )
    return document


def _inspect_message(content: Any) -> tuple[str, str]:
    """Return the thought and the text of a message, which is a text or a list of parts."""
    if isinstance(content, str):
        return "", content
    parts = [part for part in _list(content) if isinstance(part, dict)]
    thought = "\n".join(str(p.get("reasoning", "")) for p in parts if p.get("type") == "reasoning")
    return thought, "\n".join(str(p.get("text", "")) for p in parts if p.get("type") == "text")


def _inspect_input(given: Any) -> str:
    """Return the question of a sample: its text, or the last thing the user said."""
    if isinstance(given, str):
        return given
    said = [m for m in _list(given) if isinstance(m, dict) and m.get("role") == "user"]
    return _inspect_message(said[-1].get("content"))[1] if said else ""


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
