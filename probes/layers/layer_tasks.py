"""Score all layers at once on small tasks, to see what a layer is good for.

Task files are JSON: `{"format": 1, "tasks": [...]}`, each task an object with `kind` (`retrieval` or `classification`)
and the fields of its class here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from jaxtyping import Float, Float64

from probes.files import given
from probes.layers.encoder import MAX_TOKENS, Pooling, pool_layers
from probes.layers.own_tasks import QUESTIONS, TOPICS
from probes.metrics import linear_probe
from probes.statistics import Interval, bootstrap_mean
from probes.texts.prompts import OWN
from probes.types import LanguageModel, ProbeError, Progress, UsageError

FORMAT = 1
DEPTH = 10
"""nDCG looks at so many ranks."""
Reader: TypeAlias = Literal["nearest centroid", "linear probe"]
Scores: TypeAlias = Float64[np.ndarray, " items"]


@dataclass(frozen=True, kw_only=True)
class RetrievalTask:
    """Find a question's documents among all; `relevant[i]` are the indices for question i.

    Raises:
        UsageError: there are fewer than two documents, a text is empty, or a question lacks its documents.
    """

    name: str
    questions: tuple[str, ...]
    documents: tuple[str, ...]
    relevant: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        _check_texts(self.name, (*self.questions, *self.documents))
        if len(self.documents) < 2 or not self.questions:
            raise UsageError(f"task {self.name!r} needs a question and at least two documents")
        if len(self.relevant) != len(self.questions):
            raise UsageError(
                f"task {self.name!r} has {len(self.questions)} questions but relevant documents "
                f"for {len(self.relevant)}"
            )
        for number, own in enumerate(self.relevant):
            if not own or not all(0 <= index < len(self.documents) for index in own):
                raise UsageError(
                    f"task {self.name!r}: question {number} needs relevant documents from 0 to "
                    f"{len(self.documents) - 1}, not {list(own)}"
                )

    @property
    def texts(self) -> tuple[str, ...]:
        """Return all texts of the task: the questions, then the documents."""
        return (*self.questions, *self.documents)

    @property
    def measure(self) -> str:
        """Return the name of the score of a question."""
        return f"nDCG@{DEPTH}"

    def scores(self, vectors: Float[np.ndarray, "texts dim"]) -> Scores:
        """Return nDCG@10 of each question, from the vectors of `texts`.

        Documents are ranked by cosine; among equals the relevant ones come last. Range [0, 1].
        Järvelin and Kekäläinen 2002, with gain 1 for a relevant document.
        """
        unit = _unit(vectors)
        count = len(self.questions)
        cosines = np.round(unit[:count] @ unit[count:].T, 9)
        return np.array([_ndcg(row, own) for row, own in zip(cosines, self.relevant, strict=True)])


@dataclass(frozen=True, kw_only=True)
class ClassificationTask:
    """Find the label of each text, by the `reader`.

    Raises:
        UsageError: a text is empty, there are fewer than two labels, or a label has only one text.
    """

    name: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    reader: Reader = "linear probe"

    def __post_init__(self) -> None:
        _check_texts(self.name, self.texts)
        if len(self.labels) != len(self.texts):
            raise UsageError(
                f"task {self.name!r} has {len(self.texts)} texts but {len(self.labels)} labels"
            )
        if self.reader not in ("nearest centroid", "linear probe"):
            raise UsageError(f"task {self.name!r} has no reader {self.reader!r}")
        counts = {label: self.labels.count(label) for label in set(self.labels)}
        if len(counts) < 2 or min(counts.values()) < 2:
            raise UsageError(
                f"task {self.name!r} needs at least two labels and two texts of each label"
            )

    @property
    def measure(self) -> str:
        """Return the name of the score of a text."""
        return f"accuracy by {self.reader}"

    def scores(self, vectors: Float[np.ndarray, "texts dim"]) -> Scores:
        """Return 1 for each text whose label is told correctly, else 0, `[texts]`.

        A text is never judged by a model that learnt from it: centroids leave it out, the linear
        probe is cross-validated (`probes.metrics.linear_probe`).
        """
        if self.reader == "linear probe":
            return np.asarray(linear_probe(vectors, self.labels), dtype=np.float64)
        return _nearest_centroid(vectors, self.labels)


LayerTask: TypeAlias = RetrievalTask | ClassificationTask


@dataclass(frozen=True, kw_only=True)
class TaskScores:
    """One task's score of every item (question or text) at every layer."""

    task: str
    measure: str
    pooling: Pooling
    scores: Float64[np.ndarray, "items layers"]

    def at(self, layer: int, *, seed: int = 0) -> Interval:
        """Return the mean over items at a layer, with its 95 % bootstrap interval over items."""
        return bootstrap_mean(self.scores[:, layer], seed=seed, resamples=2_000)


