"""In-memory desks of what people do besides bookings: alarms, quarantine, reports, webhook addresses, the site file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from premises.booking import BookingKey
from premises.desks import ConfigurationPreview, EditionInfo, WebhookAddress
from premises.errors import UnknownNameError
from premises.notice import Delivery, DeliveryState, Notice, NoticeKind, Urgency
from premises.plan import Readiness, ReadyBy, Rung
from premises.ports import Alarm, Quarantined
from premises.reading import RawMessage
from premises.reason import Reason
from tests.gateway.premises_of_tests import NOW

LATER = NOW + timedelta(hours=2)


class FakeAlarms:
    """One alarm of a stage, of a point in the edit room, and of the grid's meter."""

    def __init__(self) -> None:
        self.kept: dict[str, Alarm] = {}

    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        raise NotImplementedError

    def clear(self, site: str, cause: str, subject: str, at: datetime) -> None:
        raise NotImplementedError

    def active(self, site: str) -> list[Alarm]:
        texts = {"en": "no temperature", "fr": "pas de température"}
        for subject in ("stage-2", "edit-3/air_temperature", "grid"):
            alarm_id = f"a-{subject}-{site}"
            self.kept.setdefault(alarm_id, Alarm(alarm_id, site, "sensor_lost", subject, NOW, texts))
        return [alarm for alarm in self.kept.values() if alarm.site == site]

    def acknowledge(self, alarm_id: str, by: str, at: datetime) -> Alarm | None:
        alarm = self.kept.get(alarm_id)
        if alarm is not None and alarm.acknowledged_at is None:
            self.kept[alarm_id] = replace(alarm, acknowledged_at=at, acknowledged_by=by)
        return self.kept.get(alarm_id)

    def shelve(self, alarm_id: str, until: datetime, by: str, at: datetime) -> Alarm | None:
        if self.acknowledge(alarm_id, by, at) is not None:
            self.kept[alarm_id] = replace(self.kept[alarm_id], shelved_until=until)
        return self.kept.get(alarm_id)

    def escalate(self, alarm_id: str, at: datetime) -> Alarm | None:
        raise NotImplementedError

    def history(self, site: str, limit: int = 100) -> list[Alarm]:
        return self.active(site)[:limit]


class FakeQuarantine:
    """Two messages: a text where a number should be, which a corrected mapping now takes, and bytes that are none."""

    def __init__(self) -> None:
        message = RawMessage("zigbee2mqtt/stage-2", b'{"temperature": "unknown"}', NOW)
        binary = RawMessage("zigbee2mqtt/stage-2", b"\xff\x00", NOW)
        found = (Quarantined(1, message, "no number", "zigbee2mqtt", NOW), Quarantined(2, binary, "no text", None, NOW))
        self.kept = {one.id: one for one in found}

    def look(self, limit: int = 100, after: int = 0) -> Sequence[Quarantined]:
        return [one for one in self.kept.values() if one.id > after][:limit]

    def get(self, quarantine_id: int) -> Quarantined:
        if quarantine_id not in self.kept:
            raise UnknownNameError(f"there is no quarantined message {quarantine_id}")
        return self.kept[quarantine_id]

    def details(self, quarantine_id: int) -> Mapping[str, str | int | bool | None]:
        one = self.get(quarantine_id)
        return {"id": one.id, "topic": one.message.topic, "reason": one.reason, "payload_hex": one.message.payload.hex()}

    def retry(self, quarantine_id: int) -> tuple[bool, str]:
        one = self.get(quarantine_id)
        if one.family is None:
            return False, "still no text"
        del self.kept[quarantine_id]
        return True, ""

    def discard(self, quarantine_id: int) -> None:
        self.get(quarantine_id)
        del self.kept[quarantine_id]


def _edition(edition_id: str, site: str, tenant: str | None, number: int) -> EditionInfo:
    return EditionInfo(
        edition_id,
        site,
        "statement" if tenant else "month",
        number,
        date(2026, 2, 1),
        date(2026, 2, 28),
        ("en", "fr"),
        NOW - timedelta(days=number),
        {"pdf": f"{edition_id}.pdf", "html": f"{edition_id}.html"},
        "9f86d081",
        {"en": f"February of {tenant or site}"},
        tenant=tenant,
    )


