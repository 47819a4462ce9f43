"""Certificates for servers on loopback."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificates(folder: Path, days: int = 300) -> None:
    """`ca.crt` of an authority; `server.crt` for 127.0.0.1 that it signed and that holds for so many days; `server.key`."""
    now = datetime.now(UTC)

    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    def write(what: str, pem: bytes) -> None:
        (folder / what).write_bytes(pem)
        (folder / what).chmod(0o644)

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]

    def made(common: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(name(common)).issuer_name(name("Studio CA")).public_key(key.public_key())
        spanned = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days))
        return spanned.serial_number(x509.random_serial_number())

    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    authority = made("Studio CA", keys[0]).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    authority = authority.add_extension(usage, critical=True)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    server = made("broker", keys[1]).add_extension(address, critical=False)
    write("ca.crt", authority.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    write("server.crt", server.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write("server.key", keys[1].private_bytes(*form))
