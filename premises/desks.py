"""Ports of what people do at the gateway besides bookings: quarantine, reports, sign-in, configuration, webhook addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from premises.plan import ReadyBy
from premises.ports import Quarantined, Role


class QuarantineDesk(Protocol):
    """What a person does about messages that could not be taken. Ids that are unknown raise UnknownNameError."""

    def look(self, limit: int = 100, after: int = 0) -> Sequence[Quarantined]:
        """Oldest first, ids above `after`."""
        ...

    def get(self, quarantine_id: int) -> Quarantined: ...

    def details(self, quarantine_id: int) -> Mapping[str, str | int | bool | None]:
        """All that is known of it, escaped, safe to print; `payload_hex` holds the bytes up to a limit."""
        ...

    def retry(self, quarantine_id: int) -> tuple[bool, str]:
        """Decode it again as things are now: whether it is stored, and why not."""
        ...

    def discard(self, quarantine_id: int) -> None:
        """Drop it for good; it stays counted as ignored."""
        ...


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """A frozen edition of a report. id: its folder's name and its address; forms: by form (`pdf`, `html`, `xlsx`, ...), the file.

    first and last: the days covered, both included. tenant, production: whom it is for; None: the site's owners and funders.
    superseded_by: the id of the correction that replaces it. hash: SHA-256 of the manifest.
    """

    id: str
    site: str
    kind: str
    number: int
    first: date
    last: date
    languages: tuple[str, ...]
    issued_at: datetime
    forms: Mapping[str, str]
    hash: str
    title: Mapping[str, str] = field(default_factory=dict)
    tenant: str | None = None
    production: str | None = None
    superseded_by: str | None = None
    signed: bool = False


class ReportShelf(Protocol):
    """The editions that were issued."""

    def editions(self, site: str | None = None, kind: str | None = None, limit: int = 1000) -> Sequence[EditionInfo]:
        """Newest first."""
        ...

    def get(self, edition_id: str) -> EditionInfo | None: ...

    def read(self, edition_id: str, file_name: str) -> bytes:
        """A file of the edition as it was issued; UnknownNameError where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who signs in. password_hash: argon2id, "" where only OpenID Connect signs in. Empty scopes: no restriction."""

    id: str
    name: str
    password_hash: str
    role: Role
    created_at: datetime
    sites: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    tenant: str | None = None
    subject: str = ""
    language: str = ""
    disabled_at: datetime | None = None
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in. secret_hash: of the cookie's secret."""

    secret_hash: str
    person: str
    created_at: datetime
    expires_at: datetime


class PeopleBook(Protocol):
    def put(self, person: Person) -> None: ...

    def get(self, person_id: str) -> Person | None: ...

    def by_subject(self, subject: str) -> Person | None:
        """By the subject that the OpenID Connect provider knows them by (`issuer|sub`)."""
        ...

    def all(self) -> list[Person]: ...

    def open_session(self, session: Session) -> None: ...

    def session(self, secret_hash: str, at: datetime) -> tuple[Session, Person] | None:
        """None where it is unknown, has expired, or the person is disabled."""
        ...

    def close_session(self, secret_hash: str) -> None: ...

    def close_sessions(self, person_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where notices are posted. secret: `whsec_…`, shown once to who made it and needed to sign, so kept as it is."""

    id: str
    url: str
    secret: str
    created_at: datetime
    label: str = ""
    sites: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    disabled_at: datetime | None = None


class WebhookBook(Protocol):
    def put(self, address: WebhookAddress) -> None: ...

    def get(self, address_id: str) -> WebhookAddress | None: ...

    def all(self) -> list[WebhookAddress]: ...

    def remove(self, address_id: str) -> WebhookAddress | None: ...


@dataclass(frozen=True, slots=True)
class ConfigurationPreview:
    """What a changed site file would do. faults: why it cannot be taken (then nothing else is filled).

    changes: one line each, by language. effects: bookings whose answer would differ, (now, then).
    """

    faults: tuple[str, ...]
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    effects: tuple[tuple[ReadyBy, ReadyBy], ...] = ()


class Configuration(Protocol):
    """Changes of a site file while running. Nothing that arrives is lost over one, and no session is reset."""

    def text(self, site: str) -> str: ...

    def preview(self, site: str, text: str) -> ConfigurationPreview: ...

    def apply(self, site: str, text: str, by: str, at: datetime) -> ConfigurationPreview:
        """Write the file (the one before is kept beside it) and go on with it. Nothing is changed where there are faults."""
        ...
