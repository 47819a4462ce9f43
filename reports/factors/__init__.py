"""Factors: identified by country, carrier, scope, mix year, publisher and version; refused or provisional where there is none."""

from reports.factors.register import Factor, FactorMissingError, FactorRegister, FactorWithdrawnError

__all__ = ["Factor", "FactorMissingError", "FactorRegister", "FactorWithdrawnError"]
