"""Keys that sign editions: Ed25519. The private key lies outside of every edition, readable by its owner alone."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from premises.errors import SettingError
from premises.time import format_instant
from reports.editions.errors import EditionError

FORMAT = "greenroom-signature/1"


class KeyFileError(SettingError):
    """A key file is missing, is no Ed25519 key, or can be read by others."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who issued a manifest and when. key: fingerprint, "" where it was not signed; public_key, value: base64."""

    manifest: str
    issued_at: str
    issued_by: str
    key: str = ""
    public_key: str = ""
    value: str = ""

    @property
    def signed(self) -> bool:
        return bool(self.value)

    def message(self) -> bytes:
        """What is signed: all of it but the signature itself, as canonical JSON."""
        told = {
            "format": FORMAT,
            "manifest": self.manifest,
            "issued_at": self.issued_at,
            "issued_by": self.issued_by,
            "key": self.key,
        }
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)

    def to_bytes(self) -> bytes:
        told = {"format": FORMAT, **{name: getattr(self, name) for name in self.__slots__}}
        return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def read_signature(data: bytes, where: str) -> Signature:
    """Raises EditionError that says where."""
    try:
        told = orjson.loads(data)
        if told.pop("format") != FORMAT:
            raise EditionError(f"{where}: the signature is not of the format {FORMAT}")
        return Signature(**told)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise EditionError(f"{where}: the signature cannot be read: {error}") from error


def make_key(path: Path, passphrase: str | None = None) -> str:
    """Write a new private key (PKCS 8, mode 0600) and its public one beside it (`.pub`); the fingerprint.

    Raises KeyFileError where there is a key already: one that signed anything must not be lost.
    """
    key = Ed25519PrivateKey.generate()
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        locked = serialization.BestAvailableEncryption(passphrase.encode())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(private)
            file.flush()
            os.fsync(file.fileno())
        public_path(path).write_bytes(_public_pem(key.public_key()))
    except FileExistsError:
        raise KeyFileError(f"there is a key at {path} already; move it away first, or name another file") from None
    except OSError as error:
        raise KeyFileError(f"the key cannot be written to {path}: {error.strerror}") from error
    return fingerprint(key.public_key())


def public_path(path: Path) -> Path:
    return path.with_suffix(path.suffix + ".pub")


def load_key(path: Path, passphrase: str | None = None) -> Ed25519PrivateKey:
    """The private key of that file. Raises KeyFileError, also where others may read it."""
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"the key {path} cannot be read: {error.strerror}; make one with `greenroom report key`") from error
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(f"the key {path} can be read by others (mode {stat.S_IMODE(mode):o}); set it to 600")
    try:
        key = serialization.load_pem_private_key(data, passphrase.encode() if passphrase else None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"the key {path} cannot be opened: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"the key {path} is no Ed25519 key; make one with `greenroom report key`")
    return key


def load_public(path: Path) -> Ed25519PublicKey:
    """The public key of a PEM file. Raises KeyFileError."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyFileError(f"{path} is no public key: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(f"{path} is no Ed25519 public key")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the raw public key, its first 32 hexadecimal digits."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def sign(manifest_hash: str, at: datetime, by: str, key: Ed25519PrivateKey | None) -> Signature:
    """The record of an issue, signed where there is a key."""
    if key is None:
        return Signature(manifest_hash, format_instant(at), by)
    public = key.public_key()
    raw = base64.b64encode(public.public_bytes_raw()).decode()
    bare = Signature(manifest_hash, format_instant(at), by, fingerprint(public), raw)
    value = base64.b64encode(key.sign(bare.message())).decode()
    return Signature(bare.manifest, bare.issued_at, bare.issued_by, bare.key, raw, value)


def holds(signature: Signature) -> bool:
    """Whether the signature is that of the key it names. Whether that key is to be trusted is another question."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature.public_key, validate=True))
        key.verify(base64.b64decode(signature.value, validate=True), signature.message())
    except (InvalidSignature, ValueError):
        return False
    return fingerprint(key) == signature.key


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
