"""Every setting of the bot, read from the environment and from `.env`, checked all at once.

No value of a setting is ever part of a message: it may be a secret, or hold one.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dotenv.parser import parse_stream
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""The folder of `run.py`: relative paths in settings start here, wherever the bot is started from."""

DOTENV = ROOT / ".env"
_ENCODING = "utf-8-sig"  # Windows editors put a byte order mark in front
_SQLITE = "sqlite+aiosqlite:///"
_ALIKE = 0.8  # difflib ratio from which a name counts as a misspelt setting


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one variable and what to write instead; never its value."""

    variable: str
    problem: str
    instead: str

    def __str__(self) -> str:
        return f"{self.variable} {self.problem}: {self.instead}"


class SettingsError(Exception):
    """The settings cannot be used; `faults` lists everything that is wrong with them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"- {fault}" for fault in self.faults))


def _fault(problem: str, instead: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{problem}", {"problem": problem, "instead": instead})


class Settings(BaseModel):
    """Every setting, typed and unchangeable. Made by hand it ignores the environment; `load` reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    discord_token: SecretStr | None = None
    """The bot's token, None until there is one."""
    database_url: str = Field(default=f"{_SQLITE}data/cogwheel.db", repr=False)
    """Where everything is kept; the path in it is absolute once read."""
    content_dir: Path = Path("data")
    """The folder of the content pack, absolute once read."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @property
    def database_path(self) -> Path:
        """The file that `database_url` names."""
        return Path(self.database_url.removeprefix(_SQLITE))

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        return {name: value for name, value in values.items() if not (isinstance(value, str) and not value.strip())}

    @field_validator("discord_token", mode="before")
    @classmethod
    def _token(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        token = value.strip()
        if re.match(r"https?://|discord\.(?:com|gg)/", token, re.IGNORECASE):
            raise _fault("is a link", "write the token that the Bot page shows after Reset Token")
        if re.match(r"bot\b", token, re.IGNORECASE):
            raise _fault('starts with the word "Bot"', "write the token alone")
        if re.search(r"[\s\"'`<>]", token):
            raise _fault("has quotes, brackets or spaces in it", "write the token alone, without them")
        if token.isdigit():
            raise _fault("is a number, perhaps the application's id", "write the token from the Bot page")
        if token.count(".") != 2 or not all(token.split(".")):
            raise _fault(
                "is no bot token, which has three parts joined by dots",
                "copy it again from the Bot page, not the client secret or the public key",
            )
        return token

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        example = f"write {_SQLITE}data/cogwheel.db or another path after the three slashes"
        value = value.strip()
        if not value.startswith(_SQLITE):
            raise _fault("names a database that this version cannot use yet, only SQLite", example)
        path = value.removeprefix(_SQLITE)
        if not path or path.startswith(":memory:"):
            raise _fault("names no file, so everything would be forgotten at the end", example)
        if "?" in path or "#" in path:
            raise _fault("has options after the path, which are not supported", example)
        file = ROOT / path
        if file.is_dir():
            raise _fault("names a folder", f"{example}, with a file name at its end")
        return _SQLITE + file.as_posix()

    @field_validator("content_dir")
    @classmethod
    def _content(cls, value: Path) -> Path:
        folder = ROOT / value
        if not folder.is_dir():
            raise _fault("names no folder", "write the one with sectors.toml in it, or leave the setting out")
        return folder

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: Any) -> Any:
        return _one_of(value, ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), str.upper)

    @field_validator("log_format", mode="before")
    @classmethod
    def _format(cls, value: Any) -> Any:
        return _one_of(value, ("text", "json"), str.lower)


def _one_of(value: Any, choices: tuple[str, ...], spelt: Any) -> Any:
    chosen = spelt(value.strip()) if isinstance(value, str) else value
    if chosen not in choices:
        raise _fault("is none of the choices", f"write {', '.join(choices[:-1])} or {choices[-1]}")
    return chosen


VARIABLES = tuple(name.upper() for name in Settings.model_fields)


def load(dotenv: Path = DOTENV) -> Settings:
    """Return the settings of this process: the environment's, else those in the file `dotenv`, else the defaults.

    Raises `SettingsError` with all faults at once: values, lines of the file that cannot be read, misspelt names.
    """
    names, faults = _read(dotenv)
    settings = None
    try:
        read = _source(dotenv if names is not None else None)()
        settings = Settings.model_validate(dict(read))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            variable = str(each["loc"][0]).upper() if each["loc"] else "settings"
            said = each.get("ctx", {})
            faults.append(Fault(variable, said.get("problem", "is not valid"), said.get("instead", "see .env.example")))
    faults += misspelt(names or (), os.environ)
    if faults or settings is None:
        # Raised outside the handler: the library's own error holds the values and must not travel along.
        raise SettingsError(faults)
    return settings


def _source(dotenv: Path | None) -> type[Settings]:
    """Return the settings as a class that fills itself from the environment, then from the file."""

    class FromEnvironment(Settings, BaseSettings):
        model_config = SettingsConfigDict(
            extra="ignore", env_ignore_empty=True, env_file=dotenv, env_file_encoding=_ENCODING
        )

    return FromEnvironment


def misspelt(names: Iterable[str], environ: Mapping[str, str]) -> list[Fault]:
    """Return a fault for every name that looks like a setting typed wrong, while the right one is not set.

    In the environment, where names belong to other programs too, ask only with the names you mean to judge.
    """
    names = list(names)
    given = {name.upper() for name in names} | {name.upper() for name, value in environ.items() if value.strip()}
    faults = []
    for name in names:
        close = difflib.get_close_matches(name.upper(), VARIABLES, n=1, cutoff=_ALIKE)
        if close and name.upper() not in VARIABLES and close[0] not in given:
            faults.append(Fault(name, "is not a setting", f"did you mean {close[0]}?"))
    return faults


def hints(environ: Mapping[str, str] = os.environ, dotenv: Path = DOTENV) -> list[Fault]:
    """Return what may explain a missing setting: names alike in the environment, a `.env` that an editor renamed."""
    found = misspelt(environ, environ)
    renamed = dotenv.with_name(dotenv.name + ".txt")
    if renamed.exists() and not dotenv.exists():
        found.append(Fault(renamed.name, "is not read", f"rename it to {dotenv.name}"))
    return found


def _read(dotenv: Path) -> tuple[list[str] | None, list[Fault]]:
    """Return the names set in the file, None where it cannot be read, and what is wrong with its lines."""
    if not dotenv.exists():
        return None, []
    try:
        with dotenv.open(encoding=_ENCODING) as stream:
            bindings = list(parse_stream(stream))
    except UnicodeDecodeError:
        return None, [Fault(dotenv.name, "is not UTF-8 text", "save it again with the encoding UTF-8")]
    except OSError as error:
        return None, [Fault(dotenv.name, f"cannot be read ({error.strerror})", "make it a file this user may read")]
    faults = [
        Fault(f"{dotenv.name} line {binding.original.line}", "cannot be understood", "write NAME=value")
        for binding in bindings
        if binding.error
    ]
    return [binding.key for binding in bindings if binding.key], faults
