"""The month of a site: energy, self-consumption, cost and carbon from the meters."""

from reports.monthly.make import make_report

__all__ = ["make_report"]
