import math
from contextlib import ExitStack

import numpy as np
import pytest

from probes.continuations import server as module
from probes.continuations.journal import open_journal
from probes.continuations.server import open_server
from probes.continuations.subthoughts import as_trace, continued, marker_cuts
from probes.continuations.types import Decoding, Request
from probes.errors import ProbeError, UsageError
from tests.odd_servers import TAKEN, busy, elsewhere, endless, nested, talking
from tests.probes.continuations.serving import served

GREEDY = Decoding(temperature=0, max_tokens=12)


@pytest.fixture(scope="module")
def address(backend):
    with served(backend.model) as root:
        yield root


def ask(server, *requests):
    found = dict(server.complete(requests))
    return [found[index] for index in range(len(requests))]


def test_a_served_model_says_what_the_local_one_says(address, backend):
    server = open_server(f"{address}/v1/", "tiny")
    texts = ["Hello", "So 4 + 5", "Then"]
    theirs = ask(server, *(Request(prefix=server.prefix(t), decoding=GREEDY) for t in texts))
    ours = ask(backend, *(Request(prefix=backend.prefix(t), decoding=GREEDY) for t in texts))
    for a, b in zip(theirs, ours, strict=True):
        if "�" not in a.text + b.text:
            assert a.text == b.text
        assert a.generated == b.generated
        if a.logprobs:
            np.testing.assert_allclose(a.logprobs, b.logprobs, atol=1e-3)


def test_a_trace_of_a_server_is_cut_and_continued_as_text(address):
    server = open_server(f"{address}/v1", "tiny")
    prompt = server.prefix("Q: 1\nA:")
    (response,) = ask(server, Request(prefix=prompt, decoding=GREEDY))
    trace = as_trace(prompt, response)
    cuts = marker_cuts(trace)
    for request in (continued(server, trace, cut, GREEDY, (1,)) for cut in cuts):
        assert request.prefix.text.startswith("Q: 1\nA:")
        assert request.prefix.text.endswith(request.lead)
        assert response.text.startswith(request.lead)


def test_a_server_without_log_probabilities_gives_text_alone(address):
    server = open_server(f"{address}/plain/v1", "tiny")
    (found,) = ask(server, Request(prefix=server.prefix("Hello"), decoding=GREEDY))
    assert found.text
    assert found.generated > 0
    assert found.logprobs == found.confidences == ()


def test_seeds_decide_what_a_server_samples(address):
    server = open_server(f"{address}/v1", "tiny")
    sampled = Decoding(temperature=1.0, max_tokens=10)
    requests = [
        Request(prefix=server.prefix("So"), decoding=sampled, seed=(seed,)) for seed in (1, 1, 2)
    ]
    first, again, other = ask(server, *requests)
    assert first == again
    assert other.text != first.text
    assert all(math.isfinite(value) for value in first.logprobs)


def test_a_server_that_is_down_is_one_clear_line():
    server = open_server("http://127.0.0.1:9/v1", "tiny")
    with pytest.raises(ProbeError, match=r"no server answers at http://127\.0\.0\.1:9/v1"):
        ask(server, Request(prefix=server.prefix("a"), decoding=GREEDY))


def test_a_slow_server_is_one_clear_line(address):
    server = open_server(f"{address}/slow/v1", "tiny", timeout=0.3)
    with pytest.raises(ProbeError, match="did not answer within"):
        ask(server, Request(prefix=server.prefix("a"), decoding=GREEDY))


def test_an_unknown_model_and_a_wrong_api_are_named(address):
    wrong = open_server(f"{address}/v1", "huge")
    with pytest.raises(ProbeError, match=r"refused \(404\).*'huge'"):
        ask(wrong, Request(prefix=wrong.prefix("a"), decoding=GREEDY))
    other = open_server(f"{address}/other/v1", "tiny")
    with pytest.raises(ProbeError, match="completions API"):
        ask(other, Request(prefix=other.prefix("a"), decoding=GREEDY))


@pytest.mark.parametrize("address", ["localhost:8000", "file:///etc/passwd", "", "http://["])
def test_an_address_must_be_http(address):
    with pytest.raises(UsageError, match="http://localhost:8000/v1"):
        open_server(address, "tiny")


def test_a_chat_cannot_be_cut_behind_a_server(address):
    with pytest.raises(ProbeError, match="prompting=few-shot"):
        open_server(f"{address}/v1", "tiny").chat("What is 1 + 1?")


def greedy(server, count=12):
    return [Request(prefix=server.prefix(f"So {n} + 5"), decoding=GREEDY) for n in range(count)]


def test_a_server_that_dies_half_way_loses_no_continuation(address, backend):
    with ExitStack() as dying:
        other = dying.enter_context(served(backend.model))
        both = open_server(f"{address}/v1, {other}/v1", "tiny")
        found = {}
        for index, continuation in both.complete(greedy(both)):
            found[index] = continuation
            if len(found) == 4:
                dying.close()
    alone = open_server(f"{address}/v1", "tiny")
    assert [found[index] for index in range(12)] == ask(alone, *greedy(alone))


def test_when_all_servers_are_gone_what_came_is_kept_and_the_next_run_resumes(backend, tmp_path):
    with ExitStack() as dying:
        root = dying.enter_context(served(backend.model))
        server = open_server(f"{root}/v1", "tiny", at_once=1)
        journal, came = open_journal(server, tmp_path), []

        def killed_after_five():
            for index, _ in journal.complete(greedy(server)):
                came.append(index)
                if len(came) == 5:
                    dying.close()

        with pytest.raises(ProbeError, match=r"no server answers at .*; the next run goes on"):
            killed_after_five()
    assert 5 <= len(came) < 12
    again = open_journal(server, tmp_path)
    assert len(again.known) == len(came)
    with served(backend.model, int(root.rpartition(":")[2])):
        assert len(dict(again.complete(greedy(server)))) == 12


def test_a_busy_server_is_asked_again_when_it_wishes(address):
    server = open_server(f"{address}/busy/v1", "tiny")
    assert len(ask(server, *greedy(server, 3))) == 3


def test_an_address_among_several_that_is_none_is_named():
    with pytest.raises(UsageError, match=r"^'nonsense' is no server address"):
        open_server("http://127.0.0.1:9/v1, nonsense", "tiny")


@pytest.mark.parametrize("talk", [endless, nested, busy, elsewhere])
def test_a_reply_that_is_no_completion_is_one_line(talk, monkeypatch):
    monkeypatch.setattr(module, "_LARGEST", 2**20)
    with talking(talk) as root:
        server = open_server(f"{root}/v1", "tiny")
        with pytest.raises(ProbeError, match=root):
            ask(server, *greedy(server, 1))
    assert not TAKEN.is_set()
