"""One root for every error that Greenroom raises on purpose. What may be tried again says so by its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class GreenroomError(Exception):
    """Root of all errors raised on purpose. The message says what was wrong, where, and what would be right."""


class RetryableError(GreenroomError):
    """The same call may succeed later; nothing was lost. `retry_after_s` is a hint, or None."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NaiveTimeError(GreenroomError, ValueError):
    """A datetime without offset was given where an instant is needed."""


class UnitError(GreenroomError, ValueError):
    """A unit is unknown or does not fit the quantity."""


class UnknownNameError(GreenroomError, LookupError):
    """A site, zone, point, device or booking of that name does not exist."""


class SettingError(GreenroomError, ValueError):
    """A setting, URL or command-line value is wrong."""


class StoreUnavailableError(RetryableError):
    """The store did not answer, or asked to wait (429, 5xx, locked file, full disk)."""


class StoreDeniedError(RetryableError):
    """The store refuses the credentials (401, 403): a person must act, then the same call succeeds."""


class StoreRefusedError(GreenroomError):
    """The store refuses the data itself (400, 413, 422): trying the same batch again cannot help."""


class JournalFullError(RetryableError):
    """The journal reached its declared bound; nothing more is acknowledged until it drains."""


class BrokerUnavailableError(RetryableError):
    """The MQTT broker cannot be reached or ended the connection."""


class ConflictError(GreenroomError):
    """The change contradicts what is stored (older version, failed precondition)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a document: `path` inside it, 1-based `line`, what is wrong and what would be right."""

    path: str
    message: str
    line: int | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        return f"{where}{self.path}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class FaultsError(GreenroomError, ValueError):
    """A document has faults; all of them, not only the first, are in `faults`."""

    def __init__(self, document: str, faults: Sequence[Fault]) -> None:
        self.document = document
        self.faults = tuple(faults)
        super().__init__(f"{document}: {len(self.faults)} fault(s)\n" + "\n".join(f"  {fault}" for fault in self.faults))
