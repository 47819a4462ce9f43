"""HeishaMon: a gateway in a Panasonic heat pump, one value per topic.

After the HeishaMon documentation, "MQTT topics": `<base>/main/<name>` as text, commands on `<base>/commands/<name>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from simulators.devices.device import Fitting, Message, SimulatedDevice
from simulators.plants import HeatPump, PlantModel


class HeishaMon(SimulatedDevice):
    """The gateway of one plant. Temperatures of the water in quarters of a degree, powers in steps of 200 W, as it tells them."""

    interval = timedelta(seconds=30)

    def __init__(self, fitting: Fitting) -> None:
        super().__init__(fitting)
        self.plant_id = next((point.subject for point, _ in self.points if point.subject in self.building.plants), "")

    @property
    def _plant(self) -> PlantModel:
        return self.building.plant_model(self.plant_id)

    def births(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/LWT", b"Online", True),)

    def farewell(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/LWT", b"Offline", True),)

    def command_topics(self) -> Sequence[str]:
        return (f"{self.topic}/commands/+",)

    def report(self, at: datetime) -> Sequence[Message]:
        plant = self._plant
        made, cold = (0.0, -plant.heat_w) if plant.cooling else (plant.heat_w, 0.0)
        defrosting = isinstance(plant, HeatPump) and plant.defrost_left_min > 0
        hertz = plant.compressor_hz if isinstance(plant, HeatPump) else 0.0
        values = {
            "Heatpump_State": str(int(plant.enabled)),
            "Pump_Flow": f"{plant.flow_l_min:.2f}",
            "Main_Inlet_Temp": _quarters(plant.return_c),
            "Main_Outlet_Temp": _quarters(plant.supply_c),
            "Main_Target_Temp": str(round(plant.target_c)),
            "Compressor_Freq": str(round(hertz)),
            "Outside_Temp": str(round(self.building.outdoor_c)),
            "Heat_Power_Production": _steps(made),
            "Heat_Power_Consumption": _steps(0.0 if plant.cooling else plant.final_w),
            "Z1_Heat_Request_Temp": str(round(self._request())),
            "Defrosting_State": str(int(defrosting)),
        }
        if plant.plant.cool_power_w > 0:
            values |= {
                "Operating_Mode_State": "1" if plant.cooling else "0",
                "Cool_Power_Production": _steps(cold),
                "Cool_Power_Consumption": _steps(plant.final_w if plant.cooling else 0.0),
            }
        return [Message(f"{self.topic}/main/{name}", value.encode(), True) for name, value in values.items()]

    def _request(self) -> float:
        """What zone 1 was last asked for; before that, what the plant follows by itself."""
        plant = self._plant
        return plant.told_supply_c if plant.told_supply_c is not None else plant.target_c

    def command(self, topic: str, payload: bytes, at: datetime) -> Sequence[Message]:
        name = topic.removeprefix(f"{self.topic}/commands/")
        try:
            value = int(payload.decode())  # the gateway reads whole numbers
        except ValueError:
            return ()
        building = self.building
        if name == "SetHeatpump" and value in (0, 1):
            building.set_plant_on(self.plant_id, value == 1)
        elif name == "SetZ1HeatRequestTemperature" and 5 <= value <= 75:
            building.set_supply(self.plant_id, float(value))
        else:
            return ()
        return self.report(at)


def _quarters(celsius: float) -> str:
    return f"{round(celsius * 4) / 4:.2f}"


def _steps(watts: float) -> str:
    return str(round(max(watts, 0.0) / 200) * 200)
