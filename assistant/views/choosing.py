"""A page may change these settings; only things already on this machine can be chosen."""

import os
from collections.abc import Mapping, Sequence

from assistant.errors import UsageError
from assistant.models.catalogue import OFFERED, file_of
from assistant.models.packages import PACKAGES, installed
from assistant.preferences import preferences
from assistant.views import preferences as views
from assistant.views.markup import Html, notice
from assistant.views.preferences import Choice
from assistant.views.window import Trouble, Window


class Choosing:
    """The settings of a window's library; no method raises to the page."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._assistant = window.assistant

    def page(self, said: Html | None = None) -> Html:
        """Return the page of the settings."""
        drawn = self._window.attempt(lambda: views.page(self.choices(), self._places(), said))
        return notice(drawn.line) if isinstance(drawn, Trouble) else drawn

    def prefer(self, fields: Mapping[str, str]) -> Html:
        """Keep a setting, and return the page with it."""

        def choose() -> str:
            changed = []
            for choice in self.choices():
                value = fields.get(choice.name, choice.value)
                if value == choice.value or choice.fixed:
                    continue
                if value not in [known for known, _ in choice.options]:
                    raise UsageError(f"{choice.label}: {value!r:.80} is none of the choices.")
                self._assistant.prefer(choice.name, value)
                changed.append(choice.label.lower())
            return f"Saved: {', '.join(changed)}." if changed else "Nothing was changed."

        done = self._window.attempt(choose)
        return self.page(notice(done.line) if isinstance(done, Trouble) else notice(done, "calm"))

    def choices(self) -> list[Choice]:
        """Return the settings that can be changed, with their present values."""
        settings = self._assistant.settings
        around = {row.name for row in preferences(settings) if row.origin == "environment"}
        own, _ = self._window.writers()
        server = bool(settings.writer_url.strip())
        local = [model.name for model in OFFERED if file_of(model, self._assistant.data_dir)]
        cores = os.cpu_count() or 1

        def choice(
            name: str, label: str, options: Sequence[tuple[str, str]], cost: str, fixed: str = ""
        ) -> Choice:
            taken = (
                f"Set by INQUIRE_{name.upper()} in the environment." if name in around else fixed
            )
            return Choice(name=name, label=label, value=str(getattr(settings, name)), options=options,
                          cost=cost, fixed=taken)  # fmt: skip

        return [
            choice("writer", "Who writes an answer", [(value, label) for label, value in own],
                   "Quotes come at once. A language model takes from some seconds to minutes for an answer; "
                   "a server is sent the question and the quotes."),
            choice("writer_model", "Language model that writes",
                   [("", "The best that is here"), *((name, name) for name in local)],
                   "A larger one writes better, takes longer and needs more memory. "
                   "More of them: inquire models list."),
            choice("judge", "Who checks sentences in other words than their quotes",
                   [("", "The bundled judge"), ("server", "The bundled judge and the server of the writer")],
                   "The server is asked once more for each such sentence.",
                   "" if server else "The bundled judge; another needs a server: inquire settings set writer_url URL."),
            choice("length", "How much of an answer is shown at first", [("brief", "Brief"), ("full", "Full")],
                   "It costs nothing: both are the same answer, with and without its folds."),
            choice("language_model", "Model of the experiments", [(p.name, p.name) for p in PACKAGES if installed(p)],
                   "Only experiments use it. A larger one takes longer; each card says how long. "
                   "Runs on another model are results of their own."),
            choice("threads", "Processor cores for the models",
                   [("0", "All"), *((str(n), str(n)) for n in range(1, cores + 1))],
                   "Fewer leave room for other programs; answers and experiments take longer."),
        ]  # fmt: skip

    def _places(self) -> dict[str, str]:
        facts = self._assistant.status()
        return {
            "library, answers, runs": str(facts["data_dir"]),
            "bundled list": str(facts["corpus"] or "left out"),
            "followed": ", ".join(facts["folders"]) or "nothing yet: what you add is followed",
            "search": f"{facts['models']['embedder']}; another reads all {facts['passages']:,} passages anew "
            "(inquire models embed)",
        }  # fmt: skip
