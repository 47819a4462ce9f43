"""The carbon factors that the rules price with, taken from the register that the reports use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

import structlog

from premises.site import Site
from premises.tariff import Carrier
from reports.factors import FactorMissingError, FactorRegister

_SCOPES = {Carrier.ELECTRICITY: "location", Carrier.GAS: "scope1", Carrier.HEATING_OIL: "scope1"}
log = structlog.get_logger(__name__)


def carbon_of(site: Site) -> Callable[[Carrier, datetime], float]:
    """kg CO2e per kWh of a carrier at an instant; 0 with a warning where the register has no factor, for planning only."""

    @cache
    def of_year(carrier: Carrier, year: int) -> float:
        register = FactorRegister()
        try:
            factor = register.find(site.country, carrier.value, _SCOPES.get(carrier, "scope2"), year).value
            return factor * register.find(site.country, "gas", "net_per_gross", year).value if carrier is Carrier.GAS else factor
        except FactorMissingError as error:
            log.warning("plans leave this carrier's carbon out", site=site.id, why=str(error))
            return 0.0

    return lambda carrier, instant: of_year(carrier, instant.astimezone(site.zoneinfo).year)
