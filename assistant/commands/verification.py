"""`inquire verify` judges given sentences against given evidence."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import rendering
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant, progress
from assistant.commands.lines import answer_each
from assistant.errors import Mendable, UsageError
from assistant.printable import folded

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.verify.decision import Ruling


def verify(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="Lines of JSON with `id`, `evidence` (a list of texts), `sentence` and, where they are known, "
            "`titles`; - for standard input.",
        ),
    ] = None,
    sentence: Annotated[
        str,
        typer.Option("--sentence", metavar="WORDS", help="One sentence to check against --source."),
    ] = "",
    source: Annotated[
        str,
        typer.Option(
            "--source", metavar="KEY", help="The source that the sentence is checked against."
        ),
    ] = "",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Check whether evidence supports a sentence, and how likely: for each line of a file, or for one source.

    With --sentence and --source, exit code 1 means that the source does not support the sentence.
    """
    del as_json
    if file is None:
        if not (sentence.strip() and source):
            raise UsageError("Name a FILE, or a --sentence and the --source it is held against.")
        return _against(open_assistant(data_dir), sentence, source)
    if sentence or source:
        raise UsageError("Name a FILE, or a --sentence and a --source; one of the two.")
    return Reply(document=None, stream=partial(_verified, open_assistant(data_dir), file))


def _against(library: "Assistant", sentence: str, key: str) -> Reply:
    found = library.verify_against(sentence, key)
    ruling = found.ruling
    lines = [rendering.wording.ruled(ruling.supported, ruling.reason)]
    for quote in found.quotes:
        page = f" (p. {quote.page})" if quote.page else ""
        lines.append(f"  “{folded(quote.text)}”{page}")
    return Reply(
        document={
            "supported": ruling.supported, "probability": round(ruling.probability, 4), "reason": ruling.reason,
            "source": key, "quotes": [quote.quote() for quote in found.quotes],
        },
        text="\n".join(lines),
        exit_code=0 if ruling.supported else 1,
    )  # fmt: skip


def _verified(library: "Assistant", name: str, put: Callable[[str], None]) -> int:
    told = False

    def answer(asked: Mapping[str, Any], number: int) -> Mapping[str, Any]:
        nonlocal told
        ruling = _ruling(library, asked, number)
        if ruling.unjudged and not told:
            told = True
            typer.echo(f"inquire: {library.unjudged}", err=True)
        return {
            "supported": ruling.supported,
            "probability": round(ruling.probability, 4),
            "reason": ruling.reason,
        }

    with progress() as report:
        # An error that affects every line is raised once, before the first line.
        _ = library.judge
        return answer_each(name, _HOLDS, answer, report, put, "line")


_HOLDS = "`id`, `evidence` and `sentence`"


def _ruling(library: "Assistant", asked: Mapping[str, Any], number: int) -> "Ruling":
    """Return the ruling on the claim of a line.

    Raises:
        Mendable: the line lacks a sentence or evidence, or cannot be judged.
    """
    sentence = asked.get("sentence")
    if not isinstance(sentence, str) or not sentence.strip():
        raise Mendable(f"Line {number} has no `sentence` in words.")
    evidence = _texts(asked.get("evidence"), "evidence", number)
    if not any(text.strip() for text in evidence):
        raise Mendable(f"Line {number} has no `evidence` in words.")
    titles = _texts([] if asked.get("titles") is None else asked["titles"], "titles", number)
    return library.verify(sentence, evidence, titles)


def _texts(given: object, field: str, number: int) -> list[str]:
    """Return the texts of a field; a single text becomes a list of one.

    Raises:
        Mendable: the field holds something else.
    """
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Mendable(f"Line {number} has no list of texts as `{field}`.")
    return texts
