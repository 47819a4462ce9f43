"""evcc: one value per topic under `evcc/site`, `evcc/loadpoints/<n>`, `evcc/vehicles/<name>`; an empty payload is no value."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, below, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present
from premises.reading import Value
from premises.site import Device, Point

_SITE: dict[str, tuple[str, str | None, str]] = {
    "gridPower": ("power", "W", "grid"),
    "grid/power": ("power", "W", "grid"),
    "gridEnergy": ("energy", "kWh", "grid"),
    "grid/energy": ("energy", "kWh", "grid"),
    "gridCurrents": ("current", "A", "grid"),
    "pvPower": ("power", "W", "pv"),
    "pvEnergy": ("energy", "kWh", "pv"),
    "homePower": ("power", "W", "home"),
    "auxPower": ("power", "W", "aux"),
    "extPower": ("power", "W", "ext"),
    "batteryPower": ("power", "W", "battery"),
    "battery/power": ("power", "W", "battery"),
    "batterySoc": ("soc", "%", "battery"),
    "battery/soc": ("soc", "%", "battery"),
    "batteryEnergy": ("energy", "kWh", "battery"),
    "battery/energy": ("energy", "kWh", "battery"),
    "batteryMode": ("mode", None, "battery"),
    "greenShareHome": ("green_share", "0-1", "home"),
    "greenShareLoadpoints": ("green_share", "0-1", "loadpoints"),
    "residualPower": ("power", "W", "residual"),
    "prioritySoc": ("soc_limit", "%", "priority"),
    "bufferSoc": ("soc_limit", "%", "buffer"),
    "bufferStartSoc": ("soc_limit", "%", "buffer start"),
    "batteryCapacity": ("value", "kWh", "battery capacity"),
    "tariffGrid": ("energy_price", None, "grid"),
    "tariffFeedIn": ("energy_price", None, "feed-in"),
    "tariffPriceHome": ("energy_price", None, "home"),
    "tariffPriceLoadpoints": ("energy_price", None, "loadpoints"),
    "tariffCo2": ("carbon_intensity", "g/kWh", "grid"),
    "tariffCo2Home": ("carbon_intensity", "g/kWh", "home"),
    "tariffCo2Loadpoints": ("carbon_intensity", "g/kWh", "loadpoints"),
    "tariffSolar": ("power", "W", "solar forecast"),
    "tariffTemperature": ("temperature", "°C", "outdoor forecast"),
    "batteryGridChargeActive": ("charging", None, "battery from grid"),
    "batteryDischargeControl": ("enabled", None, "battery discharge control"),
    "gridExportLimit": ("power_limit", "W", "grid export"),
}
_LOADPOINT: dict[str, tuple[str, str | None, str]] = {
    "connected": ("vehicle_connected", None, ""),
    "charging": ("charging", None, ""),
    "enabled": ("enabled", None, ""),
    "mode": ("mode", None, ""),
    "chargePower": ("power", "W", ""),
    "chargedEnergy": ("energy_delta", "Wh", "session"),
    "chargeTotalImport": ("energy", "kWh", ""),
    "sessionEnergy": ("energy_delta", "Wh", "session"),
    "chargeCurrent": ("current", "A", ""),
    "chargeCurrents": ("current", "A", ""),
    "chargeVoltages": ("voltage", "V", ""),
    "offeredCurrent": ("current", "A", "offered"),
    "maxCurrent": ("current_limit", "A", "max"),
    "minCurrent": ("current_limit", "A", "min"),
    "effectiveMaxCurrent": ("current_limit", "A", "max"),
    "effectiveMinCurrent": ("current_limit", "A", "min"),
    "vehicleSoc": ("soc", "%", "vehicle"),
    "limitSoc": ("soc_limit", "%", "own"),
    "effectiveLimitSoc": ("soc_limit", "%", ""),
    "vehicleLimitSoc": ("soc_limit", "%", "vehicle"),
    "minSoc": ("soc_limit", "%", "min"),
    "targetSoc": ("soc_limit", "%", "target"),
    "vehicleTargetSoc": ("soc_limit", "%", "vehicle target"),
    "effectivePlanSoc": ("soc_limit", "%", "plan"),
    "pvRemaining": ("pv_remaining", None, ""),
    "planOverrun": ("plan_overrun", None, ""),
    "sessionSolarPercentage": ("green_share", "%", "session"),
    "phasesActive": ("value", None, "phases active"),
    "chargeDuration": ("operating_time", "ns", "session"),
    "effectiveMinSoc": ("soc_limit", "%", "min effective"),
    "planSoc": ("soc_limit", "%", "plan wish"),
    "phaseRemaining": ("phase_remaining", None, ""),
    "guardRemaining": ("guard_remaining", None, ""),
    "phasesEnabled": ("value", None, "phases enabled"),
    "phasesConfigured": ("setting", None, "phases configured"),
    "activePhases": ("value", None, "phases active"),
    "priority": ("setting", None, "priority"),
    "effectivePriority": ("setting", None, "effective priority"),
    "vehicleRange": ("distance", "km", "vehicle range"),
    "vehicleOdometer": ("distance", "km", "vehicle odometer"),
    "vehicleClimaterActive": ("enabled", None, "vehicle climater"),
    "smartCostActive": ("enabled", None, "smart cost"),
    "planActive": ("enabled", None, "plan"),
    "chargeRemainingEnergy": ("energy_delta", "Wh", "remaining"),
    "todayEnergy": ("energy_today", "kWh", ""),
    "sessionPrice": ("value", None, "session price"),
    "sessionPricePerKWh": ("energy_price", None, "session"),
    "sessionCo2PerKWh": ("carbon_intensity", "g/kWh", "session"),
    "minCurrents": ("current_limit", "A", "min"),
}
_VEHICLE: dict[str, tuple[str, str | None, str]] = {
    "soc": ("soc", "%", ""),
    "minSoc": ("soc_limit", "%", "min"),
    "limitSoc": ("soc_limit", "%", ""),
}
_ANY: dict[str, tuple[str, str | None, str]] = {
    "power": ("power", "W", ""),
    "energy": ("energy", "kWh", ""),
    "returnEnergy": ("energy_export", "kWh", ""),
    "soc": ("soc", "%", ""),
    "currents": ("current", "A", ""),
    "voltages": ("voltage", "V", ""),
    "powers": ("power", "W", ""),
    "capacity": ("value", "kWh", "capacity"),
}
# Names of releases before 0.120, which also wrote SoC for Soc.
_OLD = {"socCharge": "vehicleSoc", "range": "vehicleRange", "odometer": "vehicleOdometer", "climater": "vehicleClimaterActive"}
_MOST_PARTS = 64
_DEEPEST = 6
_LISTS = ("currents", "voltages", "powers")
_PARTS = ("site", "loadpoints", "vehicles", "statistics")
_TEXT = ("mode", "status")


class Evcc(Family):
    name = "evcc"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if levels[0] == "evcc":
            return 0.95
        if len(levels) >= 3 and levels[1] in ("loadpoints", "site") and (levels[-1] in _LOADPOINT or levels[-1] in _SITE):
            return 0.9
        if len(levels) >= 2 and not message.looks_like_object and (levels[-1] in ("soc", "chargePower") or levels[-2] in _LISTS):
            return 0.4
        return 0.0

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        for place, level in enumerate(levels):
            if place and level in _PARTS:
                return "/".join(levels[:place])
        return levels[0]

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        levels = (below(message.topic, device) or message.topic).split("/")
        if levels == ["status"]:
            there = present(message.text)
            if there is None:
                raise MalformedError(f"status is online or offline, not {message.text[:40]!r}")
            return self.told((Measurement("availability", there),), device)
        if levels[-1] == "set":
            return self.ignored("a command", device)
        levels = [_OLD.get(level, level.replace("SoC", "Soc")) for level in levels]
        if message.payload[:1] in (b"{", b"["):
            return self.told(self._document(levels, message.document), device, f"{levels[-1][:40]} is not measured")
        found = self._meaning(levels)
        if found is None:
            return self.ignored(f"{levels[-1][:40]} is not measured", device)
        quantity, unit, channel = found
        value = plain_text(message.text)
        if isinstance(value, str) and quantity not in _TEXT:
            raise MalformedError(f"{levels[-1][:40]} is a number or a state, not {value[:40]!r}")
        if unit == "ns" and isinstance(value, int | float):
            unit = "s" if abs(value) < 1e8 else unit
        return self.told((Measurement(quantity, value, unit, channel),), device)

    def _document(self, levels: list[str], told: object) -> Iterator[Measurement]:
        """A meter as one object, or a list of values by phase: as if each stood on a topic of its own below."""
        parts = (
            told.items()
            if isinstance(told, dict)
            else ((str(n), one) for n, one in enumerate(told, 1))
            if isinstance(told, list)
            else ()
        )
        for key, value in list(parts)[:_MOST_PARTS]:
            path = [*levels, str(key)]
            if isinstance(value, dict | list):
                if len(path) < _DEEPEST:
                    yield from self._document(path, value)
                continue
            found = self._meaning(path)
            number = plain(value)
            if found is not None and (not isinstance(number, str) or found[0] in _TEXT):
                yield Measurement(found[0], number, found[1], found[2])

    def _meaning(self, levels: list[str]) -> tuple[str, str | None, str] | None:
        head, rest = levels[0], levels[1:]
        if head == "site" and rest:
            of_site = _SITE.get("/".join(rest))
            if of_site is not None:
                return of_site
            return self._within(rest, rest[0] if len(rest) > 1 else "site")
        if head == "loadpoints" and len(rest) >= 2:
            channel = f"loadpoint {rest[0]}"
            known = _LOADPOINT.get(rest[1])
            if known is None or len(rest) > 3:
                return None
            phase = f" phase {rest[2]}" if len(rest) == 3 else ""
            if known[0] in ("current", "voltage") and rest[1].endswith("s") and not phase:
                return None  # the list's own topic carries how many there are
            return known[0], known[1], " ".join(f"{channel} {known[2]}{phase}".split())
        if head == "vehicles" and len(rest) == 2:
            of_vehicle = _VEHICLE.get(rest[1])
            return (of_vehicle[0], of_vehicle[1], f"vehicle {rest[0]} {of_vehicle[2]}".strip()) if of_vehicle else None
        return self._within(levels, "")

    def _within(self, levels: list[str], place: str) -> tuple[str, str | None, str] | None:
        """Power, energy, currents of a meter wherever it stands; elements of lists are numbered from 1."""
        last = levels[-1]
        if last.isdigit() and len(levels) >= 2 and levels[-2] in _LISTS:
            quantity, unit, _ = _ANY[levels[-2]]
            return quantity, unit, f"{place} phase {last}".strip()
        known = _ANY.get(last)
        if known is None or last in _LISTS:
            return None
        middle = " ".join(level for level in levels[:-1] if level != place)
        if levels[0] == "forecast":  # what is to come: no measurement, and no register
            return None
        return known[0], known[1], f"{place} {middle} {known[2]}".strip().replace("  ", " ")

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        words = point.channel.split(" ")
        if words[0] != "loadpoint" or len(words) < 2:
            raise self.cannot(point)
        base = f"{device.topic}/loadpoints/{words[1]}"
        if what == "mode":
            return (Outgoing(f"{base}/mode/set", str(value).encode()),)
        if what == "current_limit":
            name = "minCurrent" if "min" in words else "maxCurrent"
            return (Outgoing(f"{base}/{name}/set", str(compact(as_number(value))).encode()),)
        if what == "soc_limit":
            return (Outgoing(f"{base}/limitSoc/set", str(round(as_number(value))).encode()),)
        if what in ("enabled", "switch_state"):
            return (Outgoing(f"{base}/mode/set", b"pv" if as_switch(value) else b"off"),)
        raise self.cannot(point)
