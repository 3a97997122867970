"""Prompts for a run: read them from a file or a data set, choose some, and cut them to token ids."""

import importlib
import importlib.util
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from probes.files import foreign, given
from probes.texts.prompts import OWN
from probes.types import LanguageModel, ProbeError, Progress, UsageError

ROWS = 1000
FEWEST_TOKENS = 16
"""Prompts with fewer tokens are left out, because a handful of tokens has hardly any entropy to lose."""


def choose(
    offered: Sequence[str], count: int, seed: int, fewest_words: int = FEWEST_TOKENS
) -> tuple[str, ...]:
    """Return a seeded sample of the prompts with enough words, in their original order.

    Args:
        offered: the reader's passages; empty for the prompts that the package brings.
        count: the most prompts to choose.
        seed: the seed of the sample.
        fewest_words: shorter texts are left out.
    """
    pool = [text for text in offered or OWN if len(text.split()) >= fewest_words]
    if len(pool) <= count:
        return tuple(pool)
    picked = np.random.default_rng(seed).choice(len(pool), count, replace=False)
    return tuple(pool[index] for index in sorted(picked))


def encode(
    model: LanguageModel, texts: Sequence[str], max_tokens: int, fewest: int = FEWEST_TOKENS
) -> list[list[int]]:
    """Return token ids of the texts that have at least `fewest` of them, cut after `max_tokens`.

    Raises:
        ProbeError: no text is long enough, or none was left by `choose`.
    """
    if not texts:
        raise ProbeError(
            f"no prompt has at least {fewest} words; hand in longer passages, one a paragraph"
        )
    kept = [ids for ids in model.encode(texts, max_tokens=max_tokens) if len(ids) >= fewest]
    if not kept:
        raise ProbeError(
            f"there is no prompt of at least {fewest} tokens among {len(texts)}; "
            "hand in longer passages"
        )
    return kept


def shuffled(prompts: Sequence[Sequence[int]], seed: int) -> list[list[int]]:
    """Return the tokens of each prompt in random order: what a metric still shows then is not about the text."""
    rng = np.random.default_rng(seed)
    return [rng.permutation(tokens).tolist() for tokens in prompts]


def texts(source: str, progress: Progress = lambda _share, _message: None) -> tuple[str, ...]:
    """Return prompts from the source that the reader names: a file, or a Hugging Face data set.

    Args:
        source: the path of a file (see `read`), or `hf:owner/name` or `hf:owner/name:configuration` for the first 1,000
            texts of a data set's training part, as the paper takes them.
        progress: called with the data set that is asked for.

    Raises:
        UsageError, ProbeError: the source has no such texts; see `read` and `fetch`.
    """
    kind, _, name = source.partition(":")
    if kind == "hf":
        return fetch(name, count=ROWS, progress=progress)
    return read(Path(source).expanduser())


def read(path: Path, field: str = "text") -> tuple[str, ...]:
    """Return the texts of a file without blank ones.

    `.jsonl` holds a JSON value a line, a text or an object with `field`; `.json` a list of such;
    any other file one text a paragraph where it has blank lines, else one a line.

    Raises:
        ProbeError: the file cannot be read, is not UTF-8, or holds no such texts.
    """
    items: dict[str, Any]
    try:
        content = given.text(path)
    except OSError as error:
        raise ProbeError(
            f"cannot read prompts from {path}: {error.strerror}; name a text or JSONL file"
        ) from error
    except UnicodeDecodeError as error:
        raise ProbeError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    if path.suffix == ".jsonl":
        lines = {f"{path}, line {n}": line for n, line in enumerate(content.split("\n"), start=1)}
        items = {where: _json(line, where) for where, line in lines.items() if line.strip()}
    elif path.suffix == ".json":
        listed = _json(content, str(path))
        if not isinstance(listed, list):
            raise ProbeError(f"{path} must hold a JSON list of texts")
        items = {f"{path}, item {n}": item for n, item in enumerate(listed, start=1)}
    else:
        blocks = re.split(r"\n\s*\n", content.strip())
        parts = blocks if len(blocks) > 1 else content.splitlines()
        items = {f"{path}, text {n}": part for n, part in enumerate(parts, start=1)}
    said = (_text(item, field, where) for where, item in items.items())
    found = tuple(text for text in said if text.strip())
    if not found:
        raise ProbeError(f"{path} holds no text; put in one a paragraph or line")
    return found


def fetch(
    name: str,
    *,
    split: str = "train",
    field: str = "text",
    count: int,
    progress: Progress = lambda _share, _message: None,
) -> tuple[str, ...]:
    """Return the first texts of a Hugging Face data set, read as a stream; blank rows are left out.

    Needs the `datasets` package (3 or later, which runs no code of a data set unasked) and a
    network, unless the set is in that package's cache; nothing is fetched unless this is called.

    Args:
        name: `owner/name`, or `owner/name:configuration`; or a local folder of a set's files.
        split: the name of the part of the set.
        field: the column with the text.
        count: the number of texts.
        progress: called with what is asked for, because giving up takes half a minute without a network.

    Raises:
        ProbeError: the package is missing, or the set cannot be had or holds no text.
        UsageError: there is no such name, or no such column of texts.
    """
    identity, _, configuration = name.partition(":")
    if not identity.strip("/ "):
        raise UsageError(f"'hf:{name}' names no data set; write hf:owner/name")

    def out_of_reach(reason: str) -> ProbeError:
        return ProbeError(
            f"data set {name!r} cannot be had ({reason}); go online, or hand in a text or JSONL file"
        )

    library = _library(name)
    progress(0.0, f"looking for data set {identity}")
    with foreign.calls(out_of_reach):
        rows = library.load_dataset(identity, configuration or None, split=split, streaming=True)
    found = tuple(islice(_filled(foreign.each(rows, out_of_reach), name, field), count))
    if not found:
        raise ProbeError(
            f"data set {name!r} holds no text in column {field!r}; hand in a text or JSONL file"
        )
    return found


def _library(name: str) -> Any:
    if importlib.util.find_spec("datasets") is None:
        raise ProbeError(
            f"data set {name!r} needs the package `datasets`; `pip install datasets`, or hand in a "
            "text or JSONL file"
        )
    library = importlib.import_module("datasets")
    # Each retry would print a line and a failure several; the reader gets one line that says what to do.
    for talkative in ("datasets", "huggingface_hub"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)
    library.disable_progress_bars()
    return library


def _filled(rows: Iterable[Mapping[str, Any]], name: str, field: str) -> Iterator[str]:
    """Yield the texts of the rows that have one."""
    for row in rows:
        if field not in row:
            raise UsageError(
                f"data set {name!r} has no column {field!r} but {', '.join(row)}; "
                "hand in a text or JSONL file"
            )
        value = row[field]
        if not isinstance(value, str | None):
            raise UsageError(
                f"column {field!r} of data set {name!r} holds {type(value).__name__} values, "
                "not texts; hand in a text or JSONL file"
            )
        if value and value.strip():
            yield value


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProbeError(f"{where} is not JSON: {error}") from error


def _text(item: Any, field: str, where: str) -> str:
    value = item.get(field) if isinstance(item, dict) else item
    if not isinstance(value, str):
        raise ProbeError(f"{where} must be a text, or an object with a text under {field!r}")
    # JSON can spell half of a surrogate pair, which neither a file nor a tokenizer accepts.
    return value.encode("utf-8", "replace").decode("utf-8")
