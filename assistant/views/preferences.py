"""Show the settings: what a reader can change, what each change costs, and where files are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.views.markup import Html, button, table, tag


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A setting that the page can change.

    `options` are values with a reader's words for them. `cost` says what another value costs.
    `fixed` says why it cannot be changed here, and is empty if it can.
    """

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]
    cost: str
    fixed: str = ""


def page(choices: Sequence[Choice], places: Mapping[str, str], said: Html | None = None) -> Html:
    """Return the form.

    Args:
        choices: The settings that can be changed.
        places: Where files are stored, in words.
        said: The result of the last change.
    """
    rows = [_row(choice) for choice in choices]
    save = tag("p", button("Save", "prefer", class_="primary"), class_="actions")
    where = "Another place is chosen where the app is started: inquire serve --data-dir DIR."
    return tag(
        "section",
        tag("h2", "Settings", class_="unseen"),
        said,
        tag("div", *rows, save, data_form=True),
        tag("h3", "Where the data lie"),
        table(places),
        tag("p", where, class_="muted"),
        tag("p", "inquire settings show lists all settings; what is set there or here stays with this library.",
            class_="muted"),
        class_="part settings",
    )  # fmt: skip


def _row(choice: Choice) -> Html:
    identity = f"setting-{choice.name}"
    known = [value for value, _ in choice.options]
    extra = () if choice.value in known else ((choice.value, choice.value),)
    options = [
        tag("option", label, value=value, selected=value == choice.value)
        for value, label in (*choice.options, *extra)
    ]
    field = tag("select", *options, id=identity, name=choice.name, disabled=bool(choice.fixed),
                aria_describedby=f"{identity}-cost")  # fmt: skip
    return tag(
        "div", tag("label", choice.label, for_=identity), field,
        tag("p", choice.fixed or choice.cost, class_="muted", id=f"{identity}-cost"), class_="setting",
    )  # fmt: skip
