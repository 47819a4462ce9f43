"""Devices: families, channels, quantities, units, what can be set; and that every point is there once."""

from __future__ import annotations

from premises.quantities import QUANTITIES, Quantity
from premises.site import GREENROOM
from premises.sitefile.build import channel_of, point_id, subject_of
from premises.sitefile.check.findings import Findings
from premises.sitefile.families import Family, families
from premises.sitefile.form.devices import DeviceForm, MeasureForm
from premises.sitefile.form.site import SiteForm
from premises.sitefile.text import Place, path_text
from premises.sitefile.wording import choose, listed
from premises.time import zone_named
from premises.units import UNITS, units_of

SUBJECTS = ("zones", "plants", "meters", "pv", "devices")
OUTDOOR = "outdoor"
"""Subject of what a weather station tells."""


def check_devices(form: SiteForm, findings: Findings) -> None:
    points: dict[str, Place] = {}
    sources: dict[tuple[str, str, str], Place] = {}
    topics: dict[tuple[str, str], str] = {}
    for index, device in enumerate(form.devices):
        place: Place = ("devices", index)
        family = _family(device, place, findings)
        _topic(device, family, place, topics, findings)
        findings.refer((*place, "zone"), "zones", device.zone)
        _subject((*place, "of"), device.of, findings)
        if device.timezone is not None:
            try:
                zone_named(device.timezone)
            except ValueError as error:
                findings.say((*place, "timezone"), str(error))
        for number, measure in enumerate(device.measures):
            here = (*place, "measures", number)
            _subject((*here, "of"), measure.of, findings)
            _measure(device, measure, family, here, findings)
            _once(device, measure, here, points, sources, findings)


def _family(device: DeviceForm, place: Place, findings: Findings) -> Family | None:
    family = families().get(device.family)
    if family is None:
        findings.say((*place, "family"), f"unknown family {device.family!r}", choose(device.family, families(), "families"))
    return family


def _topic(device: DeviceForm, family: Family | None, place: Place, topics: dict[tuple[str, str], str], findings: Findings) -> None:
    topic = device.topic
    if set(topic) & set("+#\0"):
        findings.say((*place, "topic"), "holds + or #, which no device's own topic can", "write the device's base topic")
    elif topic.endswith("/") or topic != topic.strip():
        findings.say((*place, "topic"), f"{topic!r} ends with / or has blanks around it", f"write {topic.strip().rstrip('/')}")
    elif family is not None and family.below and (beyond := family.below.search(topic)):
        hint = f"write the device's base topic, {topic[: beyond.start()] or family.topic}"
        findings.say((*place, "topic"), f"{beyond[0].strip('/')!r} belongs to the topics of its single messages", hint)
    other = topics.setdefault((device.family, topic), device.id)
    if other != device.id:
        findings.say((*place, "topic"), f"device {other!r} has the same topic", "make one device of the two, with all measures")


def _subject(place: Place, name: str | None, findings: Findings) -> None:
    if name is None or name == OUTDOOR:
        return
    known = findings.names.every(SUBJECTS)
    if name not in known:
        because = tuple((section, "id") for section in SUBJECTS)
        hint = choose(name, [*known, OUTDOOR], "zones, plants, meters, PV strings, devices")
        findings.say(place, f"there is no zone, plant, meter, PV string or device {name!r}", hint, because)


def _measure(device: DeviceForm, measure: MeasureForm, family: Family | None, place: Place, findings: Findings) -> None:
    quantity = QUANTITIES.get(measure.quantity)
    if quantity is None:
        hint = choose(measure.quantity, QUANTITIES, "quantities")
        findings.say((*place, "quantity"), f"there is no quantity {measure.quantity!r}", hint)
        return
    if not subject_of(device, measure):
        because = ((*place[:2], "zone"), (*place[:2], "of"), (*place, "of"))
        findings.say(place, f"{measure.quantity} of what?", "give the device a zone or an `of`, or the measure an `of`", because)
    message = measure.message or quantity.message
    if measure.message is not None:
        _message(measure.message, quantity, (*place, "message"), findings)
    if measure.unit is not None:
        _unit(measure.unit, quantity, (*place, "unit"), findings)
    if family is not None:
        _channel(device, measure, family, message, place, findings)


def _message(message: str, quantity: Quantity, place: Place, findings: Findings) -> None:
    told = QUANTITIES.get(message)
    if told is None:
        findings.say(place, f"there is no message quantity {message!r}", choose(message, QUANTITIES, "quantities"))
    elif told.unit != quantity.unit or told.kind is not quantity.kind:
        findings.say(place, f"{message} ({told.unit}) cannot be read as {quantity.name} ({quantity.unit})")


def _unit(unit: str, quantity: Quantity, place: Place, findings: Findings) -> None:
    known = UNITS.get(unit)
    if known is None or known.canonical != quantity.unit:
        state = "is unknown" if known is None else f"does not measure {quantity.name}"
        findings.say(place, f"unit {unit!r} {state}", f"fits: {', '.join(units_of(quantity.unit)) or quantity.unit}")


def _channel(device: DeviceForm, measure: MeasureForm, family: Family, message: str, place: Place, findings: Findings) -> None:
    name = channel_of(device, measure)
    channel = family.channel(name)
    where = (*place, "channel") if measure.channel is not None or not device.channel else (*place[:2], "channel")
    because = ((*place, "channel"), (*place[:2], "channel"), (*place, "message"))
    names = [known.name for known in family.channels if known.name and known.tells(message)]
    if channel is None:
        state = f"{family.name} has no channel {name!r}" if name else f"{measure.quantity} needs a channel of {family.name}"
        findings.say(where, state, choose(name, names, f"channels with {message}") if names else "", because)
        return
    if not channel.tells(message):
        state = f"channel {name!r} of {family.name} does not tell {message}"
        findings.say(where, state, f"it is on: {listed(names)}" if names else f"{family.name} does not tell it at all", because)
        return
    if measure.writable and not channel.takes(message):
        can = family.writable()
        hint = ", ".join(f"{q} on {' or '.join(c or 'its own channel' for c in on)}" for q, on in can.items())
        findings.say(
            (*place, "writable"),
            f"{family.name} cannot be told a {measure.quantity} on channel {name!r}",
            f"it can be told: {hint}" if hint else f"nothing can be set on {family.name}",
            because,
        )


def _once(
    device: DeviceForm,
    measure: MeasureForm,
    place: Place,
    points: dict[str, Place],
    sources: dict[tuple[str, str, str], Place],
    findings: Findings,
) -> None:
    quantity = QUANTITIES.get(measure.quantity)
    if quantity is None or not subject_of(device, measure):
        return
    source = (device.id, channel_of(device, measure), measure.message or quantity.message)
    if source in sources:
        message = f"{source[2]} of channel {source[1]!r} is read twice, first at {path_text(sources[source])}"
        findings.say(place, message, "one value makes one point: name another channel", (place[:2],))
        return
    sources[source] = place
    name = point_id(subject_of(device, measure), measure)
    if name in points:
        hint = f"give one of the two a qualifier, such as `qualifier: {device.id}`"
        message = f"point {name} is there twice, first at {path_text(points[name])}"
        findings.say(place, message, hint, (place[:2], points[name][:2]))
    elif name.startswith(f"{GREENROOM}/"):
        findings.say(place, f"point {name} is Greenroom's own")
    points.setdefault(name, place)
