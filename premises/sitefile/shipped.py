"""The example premises that come with Greenroom."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from premises.errors import UnknownNameError


def example_names() -> tuple[str, ...]:
    """Names of all example files, sites and clusters, sorted: `la-kolok`, `pole-images`, …"""
    folder = files("premises.sitefile").joinpath("examples")
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def example(name: str) -> Path:
    """The example file of that name. Raises UnknownNameError that names those there are."""
    if name not in example_names():
        raise UnknownNameError(f"no example {name!r}; there are {', '.join(example_names())}")
    return Path(str(files("premises.sitefile").joinpath("examples", f"{name}.yaml")))
