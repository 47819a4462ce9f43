"""What people know that no meter told: imported from CSV, put beside the measured in the ledger, and as papers into reports."""

from reports.corrections.apply import Corrector
from reports.corrections.papers import supplements_of
from reports.corrections.table import read_corrections

__all__ = ["Corrector", "read_corrections", "supplements_of"]
