"""Settings can be kept with a library, in its data directory; the environment and arguments override them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

import probes
from assistant.errors import Mendable, UsageError
from assistant.printable import visible
from assistant.settings import Settings
from probes.errors import UsageError as ProbeUsageError

FILE = "settings.json"
Origin = Literal["environment", "library", "default"]

# A library never keeps these settings; the value says where each is chosen instead.
_NEVER = {
    "data_dir": "the folder of the data is chosen when a command or the app starts: --data-dir DIR",
    "embedder": "`inquire models embed` chooses it, because all passages have to be read again",
}
# These settings may name a folder or a file; its absolute path is kept.
_PATHS = ("corpus_dir", "judge", "reranker", "writer_model")
# This is the one value of `judge` that is not a model.
_SERVER = "server"


@dataclass(frozen=True, kw_only=True)
class Preference:
    """A setting with its value, its meaning, and its origin. A secret key is never shown, only that there is one."""

    name: str
    value: Any
    meaning: str
    origin: Origin


def with_kept(settings: Settings) -> Settings:
    """Return the settings with the library's kept values, unless the environment or an argument sets another.

    Raises:
        Mendable: the file is damaged, a kept value is not allowed, or a library may not keep the
            setting.
    """
    found = settings
    for name, value in kept(settings.data_dir).items():
        if name in _NEVER:
            raise Mendable(f"{settings.data_dir / FILE} sets {name}: {_NEVER[name]}; take it out.")
        if isinstance(value, str):
            _check_signs(name, value, Mendable)
        if name in Settings.model_fields and name not in settings.model_fields_set:
            found = _with(found, name, value, Mendable)
    return found


def keep(settings: Settings, name: str, value: Any) -> Settings:
    """Keep a setting with a library and return the settings with it; None restores the default.

    A folder or file is kept by its absolute path, so that it means the same in every working
    directory.

    Raises:
        UsageError: the setting does not exist or cannot have this value, or the environment sets
            another value.
        Mendable: the file cannot be written.
    """
    if name in _NEVER:
        raise UsageError(f"{name} is no setting to keep: {_NEVER[name]}.")
    if name not in Settings.model_fields:
        known = ", ".join(each for each in Settings.model_fields if each not in _NEVER)
        raise UsageError(f"There is no setting {name!r} to keep; there are: {known}.")
    if name in Settings().model_fields_set:
        raise UsageError(
            f"INQUIRE_{name.upper()} of the environment (or of .env) takes precedence over what a library keeps; "
            "change it there."
        )
    if isinstance(value, str | Path):
        _check_signs(name, str(value), UsageError)
        value = _anywhere(name, str(value))
    default = Settings.model_fields[name].get_default(call_default_factory=True)
    changed = _with(settings, name, default if value is None else value, UsageError)
    told = kept(settings.data_dir)
    told.pop(name, None)
    if value is not None:
        told[name] = value
    _write(settings.data_dir, told)
    return changed


def kept(data_dir: Path) -> dict[str, Any]:
    """Return the settings that a library keeps, by name.

    Raises:
        Mendable: the file is damaged.
    """
    path = data_dir / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise Mendable(f"{path} cannot be read ({error}); mend or delete it.") from error
    if not isinstance(found, dict):
        raise Mendable(f"{path} holds no settings; delete it.")
    return found


def preferences(settings: Settings) -> list[Preference]:
    """Return every setting with its value and its origin."""
    here, around = kept(settings.data_dir), Settings().model_fields_set
    return [
        Preference(
            name=name, value=_shown(getattr(settings, name)), meaning=field.description or "",
            origin="environment" if name in around else "library" if name in here else "default",
        )
        for name, field in Settings.model_fields.items()
    ]  # fmt: skip


def _shown(value: Any) -> Any:
    if hasattr(value, "get_secret_value"):
        return "(kept secret)" if value.get_secret_value() else ""
    return str(value) if isinstance(value, Path) else value


def _anywhere(name: str, value: str) -> str:
    """Return the value in a form that means the same in every working directory.

    Raises:
        UsageError: the value is a path to nothing, or not a model that experiments can run on.
    """
    if name == "language_model":
        try:
            return probes.models.model_names.resolved(value)
        except ProbeUsageError as error:
            raise UsageError(str(error)) from error
    if name not in _PATHS or not value.strip() or value == _SERVER:
        return value
    path = Path(value.strip()).expanduser()
    if path.exists():
        return str(path.absolute())
    if value.strip().startswith(("/", ".", "~")):
        raise UsageError(f"{name} cannot be {value!r:.80}: nothing is there.")
    return value


def _check_signs(name: str, value: str, wrong: type[UsageError] | type[Mendable]) -> None:
    """Refuse characters that no name, path or address contains: lone surrogates, line ends and other controls."""
    if visible(value) != value or "\n" in value or "\t" in value:
        raise wrong(f"{name} cannot be {value!r:.80}: it holds signs that do not print.")


def _with(
    settings: Settings, name: str, value: Any, wrong: type[UsageError] | type[Mendable]
) -> Settings:
    changed = settings.model_copy()
    try:
        changed.__pydantic_validator__.validate_assignment(changed, name, value)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise wrong(f"{name} cannot be {value!r:.80}: {said}.") from error
    return changed


def _write(data_dir: Path, told: dict[str, Any]) -> None:
    path = data_dir / FILE
    fresh = path.with_suffix(".new")
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh.touch(mode=0o600)  # the file may contain a key
        fresh.write_text(
            json.dumps(told, indent=1, ensure_ascii=False, default=str) + "\n", "utf-8"
        )
        fresh.replace(path)
    except OSError as error:
        raise Mendable(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def checked_settings() -> Iterator[None]:
    """Raise one line that names the wrong setting of the environment.

    Raises:
        UsageError: a setting has a value that is not allowed.
    """
    try:
        yield
    except ValidationError as error:
        wrong = []
        for found in error.errors():
            name = "_".join(map(str, found["loc"])).upper()
            said = found["msg"].removeprefix("Value error, ")
            wrong.append(f"INQUIRE_{name} is {found['input']!r}: {said}")
        raise UsageError("; ".join(wrong)) from error
