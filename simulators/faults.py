"""Faults that a test or a demonstration switches on: what goes wrong with real devices, at a stated time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from premises.errors import UnknownNameError
from premises.site import Site

_BRIDGED = "zigbee2mqtt"


class FaultKind(StrEnum):
    """What goes wrong."""

    DEAD_SENSOR = "dead_sensor"  # the device says nothing at all, and does not say that it is away
    FROZEN_SENSOR = "frozen_sensor"  # it repeats what it last said, with the times of then
    STUCK_VALVE = "stuck_valve"  # takes setpoints, tells them, and does not move
    RETAINED_STORM = "retained_storm"  # at `since`, every device's last words come again, retained, twenty times
    WRONG_CLOCK = "wrong_clock"  # the device's times are off by `shift`
    COUNTER_RESET = "counter_reset"  # at `since`, the counters of what the device measures begin anew at 0
    BRIDGE_OFFLINE = "bridge_offline"  # the Zigbee bridge says that it is away, and all its devices are silent
    DEAF_DEVICE = "deaf_device"  # commands do not reach it


_OF_A_DEVICE = frozenset(FaultKind) - {FaultKind.RETAINED_STORM, FaultKind.BRIDGE_OFFLINE}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault from `since` (UTC) until `until` (None: for good). device: id in the site file, "" where it is no one's."""

    kind: FaultKind
    since: datetime
    until: datetime | None = None
    device: str = ""
    shift: timedelta = timedelta(0)

    def holds_at(self, instant: datetime) -> bool:
        return self.since <= instant and (self.until is None or instant < self.until)


class Faults:
    """The faults of a simulation. Raises UnknownNameError for a device that the site does not have."""

    def __init__(self, site: Site, faults: Sequence[Fault]) -> None:
        families = {device.id: device.family for device in site.devices}
        for fault in faults:
            if fault.kind in _OF_A_DEVICE and fault.device not in families:
                raise UnknownNameError(f"fault {fault.kind}: site {site.id} has no device {fault.device!r}")
        self._families = families
        self._faults = tuple(faults)

    def beginning(self, after: datetime, until: datetime) -> list[Fault]:
        """Faults that begin later than `after`, and not later than `until`."""
        return [fault for fault in self._faults if after < fault.since <= until]

    def ending(self, after: datetime, until: datetime) -> list[Fault]:
        """Faults that end later than `after`, and not later than `until`."""
        return [fault for fault in self._faults if fault.until is not None and after < fault.until <= until]

    def _hold(self, kind: FaultKind, device: str, at: datetime) -> bool:
        return any(fault.kind is kind and fault.device == device and fault.holds_at(at) for fault in self._faults)

    def silent(self, device: str, at: datetime) -> bool:
        """Whether nothing comes from the device."""
        bridged = self._families.get(device) == _BRIDGED and self._hold(FaultKind.BRIDGE_OFFLINE, "", at)
        return bridged or self._hold(FaultKind.DEAD_SENSOR, device, at)

    def frozen(self, device: str, at: datetime) -> bool:
        return self._hold(FaultKind.FROZEN_SENSOR, device, at)

    def deaf(self, device: str, at: datetime) -> bool:
        """Whether commands do not reach the device: also while nothing comes from it."""
        return self._hold(FaultKind.DEAF_DEVICE, device, at) or self.silent(device, at)

    def stuck(self, at: datetime) -> frozenset[str]:
        """Devices whose valves do not move."""
        return frozenset(fault.device for fault in self._faults if fault.kind is FaultKind.STUCK_VALVE and fault.holds_at(at))

    def device_time(self, device: str, at: datetime) -> datetime:
        """What the device's own clock shows."""
        shifts = [f.shift for f in self._faults if f.kind is FaultKind.WRONG_CLOCK and f.device == device and f.holds_at(at)]
        return at + sum(shifts, timedelta(0))
