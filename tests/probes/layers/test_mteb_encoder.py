import importlib.util

import numpy as np
import pytest
from scipy.stats import spearmanr

from probes.errors import ProbeError
from probes.layers import encoder, layer_tasks
from probes.layers.mteb_encoder import MtebEncoder
from probes.models import laboratory
from probes.texts.prompts import OWN

MTEB = importlib.util.find_spec("mteb") is not None
SEARCH, HALVES, TOPICS = layer_tasks.own_tasks()


@pytest.fixture
def model(decoder, tmp_path):
    return laboratory.load(str(decoder), tmp_path)


@pytest.fixture
def wrapped(model):
    return MtebEncoder(encoder.LayerEncoder(model=model, layer=2))


@pytest.fixture
def mteb(monkeypatch, tmp_path):
    monkeypatch.setenv("MTEB_CACHE", str(tmp_path / "mteb"))
    reason = "the optional package mteb, 2.26 or later, is not installed"
    return pytest.importorskip("mteb", minversion="2.26", reason=reason)


def made_here(kind, measure, dataset, **attributes):
    """One of mteb's own tasks with its data at hand: nothing is downloaded."""
    from mteb import abstasks
    from mteb.abstasks.task_metadata import TaskMetadata

    def load_data(self, **_):
        self.dataset, self.data_loaded = dataset, True

    metadata = TaskMetadata(
        name=f"Own{kind}", description="our own texts", type=kind, main_score=measure,
        dataset={"path": "own/texts", "revision": "1"}, eval_langs=["eng-Latn"],
        prompt={"query": "Which passage answers this?"} if kind == "Retrieval" else None,
    )  # fmt: skip
    base = getattr(abstasks, f"AbsTask{kind}")
    described = {"metadata": metadata, "load_data": load_data, **attributes}
    return type(metadata.name, (base,), described)()


def table(**columns):
    from datasets import Dataset

    return Dataset.from_dict({name: list(values) for name, values in columns.items()})


def test_batches_are_read_as_mteb_hands_them_over(wrapped):
    batches = [{"text": list(OWN[:2])}, {"text": [OWN[2]], "title": ["unused"]}]
    found = wrapped.encode(
        batches, task_metadata=None, hf_split="test", hf_subset="default", prompt_type=None,
        batch_size=2,
    )  # fmt: skip
    np.testing.assert_array_equal(found, wrapped.encoder.encode(OWN[:3]))


def test_empty_texts_get_a_vector(wrapped):
    assert np.isfinite(wrapped.encode([{"text": ["", "word"]}])).all()


def test_other_inputs_are_refused_in_one_line(wrapped):
    with pytest.raises(ProbeError, match="reads text only, and got image"):
        wrapped.encode([{"image": [None]}])


def test_another_precision_is_refused(wrapped):
    with pytest.raises(ProbeError, match="gives float32 vectors; for int8"):
        wrapped.encode([{"text": OWN[:1]}], precision="int8")


def test_similarities_are_cosines(wrapped):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 5, 3)).astype(np.float32)
    every = wrapped.similarity(a, b)
    assert every.shape == (5, 5)
    np.testing.assert_allclose(every.diagonal(), wrapped.similarity_pairwise(a, b), atol=1e-6)
    np.testing.assert_allclose(wrapped.similarity(a, 3 * a).diagonal(), 1, atol=1e-6)
    assert every.abs().max() <= 1 + 1e-6
    assert float(wrapped.similarity(a[0], b[0])) == pytest.approx(float(every[0, 0]), abs=1e-6)
    assert not wrapped.similarity(a, np.zeros((1, 3))).any()


def test_whatever_changes_the_vectors_stands_in_the_name(model):
    names = {
        MtebEncoder(
            encoder.LayerEncoder(model=model, layer=layer, pooling=pooling, max_tokens=tokens)
        ).name
        for layer in range(model.layers)
        for pooling in encoder.POOLINGS
        for tokens in (16, 256)
    }
    assert len(names) == model.layers * len(encoder.POOLINGS) * 2
    assert all(name.count("/") == 1 for name in names)


@pytest.mark.skipif(MTEB, reason="mteb is installed")
def test_missing_mteb_is_said_in_one_line(wrapped):
    with pytest.raises(ProbeError, match="pip install mteb"):
        _ = wrapped.mteb_model_meta


