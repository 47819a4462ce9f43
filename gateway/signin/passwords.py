"""Passwords: argon2id, as RFC 9106 asks, a few at a time; and who a person may be."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from premises.desks import Person
from premises.errors import SettingError
from premises.ports import Role
from premises.time import utc

SHORTEST, LONGEST = 12, 200
AT_ONCE = 2
_ID = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
_places = threading.BoundedSemaphore(AT_ONCE)  # each check takes 64 MiB for some 50 ms: that is what makes guessing dear
_hasher = PasswordHasher()  # argon2id, RFC 9106's second recommendation: 3 passes, 64 MiB, 4 lanes


def hash_password(password: str, person_id: str = "") -> str:
    """The hash to keep. Raises SettingError for one that is too short, too long, or the person's own name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise SettingError(f"a password has {SHORTEST} to {LONGEST} characters; a few words in a row are a good one")
    if person_id and (person_id in password.lower() or len(set(password)) < 5):
        raise SettingError("a password does not hold the person's name, nor the same few characters again and again")
    with _places:
        return _hasher.hash(password)


def password_fits(kept: str, password: str) -> bool:
    """Whether it is the password of that hash. Takes as long for a person who does not exist (kept ""), or has none."""
    with _places:
        try:
            return _hasher.verify(kept or _nobodys(), password[: LONGEST + 1]) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def make_person(
    person_id: str,
    name: str,
    role: Role,
    now: datetime,
    *,
    password: str = "",
    sites: Iterable[str] = (),
    zones: Iterable[str] = (),
    tenant: str | None = None,
    subject: str = "",
    language: str = "",
) -> Person:
    """A new person. Raises SettingError that says what would be right.

    Without a password only OpenID Connect signs them in. A tenant's person needs the tenant or zones.
    """
    if not _ID.fullmatch(person_id):
        raise SettingError(f"{person_id[:40]!r} is no name to sign in with: small letters, digits and . _ @ + -, at most 100")
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise SettingError("a person has a name of 1 to 200 characters")
    if role is Role.BOOKER:
        raise SettingError("a booker is a booking system, not a person: make a key for it with `greenroom keys make`")
    own_zones = frozenset(zones)
    if role is Role.TENANT and not (tenant or own_zones):
        raise SettingError("a tenant's person needs --tenant, or the zones that they may see with --zone")
    return Person(
        id=person_id,
        name=name.strip(),
        password_hash=hash_password(password, person_id) if password else "",
        role=role,
        created_at=utc(now),
        sites=frozenset(sites),
        zones=own_zones,
        tenant=tenant,
        subject=subject,
        language=language,
    )
