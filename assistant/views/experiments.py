"""Show experiments: the card with its run, and the record of a finished run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from assistant.rendering.wording import amount, bounds, duration
from assistant.text.prose import sentences
from assistant.types import Experiment
from assistant.views.job_log import going_on
from assistant.views.markup import (
    Html,
    button,
    folded,
    join,
    notice,
    panel,
    picture,
    table,
    tag,
)
from probes import registry
from probes.runs.jobs import JobStatus
from probes.types import Judgement, Result

NOTHING = Html()
NO_LOGS: Mapping[str, Html | None] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A stored result with its figure, as a picture and in words."""

    result: Result
    svg: bytes
    alt: str


def bench(
    cards: Sequence[tuple[Experiment, Mapping[str, Any]]],
    runs: Mapping[str, JobStatus],
    findings: Mapping[str, Finding | str],
    question: str,
    troubles: Mapping[str, str],
    shown: int | None = None,
    logs: Mapping[str, Html | None] = NO_LOGS,
) -> Html:
    """Return the experiment cards of an answer, and the runs that belong to none of them.

    Args:
        cards: Experiments with their descriptions by `registry.describe`.
        runs: The latest run of each probe that this window follows.
        findings: Stored results of finished runs, by id, or why one cannot be shown.
        question: The question of the button "ask again".
        troubles: Why a press did nothing, by probe.
        shown: How many cards are shown at once, beside the running ones; None shows all.
        logs: What these runs reported, by probe.
    """

    def state(probe: str) -> Html:
        run = _run(runs.get(probe), findings, question, logs.get(probe))
        return join(notice(troubles[probe]), run) if probe in troubles else run

    known = {experiment.probe for experiment, _ in cards}
    above: list[Html] = []
    more: list[Html] = []
    for place, (experiment, about) in enumerate(cards):
        probe = experiment.probe
        # A running experiment is never hidden.
        open_ = shown is None or place < shown or probe in runs or probe in troubles
        (above if open_ else more).append(_card(experiment, about, state(probe)))
    above += [
        tag("article", _heading(name, registry.titled(name)), state(name), class_="card")
        for name in dict.fromkeys((*runs, *troubles))
        if name not in known
    ]
    if not above:
        return Html()
    fold = folded(f"More experiments ({len(more)})", *more, name="experiments") if more else None
    return tag("section", tag("h3", "Experiments"), *above, fold, class_="part")


def record(finding: Finding, beside: Html = NOTHING, log: Html | None = None) -> Html:
    """Return the evidence panel: verdict, numbers, controls, limits, log, the rerun command, and `beside`."""
    result = finding.result
    model = result.model
    controls = {name: _numbers(judged, result.unit) for name, judged in result.control.items()}
    conditions = {
        "model": f"{model.id} ({model.parameters / 1e6:.3g} million parameters)",
        "quantisation": model.quantisation,
        "revision": model.revision,
        "prompts": f"{result.prompts.get('count', '?')}, {result.prompts.get('origin', '')}",
        "seed": str(result.seed),
        "parameters": ", ".join(f"{name} = {value}" for name, value in result.parameters.items()),
        "took": duration(result.seconds),
        "on": result.created,
        "where": result.made_on,
        "versions": ", ".join(f"{name} {value}" for name, value in result.versions.items()),
    }
    return panel(
        result.claim.text,
        verdict(result),
        *(tag("p", span.of(result.summary)) for span in sentences(result.summary)),
        tag("h3", "Controls") if controls else None,
        table(controls),
        tag("h3", "What it cannot say"),
        tag("p", result.caveat),
        folded("The figure in words", tag("p", finding.alt)),
        tag("h3", "Conditions"),
        table({"claim made in": result.claim.source, "effect": result.claim.effect} | conditions),
        tag(
            "p",
            "Run it again from this record: ",
            tag("code", f"inquire evidence rerun {result.id}"),
        ),
        log,
        beside,
        kicker=f"Experiment · {result.created[:10]}",
    )