def test_mteb_takes_it_for_an_encoder(mteb, wrapped):
    from mteb.models import EncoderProtocol

    assert isinstance(wrapped, EncoderProtocol)
    meta = wrapped.mteb_model_meta
    assert (meta.name, meta.revision) == (wrapped.name, wrapped.encoder.model.record.revision)
    assert meta.similarity_fn_name.value == "cosine"


def test_a_retrieval_task_of_mteb_gives_our_score_of_each_layer(mteb, model, tmp_path):
    questions = [f"q{number}" for number in range(len(SEARCH.questions))]
    documents = [f"d{number}" for number in range(len(SEARCH.documents))]
    wanted = {
        question: {documents[at]: 1 for at in own}
        for question, own in zip(questions, SEARCH.relevant, strict=True)
    }
    split = {
        "queries": table(id=questions, text=SEARCH.questions),
        "corpus": table(id=documents, title=[""] * len(documents), text=SEARCH.documents),
        "relevant_docs": wanted,
        "top_ranked": None,
    }
    task = made_here("Retrieval", "ndcg_at_10", {"default": {"test": split}})
    cache = mteb.ResultCache(tmp_path / "results")
    ours = {}
    for layer in (1, 4):
        chosen = MtebEncoder(encoder.LayerEncoder(model=model, layer=layer))
        texts = (SEARCH.questions, SEARCH.documents)
        vectors = np.concatenate([chosen.encoder.encode(own) for own in texts])
        ours[chosen.name] = SEARCH.scores(vectors).mean()
        mteb.evaluate(chosen, task, cache=cache, encode_kwargs={"batch_size": 5})
    assert len(set(np.round(list(ours.values()), 3))) == 2
    kept = cache.load_results(tasks=[task]).model_results
    theirs = {result.model_name: result.task_results[0].get_score() for result in kept}
    assert theirs == pytest.approx(ours, abs=1e-5)  # mteb rounds to five digits


def test_a_similarity_task_of_mteb_ranks_pairs_by_our_cosines(mteb, wrapped):
    first, second = HALVES.questions, HALVES.documents
    pairs = (first * 2, second + second[1:] + second[:1])
    alike = [5.0] * len(first) + [0.0] * len(first)
    split = table(sentence1=pairs[0], sentence2=pairs[1], score=alike)
    task = made_here("STS", "cosine_spearman", {"test": split})
    found = mteb.evaluate(wrapped, task, cache=None).task_results[0].scores["test"][0]
    vectors = [wrapped.encoder.encode(own) for own in pairs]
    ours = spearmanr(wrapped.similarity_pairwise(*vectors), alike).statistic
    assert found["spearman"] == pytest.approx(ours, abs=1e-3)
    assert found["cosine_spearman"] == pytest.approx(ours, abs=1e-3)


def test_a_classification_task_of_mteb_learns_from_our_vectors(mteb, model):
    from sklearn.linear_model import LogisticRegression

    # The states are taken after the final norm, because those before it are too small to learn anything from.
    last = MtebEncoder(encoder.LayerEncoder(model=model, layer=-1))
    passages = list(range(len(OWN)))
    split = {
        "train": table(text=HALVES.questions + HALVES.documents, label=passages * 2),
        "test": table(text=OWN, label=passages),
    }
    # The whole training part is used once; mteb would draw some texts of each label several times.
    once = {"samples_per_label": 2, "n_experiments": 1}
    task = made_here("Classification", "accuracy", split, **once)
    found = mteb.evaluate(last, task, cache=None).task_results[0].get_score()
    halves, whole = last.encoder.encode(HALVES.texts), last.encoder.encode(OWN)
    ours = LogisticRegression(max_iter=100).fit(halves, passages * 2).score(whole, passages)
    assert ours > 0.5
    assert found == pytest.approx(ours, abs=1 / len(OWN))


def test_every_kind_of_text_task_of_mteb_runs(mteb, wrapped):
    ran = {name: result for name, result in mteb.mock_run(wrapped).items() if result is not None}
    assert len(ran) >= 20
    assert {name: result for name, result in ran.items() if not hasattr(result, "scores")} == {}


def test_results_of_compressed_vectors_are_filed_apart(mteb, wrapped):
    from mteb.models import CompressionWrapper
    from mteb.types import OutputDType

    plain = wrapped.mteb_model_meta.experiment_name
    compressed = CompressionWrapper(wrapped, OutputDType.INT8).mteb_model_meta
    assert compressed.name == wrapped.name
    assert compressed.experiment_name not in (plain, None)
