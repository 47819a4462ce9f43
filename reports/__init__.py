"""Sustainability figures and reports from metered data."""
