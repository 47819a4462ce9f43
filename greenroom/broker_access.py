"""Who may do what at Mosquitto: a password for each device's client, its own topics and nothing else.

A device that was stolen, or whose password got about, can then tell lies about itself only. What a client may publish are the
topics by which its family tells of it, and what lies below its own base topic; what it may read are its own commands. Devices
behind one bridge (zigbee2mqtt, Wiren Board, a LoRaWAN server, a KNX gateway) are one client of the broker, so they share one.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.families.registry import family_named
from premises.errors import SettingError
from premises.site import Device, Site

GREENROOM = "greenroom"
ITERATIONS = 10_000
BRIDGES = frozenset({"zigbee2mqtt", "wirenboard", "lorawan", "dali_knx", "ha_discovery"})
SHARED_ROOTS = frozenset({"tele", "stat", "cmnd", "homeassistant"})
"""First levels that many devices share: nobody owns what lies below them."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client of the broker: what it may publish and what it may read, as topic filters. devices: whom it speaks for."""

    user: str
    devices: tuple[str, ...]
    publishes: tuple[str, ...]
    reads: tuple[str, ...]


def clients_of(sites: Iterable[Site]) -> list[Client]:
    """The clients of all devices that speak MQTT, by name; Greenroom itself is the first. Raises SettingError for a clash."""
    grouped: dict[str, list[Device]] = {}
    for site in sites:
        for device in site.devices:
            if device.topic:
                grouped.setdefault(_user(device), []).append(device)
    if GREENROOM in grouped:
        raise SettingError(f"a device may not be called {GREENROOM!r}: that is Greenroom's own user at the broker")
    clients = [_client(user, devices) for user, devices in sorted(grouped.items())]
    commands = tuple(sorted({topic for client in clients for topic in client.reads}))
    own = Client(GREENROOM, (), (*commands, f"{GREENROOM}/#"), ("#", "$SYS/#"))
    return [own, *clients]


def _user(device: Device) -> str:
    """The name of the device's client: the bridge's where it is behind one."""
    root = device.topic.strip("/").split("/")[0]
    name = f"{device.family}-{root}" if device.family in BRIDGES and root != device.family else device.id
    if device.family in BRIDGES and root == device.family:
        name = device.family
    return re.sub(r"[^A-Za-z0-9_.-]", "-", name)


def _client(user: str, devices: list[Device]) -> Client:
    publishes: set[str] = set()
    reads: set[str] = set()
    for device in devices:
        own = _own(device)
        publishes |= {*family_named(device.family).subscriptions(device), *own}
        reads |= {*own, *_commands(device)}
    for topic in publishes | reads:
        if any(sign < " " for sign in topic):
            raise SettingError(f"topic {topic!r} of {user} holds a control character; an access file cannot say that")
    return Client(user, tuple(device.id for device in devices), tuple(sorted(publishes)), tuple(sorted(reads)))


def _own(device: Device) -> set[str]:
    """What lies at and below the base topic of the device, or of the bridge that it is behind."""
    topic = device.topic.rstrip("/")
    if device.family == "zigbee2mqtt":
        topic = device.options.get("base_topic") or topic.split("/")[0]
    if "+" in topic or "#" in topic or topic.strip("/") in SHARED_ROOTS or "%" in topic:
        return set()
    return {topic, f"{topic}/#"}


def _commands(device: Device) -> set[str]:
    """Where commands come that do not lie below the base topic."""
    topic = device.topic.rstrip("/")
    levels = topic.split("/")
    if device.family == "tasmota":
        template = device.options.get("full_topic", "").strip("/")
        told = template.replace("%topic%", topic).replace("%prefix%", "cmnd") if template else f"cmnd/{topic}"
        return {f"{told}/#"}
    if device.family == "victron" and len(levels) > 1:
        return {f"R/{levels[1]}/#", f"W/{levels[1]}/#"}
    if device.family == "sparkplug_b" and len(levels) > 2:
        return {f"{levels[0]}/{levels[1]}/{kind}/{'/'.join(levels[2:])}" for kind in ("NCMD", "DCMD")} | {f"{levels[0]}/STATE/#"}
    return set()


def access_file(clients: Iterable[Client]) -> str:
    """Mosquitto's `acl_file`: nothing is allowed to anybody that is not said here."""
    lines = ["# Made by `greenroom broker acl`. Who is not named here, and what is not said of them, is not allowed."]
    for client in clients:
        lines += ["", f"# {', '.join(client.devices)}" if client.devices else "# Greenroom itself", f"user {client.user}"]
        lines += [f"topic write {topic}" for topic in client.publishes]
        lines += [f"topic read {topic}" for topic in client.reads]
    return "\n".join(lines) + "\n"


def new_password() -> str:
    """Long enough that nobody tries, of signs that every device's form takes."""
    return secrets.token_hex(16)


def password_line(user: str, password: str, salt: bytes | None = None) -> str:
    """A line of Mosquitto's `password_file`, as `mosquitto_passwd` makes it: PBKDF2 with SHA-512, marked `$7$`."""
    salt = secrets.token_bytes(12) if salt is None else salt
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS, 64)
    told = "$".join(["", "7", str(ITERATIONS), base64.b64encode(salt).decode(), base64.b64encode(key).decode()])
    return f"{user}:{told}"


def password_lines(clients: Iterable[Client], kept: Mapping[str, str], renew: frozenset[str]) -> tuple[list[str], dict[str, str]]:
    """Lines for all clients, and the passwords that are new, by user. kept: lines of the file as it was, by user.

    Who has a line keeps it, unless named in `renew`; whoever is no client any more loses theirs.
    """
    lines, fresh = list[str](), dict[str, str]()
    for client in clients:
        line = kept.get(client.user)
        if line is None or client.user in renew:
            fresh[client.user] = new_password()
            line = password_line(client.user, fresh[client.user])
        lines.append(line)
    return lines, fresh


def configuration(folder: str) -> str:
    """What goes into `mosquitto.conf`. folder: where the files will lie on the broker's machine."""
    return f"""# Made by `greenroom broker acl`: include it with `include_dir`, or copy it into mosquitto.conf.
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/access

# Sessions and queued messages outlive a restart of the broker.
persistence true
max_queued_messages 100000
max_packet_size 1048576

# In the clear for this machine only. Devices that can speak TLS use 8883; those that cannot need a network of their own.
listener 1883 127.0.0.1
# listener 8883
# cafile {folder}/ca.pem
# certfile {folder}/broker.pem
# keyfile {folder}/broker.key
"""