def score_layers(
    model: LanguageModel,
    tasks: Sequence[LayerTask],
    poolings: Sequence[Pooling] = ("mean",),
    *,
    max_tokens: int = MAX_TOKENS,
    progress: Progress = lambda _share, _message: None,
) -> list[TaskScores]:
    """Score every layer on every task with every pooling, from one forward pass over the texts.

    Raises:
        ProbeError: a text has no tokens.
    """
    texts = list(dict.fromkeys(text for task in tasks for text in task.texts))
    rows = {text: row for row, text in enumerate(texts)}
    vectors = pool_layers(
        model, texts, poolings, max_tokens=max_tokens,
        progress=lambda share, message: progress(0.9 * share, message),
    )  # fmt: skip
    found = []
    for number, task in enumerate(tasks):
        progress(0.9 + 0.1 * number / len(tasks), f"scoring {task.name}")
        own = [rows[text] for text in task.texts]
        found += [
            TaskScores(
                task=task.name,
                measure=task.measure,
                pooling=pooling,
                scores=np.stack([task.scores(layer[own]) for layer in vectors[pooling]], axis=1),
            )
            for pooling in poolings
        ]
    progress(1.0, "scored")
    return found


def sample(tasks: Sequence[LayerTask], count: int, seed: int) -> tuple[LayerTask, ...]:
    """Return the same tasks with at most `count` questions or texts each, drawn with the seed.

    All documents stay. Labels are thinned evenly, and a label left with one text is dropped; a classification task that
    would then have fewer than two labels stays whole.
    """
    rng = np.random.default_rng(seed)
    return tuple(_sampled(task, count, rng) for task in tasks)


def own_tasks() -> tuple[LayerTask, ...]:
    """Return tasks of our own: question to passage, half a passage to its other half, topic of a sentence."""
    halves = [_halves(text) for text in OWN]
    each = tuple((i,) for i in range(len(OWN)))
    topics = [(sentence, topic) for topic, listed in TOPICS.items() for sentence in listed]
    return (
        RetrievalTask(
            name="question to passage",
            questions=QUESTIONS,
            documents=OWN,
            relevant=tuple(each[i % len(OWN)] for i in range(len(QUESTIONS))),
        ),
        RetrievalTask(
            name="first half to second half of a passage",
            questions=tuple(first for first, _ in halves),
            documents=tuple(second for _, second in halves),
            relevant=each,
        ),
        ClassificationTask(
            name="topic of a sentence",
            texts=tuple(sentence for sentence, _ in topics),
            labels=tuple(topic for _, topic in topics),
        ),
    )


