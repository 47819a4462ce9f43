"""Zigbee2MQTT: room sensors, valves, contacts, motion sensors, plugs and lamps, as one JSON object per device.

After the Zigbee2MQTT documentation, "MQTT topics and messages" and the pages of supported devices.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson

from simulators.devices.device import Fitting, Message, SimulatedDevice
from simulators.devices.kept_schedules import KeptWeek

_PLAIN = {
    "humidity": ("humidity", 1),
    "co2": ("co2", 0),
    "illuminance": ("illuminance", 0),
    "heating_demand": ("pi_heating_demand", 0),
    "valve_position": ("position", 0),
    "pressure": ("pressure", 1),
    "power": ("power", 1),
    "energy": ("energy", 2),
    "voltage": ("voltage", 0),
    "current": ("current", 2),
    "tvoc": ("voc", 0),
}
_NOISE = {"temperature": 0.03, "humidity": 0.25, "co2": 6.0, "illuminance": 3.0}
_SETPOINT_KEYS = ("occupied_heating_setpoint", "current_heating_setpoint")


class ZigbeeDevice(SimulatedDevice):
    """A device behind the bridge; topic `zigbee2mqtt/<friendly name>`, commands on `<topic>/set`."""

    def __init__(self, fitting: Fitting) -> None:
        super().__init__(fitting)
        quantities = {quantity for _, quantity in self.gauges}
        self._valve = "setpoint_temperature" in quantities
        self._mains = bool(quantities & {"power", "switch_state", "brightness"})
        self._offset_c = self.rng.gauss(0.0, 0.08)
        self._link = self.rng.randint(70, 220)
        self._battery_age_days = self.rng.uniform(20, 500)
        channel = next((channel for channel, quantity in self.gauges if quantity == "setpoint_temperature"), "")
        self._week = KeptWeek()
        self._setpoint_key = channel or self.device.options.get("setpoint_key") or _SETPOINT_KEYS[0]
        self.on_change_only = bool(quantities) and quantities <= {"occupancy", "contact", "battery", "link_quality"}
        self.interval = (
            timedelta(seconds=30) if self.on_change_only or self._mains else timedelta(seconds=self.rng.randint(90, 240))
        )

    def births(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/availability", b'{"state":"online"}', True),)

    def farewell(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/availability", b'{"state":"offline"}', True),)

    def command_topics(self) -> Sequence[str]:
        if self._valve:
            return (f"{self.topic}/set", f"{self.topic}/get")
        return (f"{self.topic}/set",) if self._lamp() is not None else ()

    def _lamp(self) -> int | None:
        return self.building.lamps.group.get((self.device.id, ""))

    def report(self, at: datetime) -> Sequence[Message]:
        setpoint = self._week.due(at, self.building.site.zoneinfo) if self._valve else None
        if setpoint is not None:
            self._obey_setpoint({self._setpoint_key: setpoint})
        return (Message(self.topic, orjson.dumps(self._state(at))),)

    def _state(self, at: datetime) -> dict[str, object]:
        state: dict[str, object] = {}
        if not self._mains:
            age = self._battery_age_days + at.timestamp() / 86400 % 365
            battery = round(200 * max(1.0 - age / 1100, 0.05)) / 2
            state |= {"battery": battery if battery % 1 else int(battery), "voltage": 2500 + int(5 * battery)}
        for (channel, quantity), gauge in self.gauges.items():
            if quantity == "setpoint_temperature":
                state[channel or self._setpoint_key] = round(gauge() * 2) / 2
            elif quantity == "temperature":
                state["local_temperature" if self._valve else "temperature"] = round(self._felt(quantity, gauge()), 2)
            elif quantity in ("occupancy", "contact"):
                state[quantity] = gauge() > 0.5
            elif quantity == "switch_state":
                state["state"] = "ON" if gauge() > 0.5 else "OFF"
            elif quantity == "brightness":
                state["brightness"] = round(gauge() * 2.54)
            elif quantity in _PLAIN:
                key, digits = _PLAIN[quantity]
                value = round(max(self._felt(quantity, gauge()), 0.0), digits)
                state[key] = value if digits else int(value)
        if self._valve:
            state.setdefault("local_temperature", round(self._own_temperature(), 2))
            state["system_mode"] = "heat"
        link = self._link + self.rng.randint(-12, 12)
        state |= {"linkquality": min(max(link, 1), 255), "last_seen": at.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        return state

    def _felt(self, quantity: str, value: float) -> float:
        offset = self._offset_c if quantity == "temperature" else 0.0
        noise = _NOISE.get(quantity)
        return value + offset + (self.rng.gauss(0.0, noise) if noise else 0.0)

    def _own_temperature(self) -> float:
        """A valve sits near warm water and feels some of it."""
        row = next((self.building.index[point.zone] for point, _ in self.points if point.zone in self.building.index), None)
        if row is None:
            return 20.0
        air, water = self.building.zones.air_c[row], self.building.emitters.water_c[row]
        return self._felt("temperature", float(air + 0.012 * (water - air)))

    def command(self, topic: str, payload: bytes, at: datetime) -> Sequence[Message]:
        try:
            told = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return ()
        if topic == f"{self.topic}/get" and isinstance(told, dict) and self._valve:
            return self._asked(told, at)
        if topic != f"{self.topic}/set" or not isinstance(told, dict):
            return ()
        if self._valve and self._week.obey(told):
            return (Message(self.topic, orjson.dumps(self._state(at) | {"programming_operation_mode": self._week.mode})),)
        self._obey_setpoint(told)
        self._obey_lamp(told)
        return self.report(at)

    def _asked(self, told: dict[str, object], at: datetime) -> Sequence[Message]:
        """The state with what was asked for: of the week one message for each group of days that it tells."""
        state = self._state(at) | {"programming_operation_mode": self._week.mode}
        groups = list(self._week.groups()) if "weekly_schedule" in told else []
        return [Message(self.topic, orjson.dumps(state | {"weekly_schedule": group})) for group in groups] or [
            Message(self.topic, orjson.dumps(state))
        ]

    def _obey_setpoint(self, told: dict[str, object]) -> None:
        wanted = told.get(self._setpoint_key, told.get(_SETPOINT_KEYS[0], told.get(_SETPOINT_KEYS[1])))
        zone = next((point.zone for (_, quantity), point in self.point_of.items() if quantity == "setpoint_temperature"), "")
        if self._valve and isinstance(wanted, int | float) and not isinstance(wanted, bool):
            self.building.set_setpoint(zone, min(max(round(float(wanted) * 2) / 2, 5.0), 30.0), self.device.id)

    def _obey_lamp(self, told: dict[str, object]) -> None:
        group = self._lamp()
        if group is None:
            return
        lamps = self.building.lamps
        level, state = told.get("brightness"), str(told.get("state", "")).upper()
        if isinstance(level, int | float) and not isinstance(level, bool):
            lamps.level_pct[group] = min(max(float(level), 0.0), 254.0) / 2.54
            lamps.on[group] = level > 0
        if state in ("ON", "OFF", "TOGGLE"):
            lamps.on[group] = state == "ON" or (state == "TOGGLE" and not lamps.on[group])


def bridge_state(base: str, *, online: bool) -> Message:
    """The availability of the bridge with that base topic, which is that of all its devices."""
    return Message(f"{base}/bridge/state", b'{"state":"online"}' if online else b'{"state":"offline"}', True)
