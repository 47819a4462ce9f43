"""Tells of editions of reports that were issued, wherever they were made: by the nightly job or by a command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from gateway.notices.routing import Recipient, all_postings, recipients_of
from gateway.notices.words import MESSAGES, in_language, say
from premises.desks import EditionInfo, ReportShelf, WebhookBook
from premises.notice import Notice, NoticeDesk, NoticeKind, Posting, Urgency
from premises.site import Site

NEW_FOR = timedelta(days=7)
"""Older editions are not told of: a Greenroom that is set up anew beside a full shelf says nothing about last year's."""
EDITIONS_MOST = 200


class ReportWatch:
    """Call `look` every few minutes."""

    def __init__(
        self,
        shelf: ReportShelf,
        desk: NoticeDesk,
        addresses: WebhookBook,
        shelves: Callable[[str], Sequence[str]] = lambda site: (site,),
    ) -> None:
        """shelves: what editions may be of that concern a site: itself, and the clusters that it is in."""
        self._shelf = shelf
        self._shelves = shelves
        self._desk = desk
        self._addresses = addresses

    def look(self, sites: Iterable[Site], now: datetime) -> int:
        """How many editions were told of."""
        addresses = self._addresses.all()
        told = 0
        for site in sites:
            recipients = recipients_of(site, addresses)
            if not recipients:
                continue
            editions = [each for name in self._shelves(site.id) for each in self._shelf.editions(site=name, limit=EDITIONS_MOST)]
            new = {topic(each, site.id): each for each in editions if now - each.issued_at < NEW_FOR}

            make = partial(_postings, site, new, recipients, now)
            told += len(self._desk.turn(dict.fromkeys(new, "issued"), now, make))
        return told


def _postings(
    site: Site, new: Mapping[str, EditionInfo], to: Sequence[Recipient], now: datetime, turned: frozenset[str]
) -> list[Posting]:
    notices = (report_notice(site, new[name], now) for name in sorted(turned))
    return [posting for notice in notices for posting in all_postings(notice, to, now, site.zoneinfo)]


def topic(edition: EditionInfo, site: str) -> str:
    """A cluster's edition is told once to the people of each of its sites."""
    name = edition.id if edition.site == site else f"{site}/{edition.id}"
    return f"report/{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def report_notice(site: Site, edition: EditionInfo, now: datetime) -> Notice:
    """The notice that an edition was issued."""
    titles = {language: in_language(edition.title, language) or edition.kind for language in MESSAGES.languages()}
    days = {"first": edition.first.isoformat(), "last": edition.last.isoformat(), "number": str(edition.number)}
    return Notice(
        id=f"msg_{hashlib.sha256(topic(edition, site.id).encode()).hexdigest()[:32]}",
        kind=NoticeKind.REPORT_ISSUED,
        site=site.id,
        subject=edition.id,
        at=now,
        urgency=Urgency.INFO,
        title={language: f"{site.name}: {say(language, 'report.issued', title=title)}" for language, title in titles.items()},
        text={language: say(language, "report.what", title=title, **days) for language, title in titles.items()},
        data={
            "edition": edition.id,
            "kind": edition.kind,
            "number": edition.number,
            "first": edition.first.isoformat(),
            "last": edition.last.isoformat(),
            "languages": list(edition.languages),
            "forms": dict(edition.forms),
            "hash": edition.hash,
        },
        tenant=edition.tenant,
    )
