"""A terminal shows Markdown with its headings and emphasis, and a bar for what takes a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from assistant.printable import printable
from assistant.types import Progress


def formatted(text: str) -> str:
    """Return Markdown as the terminal of stdout shows it."""
    console = Console()
    with console.capture() as captured:
        console.print(Markdown(text, hyperlinks=False))
    return captured.get().rstrip("\n")


@contextmanager
def bar() -> Iterator[Progress]:
    """Show a progress bar on stderr."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("starting", total=None)

        def report(message: str, fraction: float) -> None:
            shown = printable(message)[:60]
            bars.update(task, description=shown, completed=fraction, total=1.0)

        yield report
