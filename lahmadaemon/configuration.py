"""Settings machinery: gathers `LAHMA_…` names from their places, refuses unknown ones, explains wrong ones.

What the settings are is said by each room's own group; this module only knows how to read any of them.
"""

import difflib
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource

from lahmadaemon.errors import ConfigurationError

PREFIX = "LAHMA_"
DELIMITER = "__"
SECRET_FILE_LIMIT = 64 * 1024
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Group(BaseModel):
    """A room's settings: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def seconds(text: object) -> float:
    """`90s`, `15m`, `1h30m`, `7d` as seconds. Raises ValueError for anything without a unit, but 0."""
    if isinstance(text, int | float):  # a default, written in code in seconds
        return float(text)
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", str(text))
    if not parts or "".join(map("".join, parts)) != str(text).strip():
        if str(text).strip() in {"0", "0.0"}:
            return 0.0
        raise ValueError("write a duration with its unit, such as 30s, 5m, 24h or 7d")
    return float(sum(float(number) * _UNITS[unit] for number, unit in parts))


def _commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("write an IANA time zone, such as Europe/Budapest") from error


Duration = Annotated[float, BeforeValidator(seconds)]
"""Seconds, written with a unit."""
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_commas)]
"""Words separated by commas."""
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
"""An IANA time zone."""


@dataclass(frozen=True)
class Given:
    """One setting as somebody gave it, and where."""

    value: str
    origin: str


class Setting(NamedTuple):
    """One setting that exists: its full name (`<NAME>` where one is free to choose), default as written, line, secrecy."""

    name: str
    default: str
    description: str
    secret: bool
    required: bool


def gather(model: type[BaseModel], environ: Mapping[str, str], env_file: Path | None) -> dict[str, Given]:
    """All `LAHMA_…` settings by upper-case name: environment before `…_FILE` before systemd credential before the file.

    Raises ConfigurationError for a name that does not exist and for a secret's file that cannot be read.
    """
    found: dict[str, Given] = {}
    if env_file is not None:
        found |= _prefixed(_dotenv(env_file), str(env_file))
    for path in _credentials(environ):
        found[path.name.upper()] = Given(_secret_text(path, path.name), "systemd credential")
    found |= _prefixed(environ, "environment")
    secrets = [setting for setting in settings_of(model) if setting.secret]
    for name in [name for name in found if any(matches(name, f"{secret.name}_FILE") for secret in secrets)]:
        path, secret = Path(found.pop(name).value), name.removesuffix("_FILE")
        if secret not in found or found[secret].origin != "environment":
            found[secret] = Given(_secret_text(path, name), f"file {path}")
    for name, item in found.items():
        if _has_raw_bytes(f"{name}{item.value}"):
            raise ConfigurationError(
                f"{name}={_shown(name, item, model)} ({item.origin}): this is no UTF-8; write it in UTF-8, "
                "and rename the folder or file that it names, if it names one"
            )
    return found


def _has_raw_bytes(text: str) -> bool:
    """Whether something in it was no UTF-8: Python lets such bytes through, and whoever writes them down breaks."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _dotenv(path: Path) -> Mapping[str, str | None]:
    try:
        return dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {path}: {error}") from error


def _prefixed(values: Mapping[str, str | None], origin: str) -> dict[str, Given]:
    """An empty value is one not given: example files are full of them."""
    return {
        name.upper(): Given(value, origin)
        for name, value in values.items()
        if value and name.upper().startswith(PREFIX)
    }


def _credentials(environ: Mapping[str, str]) -> Iterator[Path]:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return
    try:
        yield from (path for path in Path(folder).iterdir() if path.name.upper().startswith(PREFIX))
    except OSError as error:
        raise ConfigurationError(f"CREDENTIALS_DIRECTORY={folder} cannot be read: {error.strerror}") from error


def _secret_text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(SECRET_FILE_LIMIT + 1)
        if len(content) > SECRET_FILE_LIMIT:
            raise ConfigurationError(f"{name}: {path} is larger than a secret can be ({SECRET_FILE_LIMIT} bytes)")
        return content.decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{name}: cannot read {path}: {error}") from error


SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def load(model: type[SettingsT], given: Mapping[str, Given]) -> SettingsT:
    """The settings, validated as a whole. Raises ConfigurationError with every field that is wrong, its value and help."""
    unknown = [_unknown(name, model) for name in given if not any(matches(name, s.name) for s in settings_of(model))]
    if unknown:
        raise ConfigurationError("\n".join(unknown))

    class Bound(model):  # type: ignore[valid-type, misc]  # a model bound to these values; its class is only known here
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], **_: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (_GivenSource(settings_cls, {name.lower(): item.value for name, item in given.items()}),)

    try:
        settings: SettingsT = Bound()
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(problem, given, model) for problem in error.errors())) from None
    return settings


