"""What an examination found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from premises.errors import GreenroomError


class State(StrEnum):
    WELL = "well"
    WRONG = "wrong"
    UNUSED = "unused"  # not set up, and nothing asks for it


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: how it is in one line, and, where it is wrong, what to do."""

    part: str
    state: State
    detail: str
    advice: str = ""


def well(part: str, detail: str) -> Finding:
    return Finding(part, State.WELL, detail)


def wrong(part: str, detail: str, advice: str) -> Finding:
    return Finding(part, State.WRONG, " ".join(detail.split())[:300], advice)


def unused(part: str, detail: str) -> Finding:
    return Finding(part, State.UNUSED, detail)


def asked(part: str, ask: Callable[[], str], advice: str) -> Finding:
    """Well with what it answers, or wrong with why it does not."""
    try:
        return well(part, ask())
    except (GreenroomError, OSError) as error:
        return wrong(part, str(error), advice)
