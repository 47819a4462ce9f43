"""The one metered ledger that every report is made from."""

from reports.ledger.columns import EXPORT, GAS, HEAT, IMPORT, Ledger

__all__ = ["EXPORT", "GAS", "HEAT", "IMPORT", "Ledger"]
