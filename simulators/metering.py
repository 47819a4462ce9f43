"""The tree of electricity meters: every watt runs through exactly one lowest meter and all those above it."""

from __future__ import annotations

import numpy as np

from premises.site import Meter, Site
from premises.tariff import Carrier
from simulators.loads import USE, USES
from simulators.noise import Array

PHASES = ("a", "b", "c")
PHASE_SHARES = np.array([0.36, 0.33, 0.31])
_PV_SHARES = PHASE_SHARES  # a balanced split keeps every phase's sign that of the sum


class MeterTree:
    """Power and gross registers of the electricity meters, arrays in the order of `meters`.

    A cell is a load of one use in one zone, or the electricity of one plant. Each is given to the meter that fits it best: the
    plant's own, else use and zone, else use, else zone, else the grid. A meter shows its own cells and those of the meters below.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.meters = tuple(meter for meter in site.meters if meter.carrier is Carrier.ELECTRICITY)
        self.index = {meter.id: row for row, meter in enumerate(self.meters)}
        self._zone_count = len(site.zones)
        cells = len(USES) * self._zone_count + 2 * len(site.plants)
        self._loads = np.zeros((len(self.meters), cells))
        self._production = np.zeros((len(self.meters), len(site.pv_strings)))
        for use in USES:
            for column, zone in enumerate(site.zones):
                self._give(USE[use] * self._zone_count + column, self._best(use, zone.id))
        for place, plant in enumerate(site.plants):
            own = plant.meter if plant.meter in self.index else None
            for offset, use in enumerate(("heating", "cooling")):
                self._give(len(USES) * self._zone_count + 2 * place + offset, own or self._best(use, None))
        self._place_production()
        self.power_w = np.zeros(len(self.meters))
        self.import_kwh = np.zeros(len(self.meters))
        self.export_kwh = np.zeros(len(self.meters))

    def _best(self, use: str, zone: str | None) -> str | None:
        def rank(meter: Meter) -> int:
            if meter.role == "production" or (meter.zones and zone not in meter.zones) or meter.use not in (use, "general"):
                return 0
            if meter.role == "grid":
                return 1
            return 2 + 2 * (meter.use == use) + bool(meter.zones)

        ranked = max(self.meters, key=rank, default=None)
        return ranked.id if ranked is not None and rank(ranked) > 0 else None

    def _above(self, meter_id: str | None) -> list[int]:
        """Rows of the meter and of all meters above it."""
        rows: list[int] = []
        while meter_id in self.index and self.index[meter_id] not in rows:
            row = self.index[meter_id]
            rows.append(row)
            meter_id = self.meters[row].parent
        return rows

    def _give(self, cell: int, meter_id: str | None) -> None:
        for row in self._above(meter_id):
            self._loads[row, cell] = 1.0

    def _place_production(self) -> None:
        producing = [meter for meter in self.meters if meter.role == "production"]
        grid = next((meter.id for meter in self.meters if meter.role == "grid"), None)
        for column, string in enumerate(self.site.pv_strings):
            own = next((meter for meter in producing if meter.id == string.id), producing[0] if producing else None)
            if own is not None:
                self._production[self.index[own.id], column] = 1.0
            for row in self._above((own.parent if own is not None else None) or grid):
                self._production[row, column] = -1.0

    def step(self, loads_w: Array, plants_w: Array, pv_w: Array, hours: float) -> None:
        """One step. loads_w: (uses, zones); plants_w: (plants, 2) for heating and cooling; pv_w: (strings,)."""
        cells = np.concatenate([loads_w.ravel(), plants_w.ravel()])
        self.power_w = self._loads @ cells + self._production @ pv_w
        self.import_kwh += np.maximum(self.power_w, 0.0) * (hours / 1000)
        self.export_kwh += np.maximum(-self.power_w, 0.0) * (hours / 1000)
