"""A stage whose thermal model is learned, planned for bookings in steady weather: heat and air of the plan by the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from premises.booking import Booking
from premises.plan import Plan
from premises.site import Emitter
from premises.tariff import TariffBand
from premises.time import SLOT, Interval
from rules.claims import schedule
from rules.lp_solve import Solver
from rules.optimise import optimised_plan
from rules.projection import ZoneStart
from rules.simple_plan import Outlook
from rules.snapshot import Forecast
from rules.thermal import ZoneModel
from tests.rules.studio import at, stage, studio

NOW = at("2026-01-20 00:00")
MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.2)


@dataclass(frozen=True)
class Planned:
    """The plan of the stage from midnight UTC."""

    plan: Plan

    def kwh(self, since: str, until: str) -> float:
        """Heat between two instants of the plan."""
        span = Interval(at(since), at(until))
        return sum(slot.heat_w for slot in self.plan.zones[0].slots if slot.start in span) / 4000

    def air(self, when: str) -> float:
        slot = self.plan.zones[0].at(at(when) - SLOT)
        assert slot is not None
        assert slot.air_c is not None
        return slot.air_c


def planned(*bookings: Booking, outdoor_c: float = 0.0, emitter: Emitter = Emitter.RADIANT_PANEL, delay: int = 0) -> Planned:
    """The stage at 14 °C, at one price all day. delay: dead time of the heat in quarter hours."""
    site = studio(stage(emitter=emitter))
    site = replace(site, tariffs=(replace(site.tariffs[0], bands=(TariffBand("flat", Decimal("0.2")),)),))
    claims = schedule(site, bookings, Interval(NOW - timedelta(1), NOW + timedelta(10)))
    view = Outlook(
        site, NOW, claims, {"stage": ZoneStart(14.0, 14.0, None)}, Forecast(NOW, NOW, (outdoor_c,) * 192), lambda _c, _t: 0.05,
        models={"stage": replace(MODEL, delay=delay)},
    )  # fmt: skip
    plan = optimised_plan(view, Solver().solve)
    assert plan is not None
    return Planned(plan)
