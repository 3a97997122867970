"""`inquire search | ask | summarize | paper | export` asks the library and shows its sources."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Annotated, Any

import typer

import assistant
from assistant import rendering
from assistant.commands.batch import answer_lines
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant, progress
from assistant.commands.holdings import SomeKeys, Where, chosen_keys
from assistant.commands.threads import going_on, keep
from assistant.errors import UsageError
from assistant.printable import escaped_json, folded, printable
from assistant.search.query import Filters, scoped
from assistant.text.prose import orders, without_orders
from assistant.types import Answer, Length, Progress

if TYPE_CHECKING:
    from assistant import Assistant


class Format(StrEnum):
    """The formats of an answer."""

    md = "md"
    html = "html"
    json = "json"


class RecordFormat(StrEnum):
    """The formats of a bibliographic record."""

    bibtex = "bibtex"
    ris = "ris"
    csl_json = "csl-json"


def _typed(text: str) -> str:
    """Return the typed text, with a mark for every byte that the terminal's encoding cannot read."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


Question = Annotated[
    str, typer.Argument(metavar="QUESTION", help="Question, in quotation marks.", parser=_typed)
]
AnswerFormat = Annotated[
    Format | None, typer.Option("--format", help="The form of the answer; by default md.")
]


def search(
    question: Question,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="The number of passages.")] = 10,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Find the passages that fit a question, best first."""
    del as_json
    with progress() as report:
        library = open_assistant(data_dir)
        library.index(report)
    hits = library.search(question, k)
    lines = [f"No passage holds “{folded(phrase)}”." for phrase in library.unheld(question)]
    found = library.library.get_all([*{hit.passage.source for hit in hits}])
    titles = {source.key: folded(source.title) for source in found}
    for hit in hits:
        page = f", p. {hit.passage.page}" if hit.passage.page is not None else ""
        words = folded(hit.passage.text)
        told = [folded(span.of(hit.passage.text)) for span in orders(hit.passage.text)]
        lines.append(
            f"{hit.rank:>3}  {hit.score:.3f}  {titles[hit.passage.source]} ({printable(hit.passage.source)}{page})\n"
            f"     {_cut(words, 300)}"
        )
        lines += [f"     An order to machines, not followed: “{_cut(order, 80)}”" for order in told]
    return Reply(
        document=rendering.data.search_json(hits),
        text="\n".join(lines) or "nothing found",
        exit_code=0 if hits else 1,
    )


def ask(
    question: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="Question, in quotation marks.", parser=_typed),
    ] = None,
    writer: Annotated[
        str | None,
        typer.Option(
            "--writer",
            metavar="W",
            help="Who writes: extractive, local, ollama or openai; ollama:MODEL chooses the model.",
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Continue the latest thread.")
    ] = False,
    thread: Annotated[
        str, typer.Option("--thread", metavar="ID", help="Continue this thread.")
    ] = "",
    pin: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="A source that the answer must consider."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="A source that the answer must not use.")
    ] = None,
    collection: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Ask only the sources of a collection, as collection:NAME does."
        ),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Ask only the sources with a tag.")
    ] = None,
    length: Annotated[
        Length | None,
        typer.Option(
            "--length",
            help="brief or full; full shows what brief folds. The default is in the settings.",
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Answer each line of a file (- for standard input) with `id` and `question` by a line of JSON.",
        ),
    ] = None,
    form: AnswerFormat = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Answer a question with checked quotes; exit code 1 means that the list has no answer."""
    if (question is None) == (batch is None):
        raise UsageError("Ask a QUESTION, or name a file with --batch; one of the two.")
    if batch is not None and (follow or thread or form not in (None, Format.json)):
        raise UsageError(
            "--batch prints JSON lines and takes neither --follow or --thread nor another --format."
        )
    scope = Filters(collection=tuple(collection or ()), tag=tuple(tag or ()))
    library = open_assistant(data_dir)
    wanted = length or library.settings.length
    place, context = going_on(library, thread, follow=follow)
    for key in exclude or ():
        context = context.exclude(key)
    for key in pin or ():
        context = context.pin(key)

    def answered(asked: str, report: Progress, shown: Length) -> Answer:
        written = count(1)
        return library.ask(
            scoped(asked, scope), writer=writer, progress=report, thread=context, length=shown,
            listen=lambda _: report(f"writing, sentence {next(written)}", 0.0),
        )  # fmt: skip

    if batch is not None:
        whole = partial(answered, shown=wanted)
        return Reply(document=None, stream=partial(_batch, library, batch, writer, whole))
    assert question is not None
    with progress() as report:
        answer = answered(question, report, "brief")
    keep(library, answer, place, context, writer or "")
    return _answered(
        library, rendering.unfolding.at_length(answer, wanted), Format.json if as_json else form
    )


def _batch(
    library: "Assistant", name: str, writer: str | None,
    answered: Callable[[str, Progress], Answer], put: Callable[[str], None],
) -> int:  # fmt: skip
    with progress() as report:
        # An error that affects every line is raised once, before the first line.
        library.desk(writer, report)
        return answer_lines(name, lambda asked: answered(asked, report), report, put)


def summarize(
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="KEY...", help="Keys of sources.")
    ] = None,
    question: Annotated[
        str,
        typer.Option(
            "--question",
            metavar="Q",
            help="Summarise what the sources of the answer to this question say about it.",
        ),
    ] = "",
    form: AnswerFormat = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Summarise one or several sources, or those that an answer cites, with citations."""
    library = open_assistant(data_dir)
    with progress() as report:
        library.index(report)
        answer = library.summarize(keys or (), question, report)
    return _answered(library, answer, Format.json if as_json else form)


def paper(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of a source.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Print the page of a source as data, with its stored text."""
    del as_json
    library = open_assistant(data_dir)
    with progress() as report:
        library.index(report)
    page = library.paper(key)
    return Reply(document=page, text=_page(page))


def export(
    keys: SomeKeys = None,
    where: Where = None,
    form: Annotated[
        RecordFormat, typer.Option("--format", help="The format of the records.")
    ] = RecordFormat.bibtex,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Export the bibliographic records of sources."""
    del as_json
    library = open_assistant(data_dir)
    with progress() as report:
        library.index(report)
    chosen = chosen_keys(library, keys, where)
    records = library.export(chosen, form.value)
    document = {"format": form.value, "keys": chosen, "records": records}
    return Reply(document=document, text=records.rstrip("\n"))


def _answered(library: "Assistant", answer: Answer, form: Format | None) -> Reply:
    document = rendering.data.answer_json(answer)
    titles = assistant.library.titles.near_titles(library.library, answer)
    if form is Format.html:
        text = rendering.html.to_html(answer, titles)
    elif form is Format.json:
        text = escaped_json(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        text = rendering.markdown.to_markdown(answer, titles)
    return Reply(
        document=document,
        text=text.rstrip("\n"),
        markdown=form is None,
        exit_code=1 if answer.coverage == "absent" else 0,
    )


def _page(page: Mapping[str, Any]) -> str:
    """Return the short parts of a page in words; --json has the long ones."""
    lines = [folded(str(page["title"])), f"{page['kind']}, key {printable(str(page['key']))}", ""]
    metadata: Mapping[str, Any] = page.get("metadata") or {}
    for name in ("authors", "year", "venue", "doi", "arxiv", "url"):
        value = metadata.get(name)
        if value:
            said = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
            lines.append(f"{name}: {folded(said)}")
    if page.get("claim"):
        lines += ["", folded(without_orders(str(page["claim"])))]
    lines += ["", f"{len(page['text']):,} characters of text; --json gives all of it."]
    return "\n".join(lines)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
