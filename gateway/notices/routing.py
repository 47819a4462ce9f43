"""Who is told of what, and when. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from premises.desks import WebhookAddress
from premises.notice import Notice, NoticeKind, Posting, Urgency
from premises.notify import About, Contact, Notify, QuietHours
from premises.site import Site

_ABOUT = {
    NoticeKind.READY: About.BOOKINGS,
    NoticeKind.LATE: About.BOOKINGS,
    NoticeKind.NOT_READY: About.BOOKINGS,
    NoticeKind.REPORT_ISSUED: About.REPORTS,
}
_RANK = {Urgency.INFO: 0, Urgency.WARNING: 1, Urgency.URGENT: 2}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A contact of the site file, or an address that a program is told at (step 0: at every step). quiet None: at any hour."""

    channels: tuple[str, ...]
    kinds: frozenset[NoticeKind]
    causes: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    whole_site: bool = True
    least: Urgency = Urgency.INFO
    step: int = 1
    quiet: QuietHours | None = None

    def wants(self, kind: NoticeKind, urgency: Urgency, zones: frozenset[str], cause: str = "") -> bool:
        """Whether it is told of such a thing. A program that is bound to zones sees nothing that reaches beyond them."""
        if kind not in self.kinds or _RANK[urgency] < _RANK[self.least]:
            return False
        if self.causes and cause and cause not in self.causes:
            return False
        if not self.zones:
            return True
        if self.whole_site:
            return not zones or bool(zones & self.zones)
        return bool(zones) and zones <= self.zones

    def due_at(self, urgency: Urgency, now: datetime, zone: ZoneInfo) -> datetime | None:
        """None: at once; else the end of the quiet hours, unless it is urgent."""
        if self.quiet is None or urgency is Urgency.URGENT:
            return None
        until = self.quiet.until(now, zone)
        return until if until > now else None


def recipients_of(site: Site, addresses: Iterable[WebhookAddress]) -> tuple[Recipient, ...]:
    """All who may be told of the site. An address that a contact names is that contact's alone."""
    theirs = {contact.webhook for contact in site.notify.contacts if contact.webhook}
    people = tuple(_person(contact, site.notify) for contact in site.notify.contacts)
    programs = tuple(
        _program(address)
        for address in addresses
        if address.id not in theirs and address.disabled_at is None and (not address.sites or site.id in address.sites)
    )
    return people + programs


def _person(contact: Contact, notify: Notify) -> Recipient:
    kinds = frozenset(kind for kind in NoticeKind if _ABOUT.get(kind, About.ALARMS) in contact.about)
    quiet = notify.quiet if contact.quiet is None else contact.quiet
    return Recipient(contact.channels, kinds, contact.causes, contact.zones, least=contact.least, step=contact.step, quiet=quiet)


def _program(address: WebhookAddress) -> Recipient:
    kinds = frozenset(kind for kind in NoticeKind if not address.kinds or kind.value in address.kinds)
    return Recipient((f"webhook:{address.id}",), kinds, zones=address.zones, whole_site=not address.zones, step=0)


def posted(notice: Notice, to: Sequence[Recipient], now: datetime, zone: ZoneInfo) -> list[Posting]:
    """The notice on its way to those recipients, each in its own time."""
    by_time: dict[datetime | None, list[str]] = defaultdict(list)
    for recipient in to:
        by_time[recipient.due_at(notice.urgency, now, zone)] += recipient.channels
    return [Posting(notice, tuple(channels), due_at) for due_at, channels in by_time.items()]


def all_postings(notice: Notice, recipients: Iterable[Recipient], now: datetime, zone: ZoneInfo) -> list[Posting]:
    """The notice on its way to everyone who wants it."""
    to = [one for one in recipients if one.wants(notice.kind, notice.urgency, notice.zones)]
    return posted(notice, to, now, zone)
