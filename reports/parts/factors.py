"""Which factors a report used, and which it could not find: nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field

from premises.tariff import Carrier
from reports.content import Say, Standing, Text, say
from reports.factors import Factor, FactorMissingError, FactorRegister, FactorWithdrawnError
from reports.inputs import SiteInputs


@dataclass(slots=True)
class FactorsUsed:
    """Asked while figures are made: remembers what was used and what was refused, in order, each once. site: whose."""

    country: str
    register: FactorRegister
    site: str = ""
    used: dict[str, Factor] = field(default_factory=dict)
    refused: dict[str, Text] = field(default_factory=dict)

    def find(self, carrier: str, scope: str, year: int) -> Factor | None:
        """The factor of that year, or one of an earlier year marked provisional; None where there is none or it was withdrawn."""
        try:
            found = self.register.find(self.country, carrier, scope, year)
        except FactorWithdrawnError as error:
            self.refused[f"{carrier} {scope} {year}"] = say(
                "why.factor_withdrawn", what=f"{carrier} {scope} {year}", why=str(error)
            )
            return None
        except FactorMissingError:
            named = {"carrier": carrier, "scope": scope, "year": str(year), "country": self.country, "site": self.site}
            network = carrier == Carrier.HEAT_NETWORK.value and bool(self.site)
            told = Say("why.no_network_factor" if network else "why.no_factor", tuple(named.items()))
            self.refused[f"{carrier} {scope} {year}"] = told
            return None
        self.used[found.identity] = found
        return found

    def quietly(self, carrier: str, scope: str, year: int) -> Factor | None:
        """As `find`, but it is no refusal where there is none: for what a report can do without."""
        before = dict(self.refused)
        found = self.find(carrier, scope, year)
        self.refused = before
        return found

    def why(self, carrier: str, scope: str, year: int) -> Text | None:
        return self.refused.get(f"{carrier} {scope} {year}")


def factors_of(inputs: SiteInputs) -> FactorsUsed:
    """The register of a site: its own factors before the shipped ones, without those that were withdrawn."""
    told = inputs.supplements
    return FactorsUsed(inputs.site.country, FactorRegister(told.factors, dict(told.withdrawn)), inputs.site.id)


def standing_with(factor: Factor | None) -> Standing:
    """How far a figure may be relied on that uses this factor."""
    if factor is None:
        return Standing.REFUSED
    return Standing.PROVISIONAL if factor.provisional else Standing.FINAL
