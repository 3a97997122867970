"""gradio calls these functions when a reader starts, follows or stops an experiment, or opens the ledger."""

from typing import Any

from assistant.views.ledger import ledger
from assistant.views.markup import Html, join, notice
from assistant.views.press import pressed
from assistant.views.window import Trouble
from lean_gradio import gr
from presses import Presses


class RunPresses:
    """The buttons of the experiments: their cards, and the ledger of all claims."""

    def __init__(self, presses: Presses) -> None:
        self._window = presses.window

    # ── the cards ────────────────────────────────────────────────────────────────────────────────

    def run(
        self, watched: tuple[str, ...], event: gr.EventData
    ) -> tuple[tuple[str, ...], dict[str, str]]:
        """Start the experiment of a card; return the runs this page follows, or why none was started."""
        press = pressed(event._data)
        probe = press.text("probe")
        begun = self._window.run(probe, press.fields)
        if isinstance(begun, Trouble):
            return watched, {probe: begun.line}
        return (*watched, begun), {}

    def estimate(self, event: gr.EventData) -> str:
        """Return how long a run with the parameters on its card takes, for the browser to show there."""
        press = pressed(event._data)
        return self._window.estimate(press.text("probe"), press.fields)

    def halt(self, event: gr.EventData) -> dict[str, str]:
        """Stop a running experiment for good; return why it could not be stopped, if so."""
        press = pressed(event._data)
        trouble = self._window.halt(press.text("job"))
        return {press.text("probe"): trouble.line} if trouble else {}

    def resume(
        self, watched: tuple[str, ...], event: gr.EventData
    ) -> tuple[tuple[str, ...], dict[str, str]]:
        """Start a run that ended without a result again; return the runs this page follows, or why not."""
        press = pressed(event._data)
        begun = self._window.resume(press.text("job"))
        if isinstance(begun, Trouble):
            return watched, {press.text("probe"): begun.line}
        return (*watched, begun), {}

    # ── the ledger ───────────────────────────────────────────────────────────────────────────────

    def ledger(self) -> Html:
        """Return the runs started here, and every claim that an experiment tests with the result on each model."""
        found = self._window.attempt(self._window.assistant.ledger)
        claims = notice(found.line) if isinstance(found, Trouble) else ledger(found)
        return join(self._window.runs(), claims)

    def ledger_file(self, event: gr.EventData) -> Any:
        """Return the ledger as a file, for the browser to save."""
        parcel = self._window.ledger_file(pressed(event._data).text("formName"))
        return gr.skip() if isinstance(parcel, Trouble) else parcel

    def rerun(self, event: gr.EventData) -> Html:
        """Run an experiment of the ledger again from its record; the question page follows it."""
        return self._told(self._window.rerun(pressed(event._data).text("id")))

    def go_on(self, event: gr.EventData) -> Html:
        """Start a run of the list again that ended without a result; the question page follows it."""
        return self._told(self._window.resume(pressed(event._data).text("job")))

    def stop(self, event: gr.EventData) -> Html:
        """Stop a run of the list for good."""
        trouble = self._window.halt(pressed(event._data).text("job"))
        return join(notice(trouble.line) if trouble else None, self.ledger())

    def _told(self, begun: str | Trouble) -> Html:
        said = (
            notice(begun.line)
            if isinstance(begun, Trouble)
            else notice("It runs. Its progress is shown under Ask.", "calm")
        )
        return join(said, self.ledger())
