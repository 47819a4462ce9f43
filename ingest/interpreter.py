"""From messages to readings by the site files, and from commands to messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest.bindings import Bindings, Bound
from ingest.decode import guarded, refused_outright
from ingest.decoded import Decoded, Measurement, Outcome, Outgoing, Understood
from ingest.encode import for_device, shows
from ingest.families.memory import Memory
from ingest.families.memory_form import remembered, take_up
from ingest.families.message import Message
from ingest.families.scalars import present
from ingest.forms import Form, Forms
from ingest.normalise import Refused
from ingest.sharing import Topics
from premises.command import Command
from premises.errors import UnknownNameError
from premises.reading import RawMessage, Reading, Sheaf
from premises.site import Point, Site


class SiteInterpreter:
    """Implements ingest.decoded.Interpreter for some sites. Not for use by several threads at once."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._memory = Memory()
        self._table = Bindings(sites)
        self._forms = Forms(self._table)

    def reconfigure(self, sites: Sequence[Site]) -> None:
        """Read by these site files from now on. What was announced, counted and told stays known where it is still the same.

        To be called between two messages (`IntakeService.reconfigure` sees to it). Raises before anything is changed.
        """
        self._table = Bindings(sites, self._table)
        self._forms = Forms(self._table)

    def subscriptions(self) -> Sequence[str]:
        """Topic filters of all devices of all sites, sorted, none covered by another."""
        return self._table.filters

    def topics(self) -> Topics:
        """The same, told apart for several workers on a shared subscription."""
        return self._table.topics()

    def plainly(self, message: RawMessage) -> tuple[Form, Sheaf] | None:
        """Readings of a message of a known form, in a fraction of the time of `understand`; None where that one must look at it."""
        return self._forms.take(message)

    def understand(self, message: RawMessage) -> Understood:
        """Readings, availability and problems of one message. Never raises for what it holds."""
        refusal = refused_outright(message)
        if refusal:
            return Understood(Outcome.QUARANTINED, reason=refusal)
        owners = self._table.owners(message.topic)
        if not owners:
            return Understood(Outcome.IGNORED, reason="no device of any site has this topic")
        told = Message(message)
        if len(owners) == 1:
            return self._of_device(owners[0], told)
        return _together([self._of_device(bound, told) for bound in owners])

    def _of_device(self, bound: Bound, message: Message) -> Understood:
        decoded = guarded(bound.family, message, self._memory, bound.hints)
        if decoded.outcome is Outcome.QUARANTINED:
            return Understood(Outcome.QUARANTINED, decoded.family, devices=(bound.key,), reason=decoded.reason)
        readings: list[tuple[str, Reading]] = []
        problems: list[str] = []
        available: tuple[tuple[str, str, bool], ...] = ()
        site, received_at, retained = bound.site, message.received_at, message.retained
        readers = bound.readers
        for measurement in _effective(decoded):
            if measurement[0] == "availability" and measurement.channel in ("", "bridge"):
                available = self._availability(bound, measurement)
            for reader in readers.get((measurement[3], measurement[0])) or bound.by_channel(measurement):
                try:
                    reading = reader.read(measurement, received_at, retained)
                except Refused as problem:
                    problems.append(str(problem))
                else:
                    if reading is not None:
                        readings.append((site, reading))
        outcome = Outcome.READINGS if readings else Outcome.QUARANTINED if problems else Outcome.IGNORED
        reason = "" if readings else "; ".join(problems[:4]) or decoded.reason or "tells of no point of the site"
        return Understood(outcome, decoded.family, tuple(readings), available, (bound.key,), reason, tuple(problems))

    def _availability(self, bound: Bound, measurement: Measurement) -> tuple[tuple[str, str, bool], ...]:
        """A device is there while neither itself nor its bridge was said to be gone."""
        there = present(measurement.value)
        if there is None:
            return ()
        if measurement.channel == "bridge":
            bound.bridge = there
        else:
            bound.available = there
        return ((*bound.key, bound.available and bound.bridge),)

    def encode(self, command: Command) -> Sequence[Outgoing]:
        """Messages that carry out the command. Raises UnknownNameError, UnitError where the device cannot do it."""
        bound, point = self._target(command)
        return bound.family.encode(bound.device, point, for_device(point, command.value), self._memory)

    def confirms(self, command: Command, reading: Reading) -> bool:
        """Whether the reading (of the command's point) shows that the command was carried out."""
        if reading.point != command.point:
            return False
        bound, point = self._target(command)
        return shows(command, point, bound.family.settled(bound.device, point, command.value), reading)

    def _target(self, command: Command) -> tuple[Bound, Point]:
        table = self._table
        site = table.sites.get(command.site)
        if site is None:
            raise UnknownNameError(f"no site {command.site!r}; there are {', '.join(table.sites)}")
        point = site.point(command.point)
        bound = table.bound.get((site.id, point.device))
        if bound is None:
            raise UnknownNameError(f"{point.id} belongs to no device on the wire, so it takes no commands")
        if not point.writable:
            raise UnknownNameError(f"{point.id} is not writable: mark it so in the site file if the device can act")
        return bound, point

    def requests(self, now: datetime) -> tuple[Outgoing, ...]:
        """Messages that families want sent to understand what comes; to be asked for now and then, and sent."""
        asked = (one for bound in self._table.bound.values() for one in bound.family.requests(self._memory, bound.device, now))
        return tuple(dict.fromkeys(asked))

    def remembered(self) -> dict[str, Any]:
        """What must outlast a restart, as plain JSON values.

        points: what counters and late readings are judged by, by site and point; families: announcements, units, aliases.
        """
        kept = ((f"{site}\n{point}", reader.remembered()) for (site, point), reader in self._table.readers.items())
        return {"points": {name: state for name, state in kept if state is not None}, "families": remembered(self._memory)}

    def restore(self, kept: Any) -> None:
        """Take up what `remembered` gave; entries of points that are no more, or not of that form, are passed over."""
        if not isinstance(kept, Mapping):
            return
        take_up(self._memory, kept.get("families"))
        points = kept.get("points")
        for name, state in points.items() if isinstance(points, Mapping) else ():
            site, _, point = name.partition("\n")
            reader = self._table.readers.get((site, point))
            if reader is None:
                continue
            try:
                reader.restore(state)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def prime(self, site: str, latest: Mapping[str, Reading]) -> None:
        """Start from the latest readings that a store holds, where `restore` had nothing."""
        for point, reading in latest.items():
            reader = self._table.readers.get((site, point))
            if reader is not None:
                reader.prime(reading)


