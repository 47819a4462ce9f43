"""Editions: reports that were issued. Numbered, frozen with a manifest of hashes, signed, verified, explained, kept and let go."""

from reports.editions.errors import EditionError, FactorWithdrawnError, NothingChangedError, ReportRefusedError
from reports.editions.issue import Order, issue
from reports.editions.shelf import FolderShelf

__all__ = [
    "EditionError",
    "FactorWithdrawnError",
    "FolderShelf",
    "NothingChangedError",
    "Order",
    "ReportRefusedError",
    "issue",
]
