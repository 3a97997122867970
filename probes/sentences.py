"""Write a finished run in sentences that a stranger can read alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from probes import verdict
from probes.types import Judgement, Kind, ModelRecord, Result, Yardstick


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """The findings of a run: one sentence for a short answer, and one for each control by its name."""

    finding: str
    controls: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """The meaning of a control for the effect, and the words that tell it.

    `where` opens its sentence and names the `{model}`: "On {model} without the first token".
    `short` names it inside the finding: "without the first token". `kind` says what the effect
    must do there (see `types.Kind`); `cause` names the cause of the effect where the control fails ("the first token"),
    and `means` says in plain words why the control was made. `holds`, `fails` and `unit` replace those of the finding
    where the control compares something else, and `yardstick` replaces the effect's yardstick; a control with its own
    unit shows its effect as it is.
    """

    where: str
    short: str = ""
    kind: Kind = "beside"
    cause: str = ""
    means: str = ""
    holds: str = ""
    fails: str = ""
    unit: str = ""
    yardstick: Yardstick | None = None


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The phrases of a probe: its independent `units`, its claim where it `holds` and `fails`.

    A number is told as `unit` with the effect in place of `{}`: `shown` turns an effect into the
    figure that is shown, `form` writes it. The finding is told with the first of the `contrasts` that takes its
    support, or else changes it, so their order is the order of weight. `where` replaces "On MODEL" for a probe without
    one, with `{size}` and `{n}` in place of the size of its networks and the number of units.
    """

    units: str
    holds: str
    fails: str
    unit: str
    shown: Callable[[float], float] = field(default=lambda effect: effect)
    form: str = "{:.3f}"
    where: str = ""
    contrasts: Mapping[str, Contrast] = field(default_factory=dict)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Return the kind of each control: what the effect must do there."""
        return {name: contrast.kind for name, contrast in self.contrasts.items()}

    def figure(self, effect: float) -> str:
        """Return an effect as the figure that is shown, never a negative zero."""
        written = self.form.format(self.shown(effect))
        return written.removeprefix("-") if not re.search(r"[1-9]", written) else written

    def numbers(self, judged: Judgement) -> str:
        """Return the effect with its unit and its 95 % interval."""
        low, high = sorted(judged.interval, key=self.shown)
        span = f"95 % interval {self.figure(low)} to {self.figure(high)}"
        return f"{self.unit.format(self.figure(judged.effect))}, {span}"


def told(result: Result, wording: Wording) -> Sentences:
    """Return a run in the words of its probe; a control without words of its own gets a plain sentence."""
    where = wording.where.format(size=_size(result.model), n=result.n) or (
        f"On {result.model.id} ({_of(result.model)}{result.n} {wording.units})"
    )
    known = wording.contrasts
    own = result.own
    stated = _state(where, own.verdict, wording.holds, wording.fails, wording.numbers(own))
    if result.not_applicable:
        stated += f", but {_uncapped(result.not_applicable.rstrip('.'))}"
    else:
        stated += ": refuted" if own.verdict == "refuted" else ""
        stated += _turn(result, wording)
    return Sentences(
        finding=f"{stated}.",
        controls={
            name: control_sentence(result, judged, wording, known[name])
            if name in known
            else _plain_control(result, name, judged)
            for name, judged in result.control.items()
        },
    )


def qualified(own: Judgement, control: Judgement, contrast: Contrast) -> str:
    """Return the outcome that a reader is shown of an effect from which this control takes the support."""
    cause = contrast.cause
    if not verdict.explains(own, control, contrast.kind):
        return f"supported, but not decided {contrast.short}"
    return (
        f"supported, but explained by {cause}" if cause else f"supported, but not {contrast.short}"
    )


def reason(result: Result, name: str, wording: Wording) -> str:
    """Return how much of an effect the control of that name shows, in a sentence of its own."""
    control, contrast = result.control[name], wording.contrasts[name]
    if contrast.kind == "also" or not control.n or contrast.unit:
        return control_sentence(result, control, wording, contrast)
    where = contrast.where.format(model=result.model.id, size=_size(result.model))
    share = control.effect / result.effect
    much = f"{share:.0%}" if share > 0 else "nothing"
    there = "is left" if contrast.kind == "twin" else "is there as well"
    return f"{where}, {much} of the effect {there} ({wording.numbers(control)})."


def meanings(wording: Wording, present: Mapping[str, Judgement]) -> str:
    """Return one line that says in plain words what the controls of a run mean; empty without controls."""
    said = dict.fromkeys(
        contrast.means for name, contrast in wording.contrasts.items() if name in present
    )
    told_ = "; ".join(means for means in said if means)
    return f"What the controls mean: {told_}." if told_ else ""


def plain(result: Result) -> Sentences:
    """Tell a run whose probe or parameters are not known here, from its record alone."""
    claim = result.claim.text.rstrip(". ")
    low, high = result.interval
    said = {"inconclusive": "not decided"}.get(result.shown, result.shown)
    return Sentences(
        finding=f"On {result.model.id} ({_of(result.model)}n = {result.n}), the claim “{claim}” is {said} "
        f"({result.effect:.3f} {result.unit}, 95 % interval {low:.3f} to {high:.3f}).",
        controls={name: _plain_control(result, name, c) for name, c in result.control.items()},
    )


def only(record: ModelRecord, texts: str) -> str:
    """Return the caveat that one model was measured, on these texts."""
    return (
        f"Only {record.id} ({record.parameters / 1e6:.0f} million parameters, weights "
        f"{record.quantisation}) was measured, on {texts}."
    )


def _state(where: str, decided: str, holds: str, fails: str, numbers: str) -> str:
    if decided == "inconclusive":
        return f"{where}, it is not decided whether {holds} ({numbers})"
    if decided == "refuted":
        return f"{where}, {fails} ({numbers})"
    return f"{where}, {holds} ({numbers})"


def _turn(result: Result, wording: Wording) -> str:
    """Return the control that changes what the finding means; one that takes its support comes first."""
    own = result.own
    name = verdict.turning(own, result.control, wording.kinds)
    if name:
        return _told_of(own, result.control[name], wording.contrasts[name], wording)
    for other, contrast in wording.contrasts.items():
        judged = result.control.get(other)
        if judged is None or contrast.kind == "beside" or judged.verdict == own.verdict:
            continue
        if contrast.kind == "foil" and judged.verdict != "supported":
            continue
        if contrast.kind != "foil" or own.verdict != "supported":
            return _told_of(own, judged, contrast, wording)
    return ""


def _told_of(own: Judgement, judged: Judgement, contrast: Contrast, wording: Wording) -> str:
    value = wording.figure(judged.effect)
    if contrast.unit:
        value = Wording(units="", holds="", fails="", unit="").figure(judged.effect)
    if not judged.n:
        return f", but {contrast.short} it is {verdict.undone(judged)}"
    open_ = f", but {contrast.short} it is not decided ({value})"
    if contrast.kind == "foil" and own.verdict == "supported":
        shown = verdict.explains(own, judged, "foil")
        return f", but also {contrast.short} ({value})" if shown else open_
    return {
        "supported": f", but much less {contrast.short} ({value})"
        if own.verdict == "supported"
        else f", but {contrast.short} it holds ({value})",
        "refuted": f", but not {contrast.short} ({value})"
        if own.verdict == "supported"
        else f", and {contrast.short} it does not hold ({value})",
        "inconclusive": open_,
    }[judged.verdict]


def control_sentence(
    result: Result, judged: Judgement, wording: Wording, contrast: Contrast
) -> str:
    """Return a control of a run as a sentence of its own."""
    where = contrast.where.format(model=result.model.id, size=_size(result.model))
    holds, fails = contrast.holds or wording.holds, contrast.fails or wording.fails
    if not judged.n:
        return f"{where}, it is {verdict.undone(judged)} whether {holds}."
    unit = Wording(units="", holds="", fails="", unit=contrast.unit) if contrast.unit else wording
    numbers = unit.numbers(judged)
    return f"{_state(where, judged.verdict, holds, fails, numbers)}."


def _uncapped(sentence: str) -> str:
    """Return a sentence in the form that it has in the middle of another."""
    return sentence[:1].lower() + sentence[1:]


def _plain_control(result: Result, name: str, judged: Judgement) -> str:
    low, high = judged.interval
    return (
        f"On {result.model.id}, the control “{name}” of {result.probe} is {judged.verdict} "
        f"({judged.effect:.3f} {result.unit}, 95 % interval {low:.3f} to {high:.3f})."
    )


def _of(model: ModelRecord) -> str:
    """Return the size of a model whose name does not tell it, before a count of units."""
    return "" if _SIZE.search(model.id) else f"{_size(model)} parameters, "


# A size such as that in "SmolLM2-135M" or "Llama-3-8B" stands in the name already.
_SIZE = re.compile(r"\d[MB]\b")


def _size(model: ModelRecord) -> str:
    millions = model.parameters / 1e6
    return f"{millions:.0f}M" if millions >= 1 else f"{millions:.2g}M"