def written(value: Any) -> str:
    """Return a parameter's value as it stands in its field."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def estimate(seconds: float) -> str:
    """Return how long a run takes, in the words of its card."""
    return f"{duration(seconds)} here"


def _card(experiment: Experiment, about: Mapping[str, Any], run: Html) -> Html:
    earlier = [
        button(f"run {number}", "evidence", class_="cite local", data_id=key, title=key)
        for number, key in enumerate(experiment.evidence[:3], 1)
    ]
    time = tag("span", estimate(experiment.seconds), class_="muted", data_estimate=experiment.probe)
    return tag(
        "article",
        _heading(experiment.probe, str(about.get("question", ""))),
        tag("p", tag("b", "Tests: "), experiment.claim),
        tag("p", tag("b", "Why: "), experiment.why, "."),
        tag("p", "Earlier runs: ", join(*earlier, between=" ")) if earlier else None,
        folded("Parameters", _parameters(experiment, about), name=experiment.probe),
        tag("p", button("Run", "run", class_="primary", data_probe=experiment.probe), " ", time),
        run,
        class_="card", data_form=True,
    )  # fmt: skip


def _heading(probe: str, title: str) -> Html:
    """Return the title of a card; its tooltip names the experiment as the command line does."""
    return tag("h4", title or probe, title=f"On the command line: {probe}", data_experiment=probe)


def _parameters(experiment: Experiment, about: Mapping[str, Any]) -> Html:
    fields = []
    for number, parameter in enumerate(about.get("parameters", ())):
        name = parameter["name"]
        value = experiment.parameters.get(name, parameter["default"])
        identity = f"{experiment.probe}-{number}"
        fields += [
            tag("label", name, for_=identity),
            tag("input", id=identity, name=name, value=written(value), autocomplete="off"),
            tag("span", _said_of(parameter), class_="muted"),
        ]
    return tag("div", *fields, class_="parameters")


def _said_of(parameter: Mapping[str, Any]) -> str:
    """Return the type, bounds and meaning of a parameter."""
    kind = ", ".join(filter(None, (parameter["type"], bounds(parameter))))
    return f"{kind}; {parameter['meaning']}".rstrip("; ")


def _run(
    run: JobStatus | None, findings: Mapping[str, Finding | str], question: str, log: Html | None
) -> Html:
    if run is None:
        return Html()
    if not run.over:
        return _running(run, log)
    finding = findings.get(run.evidence or "", f"{run.state.capitalize()}: {run.message}")
    if isinstance(finding, str):
        said = notice("Stopped.", "calm") if run.state == "cancelled" else notice(finding)
        act = (
            None
            if run.evidence
            else tag("p", going_on(run, registry.titled(run.probe)), class_="actions")
        )
        return tag("div", said, act, log, class_="run", data_state=run.state)
    result = finding.result
    return tag(
        "div",
        verdict(result),
        tag("p", result.summary),
        tag("figure", picture("image/svg+xml", finding.svg, finding.alt)),
        tag(
            "p",
            button(
                "Ask again with this evidence", "line", class_="primary", data_question=question
            ) if question else None,
            " ",
            button("Open the record", "evidence", data_id=result.id),
            class_="actions",
        ),
        log,
        class_="run", data_state=run.state,
    )  # fmt: skip


def _running(run: JobStatus, log: Html | None) -> Html:
    words = "waiting for its turn" if run.state == "queued" else run.message
    title = registry.titled(run.probe)
    return tag(
        "div",
        tag(
            "progress", value=f"{run.fraction:.3f}", max="1",
            aria_label=f"Progress of: {title}, {run.fraction:.0%}",
        ),
        tag("span", f"{run.fraction:.0%} · {words} · {run.seconds:.0f} s", class_="muted"),
        button("Stop", "halt", data_job=run.id, data_probe=run.probe, aria_label=f"Stop: {title}"),
        log,
        class_="run running", data_state=run.state,
    )  # fmt: skip


def verdict(result: Result) -> Html:
    """Return the verdict of a run as a badge, with its effect and interval."""
    own = Judgement(
        verdict=result.verdict, effect=result.effect, interval=result.interval, n=result.n,
        missing=result.missing,
    )  # fmt: skip
    badge = tag("span", result.shown, class_=f"verdict {result.verdict}")
    return tag("p", badge, " ", _numbers(own, result.unit, verdict=False), class_="finding")


def _numbers(judged: Judgement, unit: str, *, verdict: bool = True) -> str:
    low, high = judged.interval
    spread = f"95 % interval {low:+.3f} to {high:+.3f}, n = {judged.n}"
    said = f"effect {amount(judged.effect, unit)}, {spread}"
    return f"{judged.verdict}: {said}" if verdict else said
