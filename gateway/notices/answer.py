"""What came of one try to deliver a notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from premises.notice import Delivery


@dataclass(frozen=True, slots=True)
class Answer:
    """text: what came back, in one line, without secrets. hopeless: no further try can help; gone: the address said so itself.

    retry_after_s: what the other side asked to wait, None where it asked nothing.
    """

    delivered: bool
    text: str
    hopeless: bool = False
    gone: bool = False
    retry_after_s: float | None = None


class Sender(Protocol):
    """One way out. Raises nothing: what goes wrong is an answer."""

    def send(self, delivery: Delivery, where: str) -> Answer:
        """Try once. where: the channel's name without its kind, such as a mail address."""
        ...


def one_line(text: object, most: int = 200) -> str:
    """What another machine said, safe to keep and to show."""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return " ".join(plain.split())[:most]
