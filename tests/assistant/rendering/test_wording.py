"""What several experiments have in common is said once, and nothing of a reason is lost."""

from dataclasses import replace

from assistant.rendering import to_html, to_markdown
from assistant.rendering.wording import reasons


def offered(answer, *whys):
    [one] = answer.experiments
    return replace(answer, experiments=tuple(replace(one, why=why) for why in whys))


def test_a_reason_that_all_share_is_said_once(full_answer):
    answer = offered(full_answer, "it tests “A”; not run here yet", "it tests “A”; refuted on M")
    assert reasons(answer.experiments) == (
        "Why: each tests “A”.",
        ["Not run here yet.", "Refuted on M."],
    )
    for shown in (to_markdown(answer), to_html(answer)):
        assert shown.count("tests “A”") == 1
        assert "Not run here yet." in shown
        assert "Refuted on M." in shown


def test_different_reasons_and_a_single_one_stand_with_their_experiment(full_answer):
    for whys in (["it tests “A”; not run"], ["it tests “A”; not run", "it tests “B”; not run"]):
        answer = offered(full_answer, *whys)
        assert reasons(answer.experiments) == ("", [f"Why: {why}." for why in whys])
        assert all(f"Why: {why}." in to_markdown(answer) for why in whys)
