"""Split a response at its thought, in the tags of the model families that are known."""

import re
from dataclasses import dataclass

_THOUGHT = r"(?:think(?:ing)?|thought|reason(?:ing)?|reflection|scratchpad)"

TAGS: tuple[tuple[str, str, str, str], ...] = (
    # Each row holds a family, its opening pattern, its closing pattern, and the closing tag as the family writes it.
    (
        "R1, Qwen, Seed and others",
        rf"<(?:[a-z]{{1,12}}[:_])?{_THOUGHT}[ ]?>",
        rf"</(?:[a-z]{{1,12}}[:_])?{_THOUGHT}[ ]?>",
        "</think>",
    ),
    (
        "special tokens",
        rf"<\|{_THOUGHT}(?:_start|_begin)?\|>",
        rf"<\|(?:/{_THOUGHT}|{_THOUGHT}_end)\|>",
        "<|/think|>",
    ),
    ("Gemma 4", r"<\|channel>thought\b", r"<channel\|>", "<channel|>"),
    ("Gemma", r"<unused94>(?:thought\b)?", r"<unused95>", "<unused95>"),
    (
        "Apriel",
        r"\AHere are my reasoning steps:",
        r"\[BEGIN FINAL RESPONSE\]",
        "[BEGIN FINAL RESPONSE]",
    ),
    (
        "Granite",
        r"\AHere is my thought process:",
        r"Here is my response:",
        "Here is my response:",
    ),
    ("Magistral", r"\[THINK\]", r"\[/THINK\]", "[/THINK]"),
    (
        "OpenThinker",
        r"<\|begin_of_thought\|>",
        r"<\|end_of_thought\|>(?:\s*<\|begin_of_solution\|>)?|<\|begin_of_solution\|>",
        "<|end_of_thought|>\n\n<|begin_of_solution|>",
    ),
    ("Kimi", r"◁think▷", r"◁/think▷", "◁/think▷"),
    (
        "Command A",
        r"<\|START_THINKING\|>",
        r"<\|END_THINKING\|>(?:\s*<\|START_RESPONSE\|>)?",
        "<|END_THINKING|><|START_RESPONSE|>",
    ),
    (
        "GPT-OSS",
        r"(?:<\|start\|>assistant)?<\|channel\|>(?:analysis|commentary)[^<]{0,80}"
        r"(?:<\|constrain\|>[^<]{0,40})?<\|message\|>",
        r"(?:<\|end\|>)?(?:<\|start\|>assistant)?<\|channel\|>final"
        r"(?:\s*<\|constrain\|>[^<]{0,40})?<\|message\|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
    # A decoder that drops special tokens leaves the names of channels glued to the text.
    ("GPT-OSS, decoded", r"\Aanalysis(?=\w)", r"assistantfinal", "assistantfinal"),
)
"""How each family opens and closes its thought; a family's names are in its chat template."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response split at its thought."""

    thought: str | None
    """`None` if the text has no thought."""
    final: str
    """What stands outside the thought; empty if the thought was never closed."""
    finished: bool
    """False if a thought was opened and never closed."""


def split_response(text: str, *, starts_in_thought: bool = False) -> Response:
    """Split a response at the tags of its thought.

    A closing tag without an opening one ends a thought opened by the prompt. A text without tags is wholly answer,
    unless it starts inside the thought.
    """
    opened = _OPENING.search(text)
    # Once a thought is open, only the tag of its own family ends it.
    ends = _CLOSING if opened is None or opened.lastindex is None else _ENDS[opened.lastindex - 1]
    closing = max(ends.finditer(text), key=re.Match.start, default=None)
    start = closing.end() if closing else 0
    opening = _OPENING.search(text, start)
    if opening is not None:
        return Response(thought=text[opening.end() :], final="", finished=False)
    if closing is None:
        if starts_in_thought:
            return Response(thought=text, final="", finished=False)
        return Response(thought=None, final=text, finished=True)
    thought = _OPENING.sub("", text[: closing.start()], count=1)
    return Response(thought=thought, final=text[start:], finished=True)


def closing_tag(text: str) -> str:
    """Return the text that closes the thought left open at the end of `text`, in its own family's tags.

    It is `</think>` where the text has no opening tag, which then stands in the prompt.
    """
    last = max(_OPENING.finditer(text), key=re.Match.start, default=None)
    if last is None or last.lastindex is None:
        return TAGS[0][3]
    if last.lastindex == 1:
        return f"</{last[0][1:]}"
    return TAGS[last.lastindex - 1][3]


# Every opening stands at the start or begins with one of these, which is seen faster than that no family fits.
_OPENING = re.compile(
    rf"(?=[<\[◁]|\A)(?:{'|'.join(f'({opening})' for _, opening, _, _ in TAGS)})", re.IGNORECASE
)
_ENDS = [re.compile(closing, re.IGNORECASE) for _, _, closing, _ in TAGS]
_CLOSING = re.compile(
    rf"(?=[<\[◁ha])(?:{'|'.join(f'(?:{closing})' for _, _, closing, _ in TAGS)})", re.IGNORECASE
)
