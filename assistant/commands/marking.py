"""`inquire mark` and `inquire marks` keep a reader's marks on sentences, from which the library learns."""

from typing import Annotated

import typer

from assistant.commands.console import AsJson, DataDir, Reply, open_assistant
from assistant.errors import UsageError
from assistant.printable import folded, printable
from assistant.types import Grade


def mark(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In quotation marks.")],
    source: Annotated[str, typer.Option("--source", metavar="KEY", help="The source that holds the sentence.")],
    sentence: Annotated[str, typer.Option("--sentence", metavar="TEXT", help="The sentence, as in the source.")],
    grade: Annotated[Grade, typer.Option("--as", help="What the sentence does; misleads means that it does not help.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:  # fmt: skip
    """Mark a sentence as answering a question, helping or misleading; similar questions learn from the mark."""
    del as_json
    made = open_assistant(data_dir).mark(question, source, sentence, grade)
    return Reply(document=made.as_json(), text=f"Mark {made.id}: {made.grade}.")


def marks(
    remove: Annotated[
        list[int] | None,
        typer.Option("--remove", metavar="ID", help="Take this mark back; may be given again."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """List your marks of sentences, one a line; --remove takes marks back."""
    del as_json
    library = open_assistant(data_dir)
    known = {each.id: each for each in library.marks()}
    if not remove:
        lines = [
            f"{each.id}  {each.day}  {each.grade}  {printable(each.source)}  {folded(each.question)}  "
            f"“{folded(each.sentence)}”"
            for each in known.values()
        ]
        return Reply(
            document=[each.as_json() for each in known.values()],
            text="\n".join(lines) or "no mark yet; `inquire mark` sets one",
        )
    if missing := [id for id in remove if id not in known]:
        raise UsageError(f"There is no mark {missing[0]}; `inquire marks` lists them.")
    for id in dict.fromkeys(remove):
        library.unmark(known[id].question, known[id].source, known[id].sentence)
    return Reply(
        document={"removed": list(dict.fromkeys(remove))},
        text=f"Taken back: {', '.join(map(str, dict.fromkeys(remove)))}.",
    )
