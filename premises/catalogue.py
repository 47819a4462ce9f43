"""Catalogues of messages: one TOML file per language in a package folder, `en` the one that must be complete."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from premises.errors import UnknownNameError

FALLBACK = "en"


@cache
def _load(package: str, folder: str, language: str) -> dict[str, str]:
    resource = files(package).joinpath(folder, f"{language}.toml")
    if not resource.is_file():
        return {}
    flat: dict[str, str] = {}

    def walk(prefix: str, table: dict[str, Any]) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                walk(f"{prefix}{key}.", value)
            else:
                flat[f"{prefix}{key}"] = str(value)

    walk("", tomllib.loads(resource.read_text(encoding="utf-8")))
    return flat


class Catalogue:
    """Messages of one room, in `<package>/<folder>/<language>.toml`. A further language is one further file."""

    def __init__(self, package: str, folder: str = "messages") -> None:
        self.package = package
        self.folder = folder

    def languages(self) -> tuple[str, ...]:
        """Languages that have a file, sorted."""
        names = (entry.name for entry in files(self.package).joinpath(self.folder).iterdir())
        return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))

    def keys(self, language: str) -> frozenset[str]:
        """All dotted keys of a language: tests compare them with those of `en`."""
        return frozenset(_load(self.package, self.folder, language))

    def say(self, language: str, key: str, /, **values: object) -> str:
        """The message in that language, in English where that language lacks it. Placeholders are `{name}` or `{name:.1f}`."""
        text = _load(self.package, self.folder, language).get(key) or _load(self.package, self.folder, FALLBACK).get(key)
        if text is None:
            raise UnknownNameError(f"no message {key!r} in {self.package}/{self.folder}/{FALLBACK}.toml")
        return text.format(**values)
