import itertools

from probes.continuations.journal import key, open_journal
from probes.continuations.types import Decoding, Request

SAMPLED = Decoding(max_tokens=8)


def requests(backend, count=6):
    return [
        Request(prefix=backend.prefix(f"No {i}"), decoding=SAMPLED, seed=(i,)) for i in range(count)
    ]


def words(found):
    return {index: (c.tokens, c.text, c.finish) for index, c in found.items()}


def test_a_run_that_was_killed_goes_on_where_it_stopped(backend, tmp_path):
    expected = dict(backend.complete(requests(backend)))
    journal = open_journal(backend, tmp_path)
    begun = dict(itertools.islice(journal.complete(requests(backend)), 2))
    again = open_journal(backend, tmp_path)
    assert len(again.known) == len(begun) == 2
    before = backend.spent.decoded
    assert words(dict(again.complete(requests(backend)))) == words(expected)
    left = [c.generated for i, c in expected.items() if i not in begun]
    assert backend.spent.decoded - before == sum(left)
    spent = backend.spent.decoded
    assert words(dict(open_journal(backend, tmp_path).complete(requests(backend)))) == words(
        expected
    )
    assert backend.spent.decoded == spent


def test_a_line_cut_short_by_a_kill_is_passed_over(backend, tmp_path):
    journal = open_journal(backend, tmp_path)
    expected = dict(journal.complete(requests(backend, 3)))
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-20])
    reopened = open_journal(backend, tmp_path)
    assert len(reopened.known) == 2
    assert words(dict(reopened.complete(requests(backend, 3)))) == words(expected)
    assert len(open_journal(backend, tmp_path).known) == 3


def test_equal_requests_are_decoded_once_and_different_ones_are_not(backend, tmp_path):
    (request,) = requests(backend, 1)
    journal = open_journal(backend, tmp_path)
    before = backend.spent.steps
    done = dict(journal.complete([request, request]))
    assert done[0] == done[1]
    assert backend.spent.steps - before == done[0].generated
    other = Request(prefix=request.prefix, decoding=SAMPLED, seed=(99,))
    assert key(other) != key(request)
