"""Shelly devices of the second and later generations: three-phase meters, relays and dimmers.

After the Shelly technical documentation, components EM, EMData, Switch and Light, and "MQTT": status topics
`<prefix>/status/<component>`, notifications on `<prefix>/events/rpc`, commands as JSON-RPC on `<prefix>/rpc`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from simulators.devices.device import Fitting, Message, SimulatedDevice
from simulators.devices.kept_schedules import KeptJobs
from simulators.metering import PHASE_SHARES, PHASES

_POWER_FACTOR = 0.94


class ShellyGen2(SimulatedDevice):
    """One device with any of the components that its points name. Energies in Wh, as the devices count them."""

    def __init__(self, fitting: Fitting) -> None:
        super().__init__(fitting)
        self.components = sorted({point.channel.split("/")[0] for point, _ in self.points if point.channel})
        self.interval = timedelta(seconds=10 if any(name.startswith("em:") for name in self.components) else 60)
        self._phase_wh: dict[str, list[float]] = {}
        self._asked = 0
        self._jobs = KeptJobs()
        self._case_c = self.rng.uniform(38, 48)

    def births(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/online", b"true", True),)

    def farewell(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/online", b"false", True),)

    def command_topics(self) -> Sequence[str]:
        return (f"{self.topic}/rpc",) if any(not name.startswith("em:") for name in self.components) else ()

    def report(self, at: datetime) -> Sequence[Message]:
        for call in self._jobs.due(at, self.building.site.zoneinfo):
            self._carry_out(str(call["method"]), call.get("params") or {})
        messages: list[Message] = []
        for name in self.components:
            if name.startswith("em:"):
                messages += self._three_phase(name)
            else:
                messages.append(self._message(name, self._component(name, at)))
        return messages

    def _message(self, component: str, status: dict[str, Any]) -> Message:
        return Message(f"{self.topic}/status/{component}", orjson.dumps(status))

    # --- meters ----------------------------------------------------------------------------------------------------

    def _three_phase(self, name: str) -> list[Message]:
        number = int(name.split(":")[1])
        total_w, taken, given = self._metered(name)
        live: dict[str, Any] = {"id": number}
        counted: dict[str, Any] = {"id": number}
        sums = [0.0, 0.0, 0.0, 0.0, 0.0]
        for phase, share in zip(PHASES, PHASE_SHARES.tolist(), strict=True):
            active = round(total_w * share, 1)
            volts = round(self.rng.gauss(232.4, 0.7), 1)
            apparent = round(abs(active) / _POWER_FACTOR + 4.0, 1)
            amperes = round(apparent / volts, 3)
            live |= {
                f"{phase}_current": amperes,
                f"{phase}_voltage": volts,
                f"{phase}_act_power": active,
                f"{phase}_aprt_power": apparent,
                f"{phase}_pf": round(min(abs(active) / max(apparent, 0.1), 1.0), 2),
                f"{phase}_freq": 50.0,
            }
            # rounded down, so that a register never goes back
            imported, exported = math.floor(taken * share * 100) / 100, math.floor(given * share * 100) / 100
            counted |= {f"{phase}_total_act_energy": imported, f"{phase}_total_act_ret_energy": exported}
            for place, value in enumerate((amperes, active, apparent, imported, exported)):
                sums[place] += value
        live |= {
            "n_current": None,
            "total_current": round(sums[0], 3),
            "total_act_power": round(sums[1], 3),
            "total_aprt_power": round(sums[2], 3),
            "user_calibrated_phase": [],
        }
        counted |= {"total_act": round(sums[3], 2), "total_act_ret": round(sums[4], 2)}
        return [self._message(name, live), self._message(f"emdata:{number}", counted)]

    def _metered(self, component: str) -> tuple[float, float, float]:
        """Power in W, import and export registers in Wh of what the meter is clamped to."""
        meters, registers = self.building.meters, self.building.registers
        subjects = [point.subject for point, _ in self.points if point.channel.startswith(component)]
        meter = next((subject for subject in subjects if subject in meters.index), None)
        if meter is None:
            told = (self.read(f"{component}/total", quantity) or 0.0 for quantity in ("power", "energy", "energy_export"))
            power, taken, given = told
        else:
            row = meters.index[meter]
            power = float(meters.power_w[row])
            taken = registers.show(f"{meter}/energy", float(meters.import_kwh[row]))
            given = registers.show(f"{meter}/energy_export", float(meters.export_kwh[row]))
            if self._turned(component):
                power, taken, given = -power, given, taken
        return power, taken * 1000, given * 1000

    def _turned(self, component: str) -> bool:
        """Whether the clamps sit the wrong way round, as the site file says of the power."""
        point = self.point_of.get((f"{component}/total", "power"))
        return point is not None and point.sign < 0

    # --- relays and dimmers ----------------------------------------------------------------------------------------

    def _component(self, name: str, at: datetime) -> dict[str, Any]:
        group = self.building.lamps.group.get((self.device.id, name))
        lamps = self.building.lamps
        told = self.read(name, "switch_state")
        on = bool(lamps.on[group]) if group is not None else bool(told if told is not None else True)
        own_w = self.read(name, "power")
        power = own_w if own_w is not None else float(lamps.group_w()[group]) if group is not None else 0.0
        volts = round(self.rng.gauss(232.4, 0.7), 1)
        status: dict[str, Any] = {"id": int(name.split(":")[1]), "source": "MQTT", "output": on}
        if name.startswith("light:") and group is not None:
            status["brightness"] = round(float(lamps.level_pct[group]))
        status |= {"apower": round(power, 1), "voltage": volts, "current": round(power / volts, 3)}
        energy = self.read(name, "energy")
        if energy is not None:
            minute = int(at.timestamp()) // 60 * 60
            status["aenergy"] = {
                "total": math.floor(energy * 1e6) / 1e3,
                "by_minute": [round(power * 1000 / 60, 3)] * 3,
                "minute_ts": minute,
            }
        case_c = round(self._case_c + power / 900 + self.rng.gauss(0, 0.1), 1)
        status["temperature"] = {"tC": case_c, "tF": round(case_c * 1.8 + 32, 1)}
        return status

    def command(self, topic: str, payload: bytes, at: datetime) -> Sequence[Message]:
        try:
            asked = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return ()
        if topic != f"{self.topic}/rpc" or not isinstance(asked, dict) or not isinstance(asked.get("params", {}), dict):
            return ()
        method, params = str(asked.get("method")), asked.get("params", {})
        if method.startswith("Schedule.") and self.command_topics():
            return self._reply(asked, self._jobs.answer(method, params))
        name = _component_of(method, params)
        answers = []
        if name in self.components:
            kind = name.partition(":")[0]
            was_on = self._set(name, params)
            status = self._component(name, at)
            changed = {key: status[key] for key in ("id", "output", "source", "brightness") if key in status}
            notice = {
                "src": self.topic,
                "dst": f"{self.topic}/events",
                "method": "NotifyStatus",
                "params": {"ts": round(at.timestamp(), 2), name: changed},
            }
            answers = [Message(f"{self.topic}/events/rpc", orjson.dumps(notice)), self._message(name, status)]
            answers += self._reply(asked, {"was_on": was_on} if kind == "switch" else None)
        return answers

    def _carry_out(self, method: str, params: dict[str, Any]) -> None:
        """A call that the device makes by itself."""
        name = _component_of(method, params)
        if name in self.components:
            self._set(name, params)

    def _set(self, name: str, params: dict[str, Any]) -> bool:
        group = self.building.lamps.group.get((self.device.id, name))
        point = self.point_of.get((name, "switch_state"))
        on, level = params.get("on"), params.get("brightness")
        if group is not None:
            lamps = self.building.lamps
            was = bool(lamps.on[group])
            if isinstance(level, int | float) and not isinstance(level, bool):
                lamps.level_pct[group] = min(max(float(level), 0.0), 100.0)
            if isinstance(on, bool):
                lamps.on[group] = on
            return was
        if point is not None and isinstance(on, bool):
            return self.building.switch(point.subject, on)
        return False

    def _reply(self, asked: dict[str, Any], result: dict[str, Any] | None) -> list[Message]:
        """The answer to a request that says where it wants one: `<src>/rpc`."""
        source = asked.get("src")
        if not isinstance(source, str) or not source or any(sign in source for sign in "#+"):
            return []
        outcome: dict[str, Any] = {"result": result}
        if result is None and str(asked.get("method")).startswith("Schedule."):
            outcome = {"error": {"code": -103, "message": "Invalid argument"}}
        return [Message(f"{source}/rpc", orjson.dumps({"id": asked.get("id"), "src": self.topic, "dst": source, **outcome}))]


def _component_of(method: str, params: dict[str, Any]) -> str:
    """Which component a call sets; "" for calls that set none."""
    kind = {"Switch.Set": "switch", "Light.Set": "light"}.get(method)
    return "" if kind is None else f"{kind}:{params.get('id', 0)}"