def read(path: Path) -> tuple[LayerTask, ...]:
    """Return the tasks of a file.

    Raises:
        ProbeError: the file cannot be read, or is no task file; the message says what is wrong.
    """
    wanted = f'it must hold {{"format": {FORMAT}, "tasks": [...]}}'
    try:
        document = json.loads(given.text(path))
    except OSError as error:
        raise ProbeError(
            f"cannot read tasks from {path}: {error.strerror}; name a task file"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ProbeError(f"{path} is not JSON ({error}); {wanted}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ProbeError(f"{path} is no task file; {wanted}")
    try:
        tasks = tuple(_task(record) for record in document["tasks"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProbeError(f"{path} holds a task with a wrong or missing field: {error}") from error
    except UsageError as error:
        raise ProbeError(f"{path}: {error}") from error
    if not tasks:
        raise ProbeError(f"{path} holds no task; {wanted}")
    return tasks


def located(file: str) -> str:
    """Return the absolute path of a task file that can be read; empty for none.

    Raises:
        ProbeError: the file cannot be read, or is no task file.
    """
    if not file:
        return ""
    path = Path(file).expanduser().absolute()
    read(path)
    return str(path)


def write(path: Path, tasks: Sequence[LayerTask]) -> None:
    """Write a file that `read` reads; the file appears whole or not at all.

    Raises:
        ProbeError: the file cannot be written.
    """
    records = [{"kind": _KINDS[type(task)], **asdict(task)} for task in tasks]
    text = json.dumps({"format": FORMAT, "tasks": records}, ensure_ascii=False, indent=1)
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except OSError as error:
        raise ProbeError(
            f"cannot write the tasks to {path}: {error.strerror}; choose a writable folder"
        ) from error


_KINDS: Mapping[type, str] = {RetrievalTask: "retrieval", ClassificationTask: "classification"}


def _task(record: Mapping[str, Any]) -> LayerTask:
    fields = {name: value for name, value in record.items() if name != "kind"}
    if record["kind"] == "retrieval":
        fields["relevant"] = tuple(tuple(map(int, own)) for own in fields["relevant"])
        fields |= {name: _strings(fields[name]) for name in ("questions", "documents")}
        return RetrievalTask(**fields)
    if record["kind"] == "classification":
        fields |= {name: _strings(fields[name]) for name in ("texts", "labels")}
        return ClassificationTask(**fields)
    raise TypeError(f"kind {record['kind']!r}")


def _strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("texts and labels must be lists of strings")
    return tuple(values)


def _check_texts(name: str, texts: Sequence[str]) -> None:
    empty = next((index for index, text in enumerate(texts) if not text.strip()), None)
    if empty is not None:
        raise UsageError(f"task {name!r}: text {empty} is empty; leave it out")


def _unit(vectors: Float[np.ndarray, "rows dim"]) -> Float64[np.ndarray, "rows dim"]:
    values = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(values, axis=-1, keepdims=True)
    return np.asarray(values / np.where(norms > 0, norms, 1.0))


def _ndcg(cosines: Scores, relevant: Sequence[int]) -> float:
    own = np.isin(np.arange(len(cosines)), relevant)
    ranked = own[np.lexsort((own, -cosines))][:DEPTH]
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    best = discounts[: min(DEPTH, int(own.sum()))].sum()
    return float(np.sum(discounts[: len(ranked)] * ranked) / best)


def _nearest_centroid(vectors: Float[np.ndarray, "texts dim"], labels: Sequence[str]) -> Scores:
    """Return whether the mean of a text's own label, without it, is nearer by cosine than any other."""
    _, codes = np.unique(np.asarray(labels), return_inverse=True)
    unit = _unit(vectors)
    sums = np.zeros((int(codes.max()) + 1, unit.shape[1]))
    np.add.at(sums, codes, unit)
    others = unit @ _unit(sums).T
    items = np.arange(len(codes))
    own = (unit * _unit(sums[codes] - unit)).sum(axis=1)
    others[items, codes] = -np.inf
    right = np.round(own, 9) > np.round(others.max(axis=1), 9)
    return np.asarray(right, dtype=np.float64)


def _sampled(task: LayerTask, count: int, rng: np.random.Generator) -> LayerTask:
    if isinstance(task, RetrievalTask):
        if len(task.questions) <= count:
            return task
        kept = sorted(rng.choice(len(task.questions), count, replace=False).tolist())
        return replace(
            task,
            questions=tuple(task.questions[i] for i in kept),
            relevant=tuple(task.relevant[i] for i in kept),
        )
    if len(task.texts) <= count:
        return task
    kept = _thinned(task.labels, count, rng)
    if len({task.labels[i] for i in kept}) < 2:
        return task
    return replace(
        task,
        texts=tuple(task.texts[i] for i in kept),
        labels=tuple(task.labels[i] for i in kept),
    )


def _thinned(labels: Sequence[str], count: int, rng: np.random.Generator) -> list[int]:
    """Return about `count` indices, taking from the labels in turn, two of a label at the least."""
    order = rng.permutation(len(labels)).tolist()
    by_label: dict[str, list[int]] = {}
    for index in order:
        by_label.setdefault(labels[index], []).append(index)
    groups = [group for group in by_label.values() if len(group) > 1][: max(2, count // 2)]
    kept = [index for group in groups for index in group[:2]]
    rounds = max((len(group) for group in groups), default=0)
    for turn in range(2, rounds):
        kept += [group[turn] for group in groups if turn < len(group)][: max(0, count - len(kept))]
    return sorted(kept)


def _halves(text: str) -> tuple[str, str]:
    """Return the words before and after the middle of a text."""
    words = text.split()
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
