"""What really is so in a simulated building, for tests and benches to compare reports with."""

from __future__ import annotations

from collections.abc import Mapping

from premises.tariff import Carrier
from simulators.building import Building
from simulators.loads import USES


class Truth:
    """A view of the building as it is now. Energies in kWh since the start of the simulation."""

    def __init__(self, building: Building) -> None:
        self._building = building

    @property
    def air_c(self) -> Mapping[str, float]:
        """Air temperature by zone."""
        return {zone.id: float(self._building.zones.air_c[row]) for row, zone in enumerate(self._building.site.zones)}

    @property
    def electricity_kwh(self) -> Mapping[str, float]:
        """Electricity used by use, of plants too."""
        building = self._building
        by_use = {use: float(building.used_kwh[row].sum()) for row, use in enumerate(USES)}
        by_use["heating"] += float(building.plant_electricity_kwh[:, 0].sum())
        by_use["cooling"] += float(building.plant_electricity_kwh[:, 1].sum())
        return by_use

    @property
    def heating_kwh(self) -> Mapping[Carrier, float]:
        """Final energy of heating by carrier: plants, heaters and pumps."""
        return self._building.heating_kwh()

    @property
    def heat_kwh(self) -> Mapping[str, float]:
        """Heat that emitters gave to each zone."""
        return {zone.id: float(self._building.heat_kwh[row]) for row, zone in enumerate(self._building.site.zones)}

    @property
    def cold_kwh(self) -> Mapping[str, float]:
        """Heat that emitters took from each zone."""
        return {zone.id: float(self._building.cold_kwh[row]) for row, zone in enumerate(self._building.site.zones)}

    @property
    def pv_kwh(self) -> float:
        return float(self._building.pv_kwh.sum())

    @property
    def import_kwh(self) -> Mapping[str, float]:
        """Import register of each electricity meter; production meters count what they see of consumption."""
        meters = self._building.meters
        return {meter.id: float(meters.import_kwh[row]) for row, meter in enumerate(meters.meters)}

    @property
    def export_kwh(self) -> Mapping[str, float]:
        meters = self._building.meters
        return {meter.id: float(meters.export_kwh[row]) for row, meter in enumerate(meters.meters)}
