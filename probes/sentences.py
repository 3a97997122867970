"""A finished run in sentences that a stranger can read alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from probes.types import Judgement, ModelRecord, Result


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """What a run found: one sentence for a short answer, and one for each control by its name."""

    finding: str
    controls: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """How a control is told.

    `where` opens its sentence and names the `{model}`: "On {model} without the first token".
    `short` names it inside the finding: "without the first token". A "twin" should show the
    effect as well, so it changes the finding where it does not; a "foil" should not, so it
    changes the finding where it does; what stands "beside" changes nothing. `holds`,
    `fails` and `unit` replace those of the finding where the control compares something else; a
    unit of its own shows the effect as it is.
    """

    where: str
    short: str = ""
    kind: Literal["twin", "foil", "beside"] = "beside"
    holds: str = ""
    fails: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The phrases of a probe: its independent `units`, its claim where it `holds` and `fails`.

    A number is told as `unit` with the effect in place of `{}`: `shown` turns an effect into the
    figure that is shown, `form` writes it. The first of the `contrasts` that changes the finding
    is told with it, so their order is the order of weight. `where` replaces "On MODEL" for a
    probe without one.
    """

    units: str
    holds: str
    fails: str
    unit: str
    shown: Callable[[float], float] = field(default=lambda effect: effect)
    form: str = "{:.3f}"
    where: str = ""
    contrasts: Mapping[str, Contrast] = field(default_factory=dict)

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
    """Return a run in the words of its probe; a control without words gets a plain sentence."""
    where = wording.where.format(size=_size(result.model)) or (
        f"On {result.model.id} ({_of(result.model)}{result.n} {wording.units})"
    )
    known = wording.contrasts
    own = Judgement(
        verdict=result.verdict, effect=result.effect, interval=result.interval, n=result.n
    )
    stated = _state(where, own.verdict, wording.holds, wording.fails, wording.numbers(own))
    stated += ": refuted" if own.verdict == "refuted" else ""
    return Sentences(
        finding=f"{stated}{_turn(result, wording)}.",
        controls={
            name: _control(result, judged, wording, known[name])
            if name in known
            else _plain_control(result, name, judged)
            for name, judged in result.control.items()
        },
    )


def plain(result: Result) -> Sentences:
    """Return a run whose probe or parameters are not known here, from its record alone."""
    claim = result.claim.text.rstrip(". ")
    low, high = result.interval
    verdict = {"inconclusive": "not decided"}.get(result.verdict, result.verdict)
    return Sentences(
        finding=f"On {result.model.id} ({_of(result.model)}n = {result.n}), the claim “{claim}” is {verdict} "
        f"({result.effect:.3f} {result.unit}, 95 % interval {low:.3f} to {high:.3f}).",
        controls={name: _plain_control(result, name, c) for name, c in result.control.items()},
    )


def only(record: ModelRecord, texts: str) -> str:
    """Return the caveat that one model was measured, on these texts."""
    return (
        f"Only {record.id} ({record.parameters / 1e6:.0f} million parameters, weights "
        f"{record.quantisation}) was measured, on {texts}."
    )


def _state(where: str, verdict: str, holds: str, fails: str, numbers: str) -> str:
    if verdict == "inconclusive":
        return f"{where}, it is not decided whether {holds} ({numbers})"
    if verdict == "refuted":
        return f"{where}, {fails} ({numbers})"
    return f"{where}, {holds} ({numbers})"


def _turn(result: Result, wording: Wording) -> str:
    """The first control that changes what the finding means."""
    for name, contrast in wording.contrasts.items():
        judged = result.control.get(name)
        if judged is None or contrast.kind == "beside":
            continue
        value = wording.figure(judged.effect)
        if contrast.kind == "foil":
            if judged.verdict == "supported" == result.verdict:
                return f", but also {contrast.short} ({value})"
            if not (judged.verdict == "supported" and result.verdict == "refuted"):
                continue
        if judged.verdict == result.verdict:
            continue
        return {
            "supported": f", but {contrast.short} it holds ({value})",
            "refuted": f", but not {contrast.short} ({value})"
            if result.verdict == "supported"
            else f", and {contrast.short} it does not hold ({value})",
            "inconclusive": f", but {contrast.short} it is not decided ({value})",
        }[judged.verdict]
    return ""


def _control(result: Result, judged: Judgement, wording: Wording, contrast: Contrast) -> str:
    where = contrast.where.format(model=result.model.id, size=_size(result.model))
    holds, fails = contrast.holds or wording.holds, contrast.fails or wording.fails
    unit = Wording(units="", holds="", fails="", unit=contrast.unit) if contrast.unit else wording
    numbers = unit.numbers(judged)
    return f"{_state(where, judged.verdict, holds, fails, numbers)}."


def _plain_control(result: Result, name: str, judged: Judgement) -> str:
    low, high = judged.interval
    return (
        f"On {result.model.id}, the control “{name}” of {result.probe} is {judged.verdict} "
        f"({judged.effect:.3f} {result.unit}, 95 % interval {low:.3f} to {high:.3f})."
    )


def _of(model: ModelRecord) -> str:
    """The size of a model whose name does not tell it, before a count of units."""
    return "" if _SIZE.search(model.id) else f"{_size(model)} parameters, "


# "SmolLM2-135M", "Llama-3-8B": the size stands in the name.
_SIZE = re.compile(r"\d[MB]\b")


def _size(model: ModelRecord) -> str:
    millions = model.parameters / 1e6
    return f"{millions:.0f}M" if millions >= 1 else f"{millions:.2g}M"
