import json

import numpy as np
import pytest

from probes import registry
from probes.continuations import results
from probes.continuations.arms import AS_STARTED, LAST, MAJORITY, SAMPLED
from probes.continuations.study import parse_setting
from probes.models import laboratory
from probes.runs import evidence
from probes.types import ModelRecord, ProbeError, UsageError
from tests.probes.continuations.conftest import build
from tests.probes.continuations.serving import served

SMALL = {"count": 6, "tasks": ["addition-3x9"], "shots": 1, "max_tokens": 16}


NAMES = [
    "subthought_mode",
    "subthought_entropy",
    "greedy_identity",
    "marker_or_random",
    "early_answer",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build(tmp_path_factory.mktemp("tiny"), max_position_embeddings=1024)


def run(name, folder, data, **parameters):
    probe = registry.build(name, {**SMALL, "model": str(folder), **parameters})
    shares = []
    done = probe.run(laboratory.Laboratory(cache=data), lambda share, _said: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    return done


@pytest.mark.parametrize("name", NAMES)
def test_every_study_runs_on_a_small_network_and_finds_the_same_twice(name, folder, tmp_path):
    first, second = (run(name, folder, tmp_path) for _ in range(2))
    for key, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[key])
    result = evidence.save(first, tmp_path)
    assert result.prompts["count"] == len(first.prompts) == 6
    assert result.prompts["origin"] == "the probe's own"
    assert result.summary == second.result.summary


@pytest.mark.parametrize("arm", [AS_STARTED, LAST, MAJORITY])
def test_a_mode_that_one_way_to_spend_the_tokens_equals_is_not_supported(arm):
    probe = registry.build("subthought_mode")
    mode, other = [1, 1, 1] * 20, [1, 0, 1] * 20
    arms = {LAST: other, SAMPLED: mode, AS_STARTED: other, MAJORITY: other}
    record = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
    assert probe.conclude(results.specimen(arms), record).result.outcome == "supported"
    made = probe.conclude(results.specimen(arms | {arm: mode}), record).result
    assert made.outcome != "supported"
    assert {f"against {LAST}", f"against {MAJORITY}"} <= made.control.keys()
    assert all(-1 <= bound <= 1 for bound in made.interval)


def test_greedy_identity_holds_on_a_random_network(folder, tmp_path):
    assert run("greedy_identity", folder, tmp_path).result.effect == 1.0


def test_all_arms_count_all_they_generate(folder, tmp_path):
    arrays = run("subthought_mode", folder, tmp_path, arms="all").arrays
    arms = arrays["arms"].tolist()
    tokens = {arm: arrays["tokens"][place] for place, arm in enumerate(arms)}
    assert len(arms) == len(set(arms)) == 14
    assert (tokens[SAMPLED] > tokens[LAST]).all()
    # The majority comes as close to the budget as whole samples allow.
    assert (np.abs(tokens[MAJORITY] - tokens[SAMPLED]) <= SMALL["max_tokens"]).all()


def test_a_readers_own_question_is_opened(folder, tmp_path):
    result = run("subthought_mode", folder, tmp_path, question="What is 2 + 2?", answer="4").result
    opened = result.prompts["opened"]
    assert opened["question"] == "What is 2 + 2?"
    assert opened["prompt"].endswith("2 + 2?\nA:")
    assert "".join(opened["subthoughts"]) in opened["trace"]
    assert len(opened["subthoughts"]) == len(opened["answers"])
    assert result.verdict == "inconclusive"
    assert result.n == 1
    assert "Last answer:" in result.summary
    json.dumps(result.as_json())


def test_a_question_without_gold_is_not_judged(folder, tmp_path):
    result = run("subthought_mode", folder, tmp_path, question="Why?").result
    assert (result.n, result.missing) == (0, 1)


def test_a_served_model_is_studied_like_a_local_one(backend, tmp_path):
    with served(backend.model) as root:
        result = run(
            "subthought_mode", "tiny", tmp_path, server=f"{root}/plain/v1", model="tiny", count=6
        ).result
    assert result.model.revision == f"served by {root}/plain/v1"
    assert result.n == 6


def test_screening_without_a_fitting_setting_says_each_accuracy(folder, tmp_path):
    with pytest.raises(ProbeError, match=r"30 to 80 % of cases \(addition-3x9 0\.00"):
        run("early_answer", folder, tmp_path, tasks=["screen"])


def test_a_wrong_setting_and_a_missing_chat_template_are_one_line(folder, tmp_path):
    with pytest.raises(UsageError, match="no setting 'chess'"):
        parse_setting("chess")
    with pytest.raises(ProbeError, match="no chat template"):
        run("early_answer", folder, tmp_path, prompting="chat")


@pytest.fixture
def own_problems(tmp_path):
    path = tmp_path / "mine.jsonl"
    rows = [{"question": f"What is {n} times 3?", "answer": str(3 * n)} for n in range(8)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_problems_of_the_reader_are_asked_in_place_of_those_made_here(
    name, folder, tmp_path, own_problems
):
    done = run(name, folder, tmp_path, problems=str(own_problems))
    assert done.prompts == tuple(f"What is {n} times 3?" for n in range(6))
    assert done.result.prompts["origin"] == "the reader's problems"
    assert "mine.jsonl" in done.result.caveat
    kept = evidence.save(done, tmp_path)
    again = registry.build(name, evidence.load(tmp_path, kept.id).parameters)
    own_problems.unlink()
    assert [p.question for p in again._problems([])] == list(done.prompts)


def test_responses_may_be_as_long_as_their_problems_need(own_problems):
    def limit(**parameters):
        return registry.parsed("early_answer", parameters).limit

    assert limit() == 72
    assert limit(problems=str(own_problems)) == 256
    assert limit(problems=str(own_problems), prompting="chat") == limit(prompting="chat") == 1024
    assert limit(prompting="chat", max_tokens="40") == 40