class FakeShelf:
    """A monthly report of each site, and statements of two tenants, one of whom is not here any more."""

    def __init__(self) -> None:
        found = (
            _edition("mill-month", "old-mill", None, 1),
            _edition("quarry-month", "quarry", None, 2),
            _edition("cutters-feb", "old-mill", "cutters", 3),
            _edition("departed-feb", "old-mill", "departed", 4),
        )
        self.kept = {one.id: one for one in found}

    def editions(self, site: str | None = None, kind: str | None = None, limit: int = 1000) -> Sequence[EditionInfo]:
        return [one for one in self.kept.values() if site in (None, one.site) and kind in (None, one.kind)][:limit]

    def get(self, edition_id: str) -> EditionInfo | None:
        return self.kept.get(edition_id)

    def read(self, edition_id: str, file_name: str) -> bytes:
        if file_name not in self.kept[edition_id].forms.values():
            raise UnknownNameError(file_name)
        return f"%PDF of {edition_id}".encode()


class FakeWebhooks:
    def __init__(self) -> None:
        self.kept: dict[str, WebhookAddress] = {}

    def put(self, address: WebhookAddress) -> None:
        self.kept[address.id] = address

    def get(self, address_id: str) -> WebhookAddress | None:
        return self.kept.get(address_id)

    def all(self) -> list[WebhookAddress]:
        return list(self.kept.values())

    def remove(self, address_id: str) -> WebhookAddress | None:
        return self.kept.pop(address_id, None)


class FakeOutbox:
    """One delivery for each stage of the first site, and one of the second site."""

    def put(self, notice: Notice, channels: Sequence[str], at: datetime, due_at: datetime | None = None) -> int:
        raise NotImplementedError

    def due(self, at: datetime, limit: int = 100) -> list[Delivery]:
        raise NotImplementedError

    def record(self, delivery: Delivery) -> None:
        raise NotImplementedError

    def log(self, site: str | None = None, channel: str | None = None, limit: int = 100) -> list[Delivery]:
        places = (("old-mill", "edit-3"), ("old-mill", "stage-1"), ("quarry", "stage-2"))
        found = [_delivery(place, zone) for place, zone in places if site in (None, place)]
        return [one for one in found if channel in (None, one.channel)][:limit]


def _delivery(site: str, zone: str) -> Delivery:
    notice = Notice(
        id=f"ready-{site}-{zone}",
        kind=NoticeKind.READY,
        site=site,
        subject=zone,
        at=NOW,
        urgency=Urgency.INFO,
        title={"en": f"{zone} is ready"},
        text={"en": "It is 19 °C."},
        zones=frozenset({zone}),
    )
    return Delivery(f"d-{site}-{zone}", "webhook:wh_1", notice, DeliveryState.DELIVERED, 1, NOW, NOW, "204", NOW)


class FakeSiteFiles:
    """A file is wrong where it says `broken`; else it makes stage 1 later."""

    def __init__(self) -> None:
        self.texts = {"old-mill": "id: old-mill\n", "quarry": "id: quarry\n"}
        self.before_applying: Callable[[], None] = lambda: None

    def text(self, site: str) -> str:
        return self.texts[site]

    def preview(self, site: str, text: str) -> ConfigurationPreview:
        if "broken" in text:
            return ConfigurationPreview(("line 2: zones: is missing", "line 3: meters: is no list"))
        answers = tuple(_answer(hours, energy) for hours, energy in ((3, 100.0), (4, 130.0)))
        return ConfigurationPreview((), {"en": ("~ zones: stage-1: volume_m3 7200 → 7800",)}, ((answers[0], answers[1]),))

    def apply(self, site: str, text: str, by: str, at: datetime) -> ConfigurationPreview:
        preview = self.preview(site, text)
        if not preview.faults:
            self.before_applying()
            self.texts[site] = text
        return preview


def _answer(hours: int, energy: float) -> ReadyBy:
    key, why = BookingKey("cinema-diary", "4711"), Reason("pre_heat_for_call", {"call": "07:00", "air_c": 13.1})
    begun = LATER - timedelta(hours=hours)
    return ReadyBy(key, "stage-1", Readiness.READY, LATER, LATER, begun, 19.0, energy, 18.0, 4.5, "EUR", Rung.LEARNED, (why,), ())