class _GivenSource(EnvSettingsSource):
    """pydantic-settings' own reading of names into groups, over what we gathered instead of the raw environment."""

    def __init__(self, settings_cls: type[BaseSettings], values: Mapping[str, str]) -> None:
        self._values = values
        super().__init__(settings_cls, env_prefix=PREFIX, env_nested_delimiter=DELIMITER, case_sensitive=False)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._values


def settings_of(model: type[BaseModel]) -> list[Setting]:
    """Every setting of the model, in the order it is declared."""
    return [
        Setting(
            name, _written(field), field.description or "", _bare(field.annotation) is SecretStr, field.is_required()
        )
        for name, field in fields_of(model)
    ]


def fields_of(model: type[BaseModel], prefix: str = PREFIX) -> Iterator[tuple[str, FieldInfo]]:
    """Every setting's full name, and its field in whichever group has it."""
    for own, field in model.model_fields.items():
        name, kind = prefix + own.upper(), _bare(field.annotation)
        if get_origin(kind) is dict:
            name, kind = f"{name}{DELIMITER}<NAME>", get_args(kind)[1]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields_of(kind, name + DELIMITER)
        else:
            yield name, field


def _written(field: FieldInfo) -> str:
    """The default as somebody would write it into a file."""
    if field.default is None or field.is_required():
        return ""
    if any(getattr(mark, "func", None) is seconds for mark in field.metadata):
        whole = int(field.default)
        unit = next(
            unit
            for unit in ("d", "h", "m", "s")
            if whole % _UNITS[unit] == 0 and (whole >= _UNITS[unit] or unit == "s")
        )
        return f"{whole // int(_UNITS[unit])}{unit}"
    return ",".join(field.default) if isinstance(field.default, tuple) else str(field.default)


def _bare(annotation: Any) -> Any:
    """`X | None` as X."""
    if get_origin(annotation) in {Union, types.UnionType}:
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def matches(name: str, pattern: str) -> bool:
    """Whether a full name is the setting's, whatever was chosen for its `<NAME>`."""
    return re.fullmatch(re.escape(pattern).replace("<NAME>", "(?:(?!__).)+"), name) is not None


def _unknown(name: str, model: type[BaseModel]) -> str:
    parts = name.split(DELIMITER)
    chosen = parts[2] if len(parts) > 2 else "<NAME>"
    names = [setting.name for setting in settings_of(model)]
    respelled = [spelling for pattern in names if (spelling := _respelled(name, pattern))]
    candidates = [pattern.replace("<NAME>", chosen) for pattern in names]
    nearest = respelled or difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return f"{name} is not a setting" + (f"; did you mean {nearest[0]}?" if nearest else "; see settings.example.env")


def _respelled(name: str, pattern: str) -> str | None:
    """The setting in which only the underscores were miscounted, the commonest mistake of all."""
    loose = re.sub("_+", "_+", re.escape(pattern)).replace("<NAME>", "([^_](?:.*[^_])?)")
    found = re.fullmatch(loose, name)
    return re.sub("<NAME>", lambda _: found[1].replace(DELIMITER, "_"), pattern) if found else None


def masked(text: str) -> str:
    """The text without the user and password a URL in it may carry, as a database's does."""
    return re.sub(r"(?<=://)\S+@", "****@", text)


def _shown(name: str, item: Given, model: type[BaseModel]) -> str:
    """The value as a message may show it."""
    secret = any(setting.secret and matches(name, setting.name) for setting in settings_of(model))
    return "****" if secret else repr(masked(item.value))


def _explain(problem: Any, given: Mapping[str, Given], model: type[BaseModel]) -> str:
    name = PREFIX + DELIMITER.join(str(part).upper() for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "missing":
        return f"{name} is missing"
    if name not in given:
        return f"{name}: {message}"
    expected = re.findall(
        r"'([^']+)'", problem.get("ctx", {}).get("expected", "") if problem["type"] == "literal_error" else ""
    )
    nearest = difflib.get_close_matches(given[name].value.lower(), expected, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"{name}={_shown(name, given[name], model)} ({given[name].origin}): {message[:1].lower()}{message[1:]}{hint}"


def default_env_file() -> Path | None:
    """The `.env` of the working directory, if there is one."""
    path = Path(".env")
    return path if path.is_file() else None
