"""What can be wrong with an edition."""

from __future__ import annotations

from premises.errors import GreenroomError


class EditionError(GreenroomError):
    """A folder is no edition, or is not as it was issued."""


class ReportRefusedError(GreenroomError):
    """The report must not be issued; the message says for want of what."""


class FactorWithdrawnError(ReportRefusedError):
    """The report would rest on a factor that was withdrawn."""


class NothingChangedError(GreenroomError):
    """A new edition would say what the one before says."""
