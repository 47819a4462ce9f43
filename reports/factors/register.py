"""The register of factors that ships with Greenroom, and how one is chosen."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from premises.errors import GreenroomError


class FactorMissingError(GreenroomError, LookupError):
    """There is no factor for that country, carrier, scope and year, and none may be guessed."""


class FactorWithdrawnError(FactorMissingError):
    """The factor that would be used was withdrawn; another must be put in its place before the figure can be told."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor with where it comes from. year None: holds for any. provisional: of an earlier year than asked for."""

    country: str
    carrier: str
    scope: str
    year: int | None
    value: float
    unit: str
    publisher: str
    version: str
    source: str
    note: str = ""
    provisional: bool = False

    @property
    def identity(self) -> str:
        """How a report names it."""
        year = "any year" if self.year is None else str(self.year)
        return f"{self.country} {self.carrier} {self.scope} {year}, {self.publisher} {self.version}"


@cache
def _shipped() -> tuple[Factor, ...]:
    text = files("reports.factors").joinpath("factors.csv").read_text(encoding="utf-8")
    return tuple(
        Factor(
            country=row["country"],
            carrier=row["carrier"],
            scope=row["scope"],
            year=None if row["year"] == "any" else int(row["year"]),
            value=float(row["value"]),
            unit=row["unit"],
            publisher=row["publisher"],
            version=row["version"],
            source=row["source"],
            note=row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )


class FactorRegister:
    """Factors by (country, carrier, scope, year). Given ones (a site's own, a heat network's) come before shipped ones."""

    def __init__(self, own: tuple[Factor, ...] = (), withdrawn: Mapping[str, str] | None = None) -> None:
        """withdrawn: identities of factors that must not be used, with the reason."""
        self._factors = own + _shipped()
        self._withdrawn = dict(withdrawn or {})

    def all(self) -> tuple[Factor, ...]:
        """Every factor, given ones first."""
        return self._factors

    def find(self, country: str, carrier: str, scope: str, year: int) -> Factor:
        """The factor of that very year, else the newest of an earlier year, marked provisional.

        Countries fall back on EU, then ALL. Raises FactorMissingError where there is none: a later year is never used for an
        earlier one. Raises FactorWithdrawnError, with the reason, where the one that would be used was withdrawn.
        """
        found = self._choice(country, carrier, scope, year)
        if found is None:
            raise FactorMissingError(f"no {scope} factor of {carrier} for {country} in {year} or before; load one with its source")
        if found.identity in self._withdrawn:
            why = self._withdrawn[found.identity]
            raise FactorWithdrawnError(f"the factor {found.identity} was withdrawn: {why}; load another with its source")
        return found

    def _choice(self, country: str, carrier: str, scope: str, year: int) -> Factor | None:
        for place in (country, "EU", "ALL"):
            fitting = [f for f in self._factors if (f.country, f.carrier, f.scope) == (place, carrier, scope)]
            for factor in fitting:
                if factor.year in (year, None):
                    return factor
            earlier = [f for f in fitting if f.year is not None and f.year < year]
            if earlier:
                return replace(max(earlier, key=lambda f: f.year or 0), provisional=True)
        return None
