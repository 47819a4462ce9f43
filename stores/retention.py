"""How long what is kept, and in InfluxDB where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

QUARTERS_SUFFIX, LONG_SUFFIX = "_quarter", "_long"


@dataclass(frozen=True)
class Retention:
    """None: for ever. raw: readings; quarter: quarter hours; long: days.

    The French decree on building automation asks that monthly figures by zone be kept for five years: days are, for ever.
    """

    raw: timedelta | None = timedelta(days=400)
    quarter: timedelta | None = timedelta(days=6 * 366)
    long: timedelta | None = None

    def by_bucket(self, bucket: str) -> dict[str, timedelta | None]:
        """Of the buckets in InfluxDB, by their names."""
        return {bucket: self.raw, bucket + QUARTERS_SUFFIX: self.quarter, bucket + LONG_SUFFIX: self.long}
