"""An outline keeps to its limits, repeats nothing, and puts each source under its angle."""

from dataclasses import replace

from assistant.coverage import Assessment
from assistant.outline import ANGLES, outline, with_local
from assistant.selection import Quote, Witness, distinct
from assistant.types import Source


def quote(source: str, text: str, role: str = "claim", relevance: float = 0.8) -> Quote:
    return Quote(
        source=source, passage=f"{source}:0", text=text, page=None, start=0, end=len(text), role=role,
        cosine=0.6, coverage=0.6, relevance=relevance, terms=frozenset(text.lower().split()),
    )  # fmt: skip


def witness(key: str, score: float, *quotes: Quote, relations=()) -> Witness:
    source = Source(
        key=key, kind="note", title=f"Is {key} so?", claim="", text="", content_hash=key,
        metadata={"relations": list(relations)},
    )  # fmt: skip
    return Witness(source=source, score=score, quotes=quotes)


ANSWERED = Assessment(coverage="answered", closeness=0.7, met=(), unmet=())


def test_a_source_that_contests_the_leading_one_is_the_counterweight():
    lead = witness("a", 1.0, quote("a", "Alpha holds in every model tested."))
    other = witness(
        "b", 0.5, quote("b", "Beta was measured under other conditions."),
        relations=[{"to": "a", "kind": "contests / explains"}],
    )  # fmt: skip
    plan = outline("?", (), ANSWERED, [lead, other], 8)
    assert {t.angle: [q.source for q in t.quotes] for t in plan.threads} == {
        "direct": ["a"], "counter": ["b"],
    }  # fmt: skip


def test_no_more_sources_than_allowed_and_a_counterweight_is_kept():
    lead = witness("a", 1.0, quote("a", "Alpha one two three."))
    others = [witness(f"s{i}", 0.9, quote(f"s{i}", f"w{i} x{i} y{i} z{i}.")) for i in range(9)]
    against = witness(
        "z",
        0.5,
        quote("z", "Zeta says otherwise, plainly."),
        relations=[{"to": "a", "kind": "challenges"}],
    )
    plan = outline("?", (), ANSWERED, [lead, *others, against], 4)
    cited = {q.source for t in plan.threads for q in t.quotes}
    assert len(cited) == 4
    assert "z" in cited


def test_free_places_go_to_relatives_of_the_first_and_to_no_one_else():
    lead = witness("a", 1.0, quote("a", "Alpha one two three."))
    stranger = witness("s", 0.5, quote("s", "Sigma four five six.", relevance=0.3))
    relation = [{"to": "a", "kind": "models"}]
    relative = witness("r", 0.5, quote("r", "Rho seven eight nine."), relations=relation)
    far = witness("f", 0.3, quote("f", "Phi ten eleven twelve."), relations=relation)

    def cited(most):
        plan = outline("?", (), ANSWERED, [lead, stranger, relative, far], most)
        return {q.source for t in plan.threads for q in t.quotes}

    assert cited(8) == {"a", "r"}
    assert cited(1) == {"a"}


def test_every_chosen_source_speaks_and_the_answer_keeps_its_length():
    def many(key, score, kind):
        texts = [f"{key}{i}a {key}{i}b {key}{i}c {key}{i}d." for i in range(30)]
        return witness(key, score, *(quote(key, text, kind) for text in texts))

    chosen = [many("a", 1.0, "fact"), *(many(f"s{i}", 0.7, "fact") for i in range(7))]
    plan = outline("?", (), ANSWERED, chosen, 8)
    said = [q.source for t in plan.threads for q in t.quotes]
    assert set(said) == {w.source.key for w in chosen}
    assert len(said) == 20
    level = [many("a", 1.0, "fact"), many("b", 0.9, "fact"), many("c", 0.7, "fact")]
    level[0] = witness("a", 1.0, *level[0].quotes[:2])
    plan = outline("?", (), ANSWERED, level, 8)
    counted = [q.source for t in plan.threads for q in t.quotes]
    assert [counted.count(key) for key in "abc"] == [2, 3, 2]
    reserved = [
        witness(key, 1.0, quote(key, f"{key} holds."), *many(key, 1.0, "caveat").quotes)
        for key in "pq"
    ]
    limits = outline("?", (), ANSWERED, reserved, 8).threads[-1]
    assert limits.angle == "limits"
    assert len(limits.quotes) == 7


def test_caveats_come_last_and_what_is_said_twice_is_said_once():
    same = "No frontier model was measured here."
    lead = witness("a", 1.0, quote("a", "Alpha holds."), quote("a", same, "caveat"))
    other = witness("b", 0.95, quote("b", "Beta holds too, at depth."), quote("b", same, "caveat"))
    plan = outline("?", (), ANSWERED, [lead, other], 8)
    assert plan.threads[-1].angle == "limits"
    assert [q.source for q in plan.threads[-1].quotes] == ["a"]


def test_an_absent_question_has_no_threads_but_the_nearest_sources():
    absent = Assessment(coverage="absent", closeness=0.1, met=(), unmet=())
    plan = outline("?", (), absent, [witness("a", 1.0, quote("a", "Alpha."))], 8)
    assert plan.threads == ()
    assert [s.key for s in plan.nearest] == ["a"]


def test_local_evidence_stands_before_the_limits():
    lead = witness("a", 1.0, quote("a", "Alpha holds."), quote("a", "It is open still.", "caveat"))
    plan = outline("?", (), ANSWERED, [lead], 8)
    own = with_local(plan, [witness("run-1", 1.0, quote("run-1", "The run finds it refuted."))])
    assert [t.angle for t in own.threads] == ["direct", "local", "limits"]
    assert list(ANGLES).index("local") < list(ANGLES).index("limits")


def test_what_another_machine_measured_stands_apart_from_what_this_one_did():
    lead = witness("a", 1.0, quote("a", "Alpha holds."))
    own = witness("run-1", 1.0, quote("run-1", "The run finds it refuted."))
    other = witness("run-2", 1.0, quote("run-2", "The run finds it supported."))
    other = replace(other, source=replace(other.source, metadata={"brought_from": "/list"}))
    plan = with_local(outline("?", (), ANSWERED, [lead], 8), [other, own])
    measured = [(t.angle, [q.source for q in t.quotes]) for t in plan.threads[1:]]
    assert measured == [("local", ["run-1"]), ("elsewhere", ["run-2"])]


def test_distinct_keeps_the_first_of_two_that_say_the_same():
    first = quote("a", "the middle layers lose entropy here")
    second = quote("b", "the middle layers lose entropy here too")
    assert distinct([first, second]) == [first]


def test_what_contests_the_claim_that_is_asked_about_stands_apart():
    found = witness(
        "a", 1.0, quote("a", "Entropy rises in the middle layers."), quote("a", "Curvature was measured too.", "fact"),
        quote("a", "Entropy falls in the middle layers under repetition.", "fact"),
    )  # fmt: skip
    plan = outline("Does entropy rise in the middle layers?", (), ANSWERED, [found], 8)
    said = {t.angle: [q.text for q in t.quotes] for t in plan.threads}
    assert said["against"] == ["Entropy falls in the middle layers under repetition."]
    assert said["direct"][0] == "Entropy rises in the middle layers."
    open_question = outline("What does entropy do in the middle layers?", (), ANSWERED, [found], 8)
    assert "against" not in {thread.angle for thread in open_question.threads}
