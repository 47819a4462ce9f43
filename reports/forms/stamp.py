"""What a form prints about its edition: number, versions, and what a correction changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One figure or table cell that differs from the edition before. before, after: as JSON would write them, "" where absent."""

    where: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """number 0: a draft. data_version: SHA-256 of the meter rows; inputs: of everything that the figures were made from.

    factors_version: of the factors used; software: name and version of what made it. supersedes: id of the edition before.
    """

    number: int = 0
    data_version: str = ""
    inputs: str = ""
    factors_version: str = ""
    software: tuple[tuple[str, str], ...] = ()
    supersedes: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
