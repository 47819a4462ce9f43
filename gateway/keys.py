"""API keys: `gr_<prefix>_<secret>`, shown once, kept as a hash.

The secret is 32 bytes from the system's random source. SHA-256 is right for it: a slow, salted password hash protects
secrets that people choose and that can be guessed from a list; 256 random bits cannot be, and the check runs on every request.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from premises.errors import SettingError
from premises.ports import ApiKey, Role
from premises.time import utc

_TEXT = re.compile(r"gr_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
LABEL_LONGEST = 100


def hash_secret(secret: str) -> str:
    """SHA-256 of the secret, in hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def make_key(
    role: Role,
    label: str,
    now: datetime,
    *,
    sites: Iterable[str] = (),
    zones: Iterable[str] = (),
    sources: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and the whole text to give to its owner, which is kept nowhere. Raises SettingError.

    A booker needs at least one source, a tenant at least one zone: without them the key could do nothing.
    """
    now, own_sites, own_zones, own_sources = utc(now), frozenset(sites), frozenset(zones), frozenset(sources)
    if not label.strip() or len(label) > LABEL_LONGEST:
        raise SettingError(f"a key needs a label of 1 to {LABEL_LONGEST} characters that says whose it is")
    if role is Role.BOOKER and not own_sources:
        raise SettingError("a booker's key needs the sources that it may write, such as --source cinema-diary")
    if role is Role.TENANT and not own_zones:
        raise SettingError("a tenant's key needs the zones that it may see, such as --zone edit-3")
    if expires_at is not None and utc(expires_at) <= now:
        raise SettingError(f"the key would have expired already, at {expires_at.isoformat()}")
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        id=f"key_{prefix}",
        prefix=prefix,
        secret_hash=hash_secret(secret),
        role=role,
        label=label.strip(),
        created_at=now,
        sites=own_sites,
        zones=own_zones,
        sources=own_sources,
        expires_at=None if expires_at is None else utc(expires_at),
    )
    return key, f"gr_{prefix}_{secret}"


def split_key(text: str) -> tuple[str, str] | None:
    """Prefix and secret of a key's text, None where it is none."""
    found = _TEXT.fullmatch(text)
    return (found.group(1), found.group(2)) if found else None


def fits(key: ApiKey | None, secret: str, now: datetime) -> bool:
    """Whether the secret is that key's, and the key still holds. Takes the same time whether or not the key exists."""
    kept = key.secret_hash if key is not None else "0" * 64
    same = hmac.compare_digest(kept.encode(), hash_secret(secret).encode())
    return key is not None and same and holds(key, now)


def holds(key: ApiKey, now: datetime) -> bool:
    """Whether the key is neither revoked nor expired."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)
