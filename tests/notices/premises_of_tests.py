"""Two stages, an office and a sensor each, for the tests of notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from premises.booking import DayKind
from premises.notify import Contact, Notify, QuietHours
from premises.ports import Alarm
from premises.quantities import QUANTITIES
from premises.site import Comfort, Device, Point, Site, Zone, ZoneUse

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STAGES = ("stage-1", "stage-2", "stage-3")


def _zone(zone_id: str) -> Zone:
    name = zone_id.replace("-", " ").capitalize()
    return Zone(zone_id, name, ZoneUse.STAGE, 400.0, 3200.0, {DayKind.SHOOT: Comfort(20.0)}, heating_plant="pump")


def _air(zone_id: str) -> Point:
    return Point(f"{zone_id}/air_temperature", "studio", zone_id, QUANTITIES["air_temperature"], f"{zone_id}-sensor", zone=zone_id)


STUDIO = Site(
    id="studio",
    name="Studio du Canal",
    timezone="Europe/Paris",
    country="FR",
    latitude=50.6,
    longitude=3.1,
    altitude_m=20.0,
    languages=("fr", "en", "nl"),
    currency="EUR",
    owner="Studio du Canal SCIC",
    floor_area_m2=2000.0,
    energy_area_m2=1800.0,
    zones=tuple(_zone(zone) for zone in STAGES),
    devices=tuple(Device(f"{zone}-sensor", "zigbee2mqtt", f"zigbee2mqtt/{zone}", zone=zone) for zone in STAGES),
    points=tuple(_air(zone) for zone in STAGES),
)

DUTY = Contact("duty", "Ada Duty", "fr", mail="duty@studio.example", push="studio-4f1c")
HEAD = Contact("head", "Hugo Head", "nl", mail="head@studio.example", step=2)
NIGHT = QuietHours(time(22), time(7))


def studio(*contacts: Contact, quiet: QuietHours | None = None) -> Site:
    """The studio, with these to be told."""
    return replace(STUDIO, notify=Notify(contacts, quiet, escalate_after=timedelta(minutes=20)))


def alarm(cause: str, subject: str = "studio", at: datetime = NOON, number: int = 0) -> Alarm:
    return Alarm(
        f"{cause}-{subject}-{number}", "studio", cause, subject, at, {"en": f"{cause} at {subject}", "fr": f"{cause} : {subject}"}
    )
