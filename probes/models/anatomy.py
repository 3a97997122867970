"""Find how a network is built by what it does with one short batch, not by the names in it."""

import inspect
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from probes.errors import ProbeError
from probes.files import foreign

_CLOSE = 1e-4
"""This is the rounding of one step in float32, and below it in half precision; two different steps differ by far
more."""
_CLOSE_HALF = 2e-2
Module = Any
"""A torch module."""


@dataclass(frozen=True, kw_only=True)
class Anatomy:
    """A description of what a network does with a text, as far as its layers are concerned.

    `blocks` are the modules that make its layers and `depth` how often one of them is called in a
    pass: ALBERT calls one block at every layer. `tokens_first` is set where states come as
    [tokens, batch, dim] (XLNet). `closing` are the steps that follow the last block and keep the
    width of the states, among them the final norm; empty where the last block ends the network,
    None where the following steps could not be told apart. `projected` is set where a projection to
    another width comes after them (OPT-350M). `padded` says that padding changes no state.
    """

    blocks: Sequence[Module]
    depth: int
    tokens_first: bool
    closing: tuple[Module, ...] | None
    projected: bool
    padded: bool

    @property
    def last(self) -> str:
        """Return what the last layer is, in words."""
        if self.closing is None:
            return "as the model leaves it"
        said = "after the final norm" if self.closing else "as the last block leaves it"
        return (
            f"{said}, before the projection to the width of the words" if self.projected else said
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Call:
    """One call of a module: the states that went in and came out."""

    module: Module
    entered: torch.Tensor | None
    left: torch.Tensor | None


def examine(base: Module, depths: Collection[int], tokens: Sequence[int], name: str) -> Anatomy:
    """Run a network on two short rows of tokens, one of them padded, and describe what it does.

    Args:
        base: the network without its head.
        depths: the numbers of layers that its configuration states; a decoder that was taken out
            of a pair may state its own beside that of the encoder.
        tokens: at least four token ids.
        name: the model's name, for errors.

    Raises:
        ProbeError: the network does not run, or its layers have no states [tokens, dim]; the line says why.
    """
    whole, part = list(tokens), list(tokens[: len(tokens) // 2])
    rows = torch.tensor([whole, part + [0] * (len(whole) - len(part))])
    mask = torch.tensor([[1] * len(whole), [1] * len(part) + [0] * (len(whole) - len(part))])

    def unrunnable(reason: str) -> ProbeError:
        return ProbeError(f"model {name} cannot be run on a text ({reason}); choose another model")

    with foreign.calls(unrunnable), recorded(base) as calls:
        output = run(base, rows, mask)
    final = first(output)
    blocks, made = _stack(base, depths, calls, name)
    entering = [call.entered for call in made]
    count, length = rows.shape
    shapes = {tuple(states.shape) if states is not None else () for states in entering}
    dims = entering[0].shape[-1] if entering[0] is not None else 0
    tokens_first = shapes == {(length, count, dims)}
    if not tokens_first and shapes != {(count, length, dims)}:
        raise ProbeError(
            f"the blocks of model {name} pass on more or other than one vector a token, so it has no "
            "layers in the sense of these metrics; choose another model"
        )
    leaving = made[-1].left
    last = calls.index(made[-1])
    path = None
    if leaving is not None and final is not None:
        path = steps(calls[last + 1 :], turned(leaving, tokens_first), final, tokens_first)
    width = [call for call in path or () if _width(call.entered) == _width(call.left)]
    kept = tuple(call.module for call in width)
    projected = path is not None and len(width) < len(path)
    if final is None or (path is None and tuple(final.shape) != (count, length, dims)):
        raise ProbeError(
            f"what model {name} makes of the states of its last block could not be told; "
            "choose another model"
        )
    with foreign.calls(unrunnable):
        alone = first(run(base, torch.tensor([part]), torch.ones(1, len(part), dtype=torch.long)))
    return Anatomy(
        blocks=blocks,
        depth=len(made),
        tokens_first=tokens_first,
        closing=None if path is None else kept,
        projected=projected,
        padded=alone is not None and same(alone, final[1:, : len(part)]),
    )


@contextmanager
def recorded(network: Module) -> Iterator[list[Call]]:
    """Record what enters and leaves every module of a network, in the order in which the calls end."""
    calls: list[Call] = []
    waiting: dict[int, list[torch.Tensor | None]] = {}

    def before(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        waiting.setdefault(id(module), []).append(first(entering(args, kwargs)))

    def after(module: Module, _args: tuple[Any, ...], output: Any) -> None:
        calls.append(Call(module=module, entered=waiting[id(module)].pop(), left=first(output)))

    handles = [
        handle
        for module in network.modules()
        for handle in (
            module.register_forward_pre_hook(before, with_kwargs=True),
            module.register_forward_hook(after),
        )
    ]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


def run(network: Module, rows: torch.Tensor, mask: torch.Tensor) -> Any:
    """Return what a network makes of token ids, without a cache."""
    options = {"use_cache": False} if takes(network, "use_cache") else {}
    at = next(network.parameters()).device
    with torch.inference_mode():
        return network(rows.to(at), attention_mask=mask.to(at), **options)


def takes(network: Module, name: str) -> bool:
    """Return whether a network is called with an argument of that name; a mere wrapper hands on any."""
    known = inspect.signature(network.forward).parameters
    return name in known or any(one.kind is one.VAR_POSITIONAL for one in known.values())


def entering(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the states that a module is called with."""
    return args[0] if args else kwargs.get("hidden_states")


def first(output: Any) -> torch.Tensor | None:
    """Return the states of an output (a tensor, or a tuple, list or record that begins with one), or None."""
    if not isinstance(output, torch.Tensor):
        try:
            output = output[0]
        except (TypeError, KeyError, IndexError):
            return None
    return output if isinstance(output, torch.Tensor) and output.is_floating_point() else None


def steps(
    calls: Sequence[Call], start: torch.Tensor, goal: torch.Tensor, tokens_first: bool = False
) -> tuple[Call, ...] | None:
    """Return the fewest calls, each taking what the one before left, that lead from one tensor to another.

    None where no such calls do.
    """
    paths: list[tuple[torch.Tensor, tuple[Call, ...]]] = [(start, ())]
    tried: set[int] = set()
    while paths:
        reached, taken = paths.pop(0)
        if same(reached, goal):
            return taken
        for number, call in enumerate(calls):
            if number in tried or call.entered is None or call.left is None:
                continue
            if same(turned(call.entered, tokens_first), reached):
                tried.add(number)
                paths.append((turned(call.left, tokens_first), (*taken, call)))
    return None


def turned(states: torch.Tensor, tokens_first: bool) -> torch.Tensor:
    """Return states with the batch as their first axis."""
    return states.transpose(0, 1) if tokens_first and states.dim() == 3 else states


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Return whether two tensors are equal up to rounding."""
    if a.shape != b.shape:
        return False
    half = a.element_size() < 4 or b.element_size() < 4
    size = max(float(b.float().norm()), 1e-30)
    return float((a.float() - b.float()).norm()) <= (_CLOSE_HALF if half else _CLOSE) * size


def _width(states: torch.Tensor | None) -> int:
    return 0 if states is None else states.shape[-1]


def _stack(
    base: Module, depths: Collection[int], calls: Sequence[Call], name: str
) -> tuple[Sequence[Module], list[Call]]:
    """Return the outermost list of modules that is called once for each layer, and those calls."""
    for module in base.modules():
        if isinstance(module, torch.nn.ModuleList) and len(module):
            members = {id(member) for member in module}
            made = [call for call in calls if id(call.module) in members]
            if made and len(made) in depths:
                return list(module), made
    stated = " or ".join(map(str, sorted(depths))) or "its"
    raise ProbeError(
        f"model {name} calls no stack of {stated} blocks, one for each of its layers, whose "
        "hidden states could be read; choose a language model such as smollm2"
    )
