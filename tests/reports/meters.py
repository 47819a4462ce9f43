"""A small site with meters whose energy is known exactly, and a store that tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from premises.ports import Bucket, EnergyBucket, Resolution
from premises.quantities import QUANTITIES
from premises.reading import Reading
from premises.site import Fund, Grant, Meter, Point, Site, Zone, ZoneUse
from premises.tariff import Carrier, Contract, Tariff, TariffBand
from premises.time import SLOT, Interval, slots

Quarter = tuple[float | None, float, float]


def point(meter: str, quantity: str) -> Point:
    return Point(f"{meter}/{quantity}", "small", meter, QUANTITIES[quantity], f"{meter}-device", "")


def small_site() -> Site:
    zone = Zone("stage-1", "Stage 1", ZoneUse.STAGE, 500.0, 4000.0, {}, heating_plant=None)
    tariff = Tariff(
        "power",
        Carrier.ELECTRICITY,
        "EUR",
        (TariffBand("night", Decimal("0.10"), end=time(6)), TariffBand("day", Decimal("0.20"))),
        export_price=Decimal("0.05"),
        fixed_per_month=Decimal("12.00"),
        per_kva_month=Decimal("1.50"),
    )
    return Site(
        id="small",
        name="Small & Co. <studio>",
        timezone="Europe/Paris",
        country="FR",
        latitude=48.8,
        longitude=2.4,
        altitude_m=40,
        languages=("fr", "en"),
        currency="EUR",
        owner="Small",
        floor_area_m2=1000,
        energy_area_m2=900,
        zones=(zone,),
        devices=(),
        points=(
            point("grid", "energy"),
            point("grid", "energy_export"),
            point("pv", "energy"),
            point("rig", "energy"),
            point("gas", "energy"),
        ),
        meters=(
            Meter("grid", "Grid", Carrier.ELECTRICITY, role="grid"),
            Meter("pv", "Roof", Carrier.ELECTRICITY, role="production"),
            Meter("rig", "Rig", Carrier.ELECTRICITY, use="rig", parent="grid", zones=("stage-1",)),
            Meter("gas", "Gas", Carrier.GAS, role="grid", use="heating"),
        ),
        tariffs=(tariff, Tariff("gas", Carrier.GAS, "EUR", (TariffBand("all", Decimal("0.08")),), basis="pcs")),
        contracts=(
            Contract("grid", "power", "Anyone", date(2025, 1, 1), power_kva=36, guarantee_of_origin_share=0.25),
            Contract("gas", "gas", "Anyone", date(2025, 1, 1)),
        ),
        funds=(Fund("erdf", "ERDF", Decimal(700), "EUR", (Grant("ERDF", Decimal(300), "EU", "fr", "", {"fr": "Cofinancé"}),)),),
    )


class KnownEnergy:
    """A TelemetryStore of energies by point and quarter hour; nothing else is asked of it."""

    def __init__(self, energies: Mapping[str, Mapping[datetime, Quarter]], default: Mapping[str, Quarter]) -> None:
        self._energies = energies
        self._default = default

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        assert resolution is Resolution.QUARTER
        told = self._energies.get(point, {})
        rows = ((start, told.get(start, self._default[point])) for start in slots(interval))
        return [EnergyBucket(start, start + SLOT, kwh, estimated, complete) for start, (kwh, estimated, complete) in rows]

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        raise NotImplementedError

    def latest(self, site: str, points: Sequence[str] | None = None) -> Mapping[str, Reading]:
        return {}

    def readings(self, site: str, point: str, interval: Interval, limit: int | None = None) -> list[Reading]:
        return []

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        return []

    def points_seen(self, site: str) -> Sequence[str]:
        return sorted(self._default)

    def check(self) -> str:
        return "known energies"

    def close(self) -> None:
        pass
