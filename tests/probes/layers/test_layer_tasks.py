import json

import numpy as np
import pytest

from probes.errors import ProbeError, UsageError
from probes.layers import encoder, layer_tasks
from probes.layers.layer_tasks import ClassificationTask, RetrievalTask
from probes.models import laboratory
from probes.texts.prompts import OWN


def retrieval(documents=3, relevant=((0,), (1,))):
    return RetrievalTask(
        name="r",
        questions=tuple(f"question {i}" for i in range(len(relevant))),
        documents=tuple(f"document {i}" for i in range(documents)),
        relevant=relevant,
    )


def labelled(counts, reader="nearest centroid"):
    labels = tuple(label for label, count in counts.items() for _ in range(count))
    texts = tuple(f"text {i} of {label}" for i, label in enumerate(labels))
    return ClassificationTask(name="c", texts=texts, labels=labels, reader=reader)


def test_ndcg_of_known_ranks():
    documents = np.eye(3)
    questions = np.array([[1, 0.5, 0], [1, 0.5, 0]])
    scores = retrieval().scores(np.vstack([questions, documents]).astype(np.float32))
    np.testing.assert_allclose(scores, [1, 1 / np.log2(3)])


def test_ndcg_of_several_relevant_documents():
    documents = np.eye(4)
    question = np.array([[0.9, 0.8, 0.7, 0.6]])
    task = retrieval(4, relevant=((0, 3),))
    found = task.scores(np.vstack([question, documents]).astype(np.float32))
    assert found[0] == pytest.approx((1 + 1 / np.log2(5)) / (1 + 1 / np.log2(3)))


def test_equal_documents_do_not_help():
    """Were ties broken by position, a layer that says the same of all texts would score."""
    task = retrieval(12, relevant=((0,), (11,)))
    same = np.ones((14, 5), dtype=np.float32)
    assert task.scores(same).tolist() == [0, 0]
    assert labelled({"a": 4, "b": 4}).scores(same[:8]).tolist() == [0] * 8


def test_a_text_does_not_judge_itself():
    """Random vectors: with the text in its own centroid nearly all would be right."""
    vectors = np.random.default_rng(0).standard_normal((200, 50)).astype(np.float32)
    task = labelled({str(i): 2 for i in range(100)})
    assert task.scores(vectors).mean() < 0.06


@pytest.mark.parametrize("reader", ["nearest centroid", "linear probe"])
def test_separate_clusters_are_told_apart(reader):
    task = labelled({"a": 10, "b": 10, "c": 10}, reader)
    centres = np.repeat(np.eye(3, 8) * 5, 10, axis=0)
    noise = np.random.default_rng(0).normal(0, 0.1, centres.shape)
    assert task.scores((centres + noise).astype(np.float32)).tolist() == [1] * 30


@pytest.mark.parametrize("task", [retrieval(5), labelled({"a": 5, "b": 6})])
def test_rotation_and_scale_change_no_score(task):
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((len(task.texts), 7))
    turn = np.linalg.qr(rng.standard_normal((7, 7)))[0]
    np.testing.assert_allclose(task.scores(vectors), task.scores(3 * vectors @ turn))


def test_tasks_survive_their_file(tmp_path):
    tasks = (*layer_tasks.own_tasks(), retrieval(4, ((0, 3), (1,))), labelled({"ä": 2, "b": 3}))
    layer_tasks.write(tmp_path / "tasks.json", tasks)
    assert layer_tasks.read(tmp_path / "tasks.json") == tasks
    assert [path.name for path in tmp_path.iterdir()] == ["tasks.json"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ([], "no task file"),
        ({"format": 2, "tasks": []}, "no task file"),
        ({"format": 1, "tasks": []}, "holds no task"),
        ({"format": 1, "tasks": [{"kind": "poem"}]}, "poem"),
        ({"format": 1, "tasks": [{"kind": "classification", "name": "x"}]}, "labels|texts"),
        ({"format": 1, "tasks": ["x"]}, "wrong or missing"),
        (
            {"format": 1, "tasks": [{"kind": "classification", "name": "x", "texts": "ab", "labels": []}]},
            "lists of strings",
        ),
    ],
)  # fmt: skip
def test_wrong_files_are_named_in_one_line(tmp_path, record, said):
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(record))
    with pytest.raises(ProbeError, match=said) as error:
        layer_tasks.read(path)
    assert "\n" not in str(error.value)
    with pytest.raises(ProbeError, match=r"cannot read tasks from .*: No such file .*; name a"):
        layer_tasks.read(tmp_path / "none.json")
    path.write_text("[" * 100_000)
    with pytest.raises(ProbeError, match="is not JSON"):
        layer_tasks.read(path)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: retrieval(3, ((3,),)), "question 0 needs relevant documents from 0 to 2"),
        (lambda: retrieval(3, ((),)), "question 0"),
        (lambda: retrieval(1, ((0,),)), "two documents"),
        (lambda: labelled({"a": 3, "b": 1}), "two texts of each label"),
        (lambda: labelled({"a": 3}), "two labels"),
        (lambda: labelled({"a": 2, "b": 2}, "oracle"), "no reader 'oracle'"),
        (lambda: ClassificationTask(name="x", texts=("a", " "), labels=("a", "b")), "text 1 is empty"),
        (lambda: ClassificationTask(name="x", texts=("a", "b"), labels=("a",)), "1 labels"),
    ],
)  # fmt: skip
def test_impossible_tasks_are_refused(build, said):
    with pytest.raises(UsageError, match=said):
        build()


def test_samples_are_small_valid_and_repeatable():
    tasks = layer_tasks.own_tasks()
    for count in (6, 11, 30):
        drawn = layer_tasks.sample(tasks, count, 1)
        assert drawn == layer_tasks.sample(tasks, count, 1)
        assert len(drawn[0].questions) == min(count, 48)
        assert drawn[0].documents == tasks[0].documents
        assert len(drawn[2].texts) <= count
        assert set(drawn[2].texts) <= set(tasks[2].texts)
    assert layer_tasks.sample(tasks, 1000, 0) == tasks


def test_every_layer_is_scored_from_one_pass(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    passes = []
    model.network.base_model.layers[0].register_forward_pre_hook(
        lambda _block, args: passes.append(len(args[0]))
    )
    tasks = layer_tasks.own_tasks()
    found = layer_tasks.score_layers(model, tasks, ("mean", "rest"), max_tokens=32)
    texts = {text for task in tasks for text in task.texts}
    assert sum(passes) == len(texts)
    assert [(s.task, s.pooling) for s in found] == [
        (task.name, pooling) for task in tasks for pooling in ("mean", "rest")
    ]
    for scored, task in zip(found[::2], tasks, strict=True):
        assert scored.scores.shape[1] == model.layers
        assert ((scored.scores >= 0) & (scored.scores <= 1)).all()
        alone = encoder.LayerEncoder(model=model, layer=3, max_tokens=32).encode(task.texts)
        np.testing.assert_allclose(task.scores(alone), scored.scores[:, 3], atol=1e-6)
        at = scored.at(3)
        assert at.low <= at.estimate == scored.scores[:, 3].mean() <= at.high


def test_own_questions_ask_for_every_passage():
    questions = layer_tasks.own_tasks()[0]
    assert {index for own in questions.relevant for index in own} == set(range(len(OWN)))
    assert len(set(questions.questions)) == len(questions.questions) == 2 * len(OWN)