def _effective(decoded: Decoded) -> Sequence[Measurement]:
    """Lamps go on telling their level while they are off; the light that they give is then none."""
    measurements = decoded.measurements
    for one in measurements:
        if one.quantity == "brightness":
            break
    else:
        return measurements
    switches = [one for one in measurements if one.quantity == "switch_state"]
    off = {one.channel.removesuffix(" state") for one in switches if one.value is False}
    if not off:
        return measurements
    if all(one.value is False for one in switches):
        off.add("")  # one switch for all, as Tasmota's POWER beside its Dimmer
    return tuple(
        Measurement(one.quantity, 0.0, "%", one.channel, one.time, one.flags)
        if one.quantity == "brightness" and one.value is not None and one.channel.removesuffix(" brightness") in off
        else one
        for one in measurements
    )


def _together(answers: Sequence[Understood]) -> Understood:
    """What one message tells of several devices."""
    outcomes = {answer.outcome for answer in answers}
    outcome = next(one for one in (Outcome.READINGS, Outcome.QUARANTINED, Outcome.IGNORED) if one in outcomes)
    return Understood(
        outcome,
        next((answer.family for answer in answers if answer.outcome is outcome), None),
        tuple(reading for answer in answers for reading in answer.readings),
        tuple(one for answer in answers for one in answer.available),
        tuple(device for answer in answers for device in answer.devices),
        next((answer.reason for answer in answers if answer.outcome is outcome), ""),
        tuple(problem for answer in answers for problem in answer.problems),
    )
