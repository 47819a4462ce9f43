"""What `deploy/` holds is right as far as can be told without Docker: names, versions, order, and what real programs say."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click import Choice
from click.testing import CliRunner
from fastapi.routing import APIRoute
from ruamel.yaml import YAML

from greenroom.cli import COMMANDS
from greenroom.doctor import network
from greenroom.doctor.finding import State
from greenroom.settings import Settings
from tests.notices.certificates import make_certificates
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")


def absent(what: str) -> None:
    """Skip for want of a part of the system; on the build machine, where it must be, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


def program(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *PLACES)))
    if found is None:
        absent(name)
        raise AssertionError
    return found


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(DEPLOY / "compose.yaml")
    return loaded


def test_every_image_has_a_version_and_none_is_the_newest_there_happens_to_be(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert re.fullmatch(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?", service["image"]), name
    bases = re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base) for base in bases)


def test_whatever_is_waited_for_can_say_that_it_is_ready(compose: dict[str, Any]) -> None:
    services = compose["services"]
    waited = 0
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            waited += 1
            if how["condition"] == "service_completed_successfully":
                assert services[other]["restart"] == "no"
            else:
                assert how["condition"] == "service_healthy"
                assert services[other]["healthcheck"]["test"][0] == "CMD"
    assert waited >= 6
    assert {"mosquitto", "postgres", "influxdb"} <= set(services["greenroom"]["depends_on"])


def test_every_volume_and_secret_that_is_used_is_declared_and_every_declared_one_used(compose: dict[str, Any]) -> None:
    services = compose["services"].values()
    mounted = {volume.split(":")[0] for service in services for volume in service.get("volumes", ())}
    assert {name for name in mounted if not name.startswith(".")} == set(compose["volumes"])
    assert {secret for service in services for secret in service.get("secrets", ())} == set(compose["secrets"])
    shipped = {"./mosquitto.conf", "./Caddyfile"}
    told = (ROOT / "docs" / "deploy.md").read_text()
    for name in (name for name in mounted if name.startswith(".") and name not in shipped):
        assert f"deploy/{name.split('/')[1]}" in told, f"docs/deploy.md does not say how {name} comes to be"
    assert all((DEPLOY / name).is_file() for name in shipped)


def test_nothing_but_the_door_and_the_broker_is_open_to_the_outside(compose: dict[str, Any]) -> None:
    assert {name for name, service in compose["services"].items() if "ports" in service} == {"caddy", "mosquitto"}


def test_the_door_has_no_way_to_the_devices_and_none_of_their_secrets(compose: dict[str, Any]) -> None:
    """Whoever breaks in where the world comes in cannot switch anything."""
    services = compose["services"]
    assert {name for name, service in services.items() if "devices" in service["networks"]} == {"mosquitto", "greenroom", "intake"}
    assert not [secret for secret in services["door"]["secrets"] if "broker" in secret]
    assert "GREENROOM_BROKER" not in str(services["door"])
    assert services["door"]["depends_on"] == {"greenroom": {"condition": "service_healthy"}}
    assert all("networks" in service for service in services.values())
    used = {network for service in services.values() for network in service["networks"]}
    assert used == set(compose["networks"])
    proxied = set(re.findall(r"(\w+):\d{4}", (DEPLOY / "Caddyfile").read_text()))
    assert {name for name, service in services.items() if "world" in service["networks"]} == proxied | {"caddy"}


def test_a_worker_is_another_client_of_the_broker_that_shares_with_the_house_and_starts_only_when_asked(
    compose: dict[str, Any],
) -> None:
    house, worker = compose["services"]["greenroom"], compose["services"]["intake"]
    assert worker["profiles"] == ["many"]
    assert worker["environment"]["GREENROOM_BROKER_SHARE"] == house["environment"]["GREENROOM_BROKER_SHARE"]
    assert worker["environment"]["GREENROOM_CLIENT_ID"] != house["environment"].get("GREENROOM_CLIENT_ID")
    assert not {v for v in worker["volumes"] if v.endswith(":/var/lib/greenroom")} & set(house["volumes"])


def test_what_goes_to_the_house_past_the_door_is_only_what_the_door_cannot_do() -> None:
    [line] = re.findall(r"@house path (.+)", (DEPLOY / "Caddyfile").read_text())
    assert line.split() == ["/v1/sites/*/configuration", "/v1/quarantine", "/v1/quarantine/*"]
    from gateway.routes import configuration, quarantine

    paths = {route.path for module in (configuration, quarantine) for route in module.router.routes if isinstance(route, APIRoute)}
    wanted = [re.compile(one.replace("*", "[^ ]+")) for one in line.split()]
    assert paths
    assert all(any(one.fullmatch(path) for one in wanted) for path in paths)


def test_the_roles_that_are_started_are_roles_of_the_command(compose: dict[str, Any]) -> None:
    from greenroom.commands.run import command

    [role] = [option for option in command.params if option.name == "role"]
    assert isinstance(role.type, Choice)
    commands = [service["command"] for service in compose["services"].values() if service.get("command", [""])[0] == "run"]
    units = [line for path in (DEPLOY / "systemd").glob("*.service") for line in re.findall(r"--role (\w+)", path.read_text())]
    assert {told[told.index("--role") + 1] for told in commands} == set(role.type.choices)
    assert set(units) == {"door"}


def test_no_secret_stands_in_a_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|TOKEN|SECRET", name):
                assert str(value).startswith("/run/"), name
    assert (DEPLOY / "secrets" / ".gitignore").read_text().startswith("*")


def test_every_setting_that_is_named_exists(compose: dict[str, Any]) -> None:
    known = {f"GREENROOM_{name.upper()}" for name in Settings.model_fields} | {"GREENROOM_SECRETS"}
    for source in (ROOT / "greenroom" / "commands").glob("*.py"):
        known |= set(re.findall(r'envvar="(GREENROOM_\w+)"', source.read_text()))
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".crt"]
    texts.append((ROOT / "docs" / "deploy.md").read_text())
    named = {name for text in texts for name in re.findall(r"\bGREENROOM_[A-Z_]+\b", text)}
    assert named - known == set()
    assert len(named) > 10
    files = {name for name in compose["secrets"] if name.startswith("greenroom_")}
    assert {name.upper() for name in files} <= known


def test_every_command_that_is_named_exists() -> None:
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file()] + [(ROOT / "docs" / "deploy.md").read_text()]
    named = {
        name
        for text in texts
        for name in re.findall(r"\bgreenroom ([a-z]+) (?:SITE|create|verify|restore|check|setup|acl|make|publish|/|site)", text)
    }
    assert {"run", "stores", "backup", "broker", "boards"} <= named <= set(COMMANDS)
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert 'ENTRYPOINT ["greenroom"]' in dockerfile
    for copied in re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, re.M):
        assert (ROOT / copied).exists()


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        # where Greenroom is not installed, its program is stood in for by one that is there
        text = unit.read_text().replace("/opt/greenroom/bin/greenroom", shutil.which("true") or "/bin/true")
        (tmp_path / unit.name).write_text(text)
    told = subprocess.run(
        [analyze, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in told.stderr.splitlines() if "greenroom" in line]
    assert ours == []


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[tuple[int, str, Path]]:
    """The broker as `deploy/mosquitto.conf` has it, on another port and in other folders: port, Greenroom's password, CA."""
    server = program("mosquitto")
    from greenroom.commands.broker import command

    access, data, certificates = (tmp_path / name for name in ("access", "data", "certificates"))
    for folder in (access, data, certificates):
        folder.mkdir()
    assert CliRunner().invoke(command, ["acl", "la-kolok", "--out", str(access)]).exit_code == 0
    for path in access.iterdir():
        path.chmod(0o644)
    rows = (access / "credentials.csv").read_text().splitlines()
    password = next(row.split(",")[1] for row in rows if row.startswith("greenroom,"))
    make_certificates(certificates)
    port = free_port()
    text = (DEPLOY / "mosquitto.conf").read_text().replace("listener 8883", f"listener {port} 127.0.0.1")
    for inside, here in (("/mosquitto/access", access), ("/mosquitto/data", data), ("/mosquitto/certificates", certificates)):
        text = text.replace(inside, str(here))
    if os.geteuid() == 0:
        text += "user root\n"
    (tmp_path / "mosquitto.conf").write_text(text)
    running = subprocess.Popen([server, "-c", str(tmp_path / "mosquitto.conf")], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        _wait_for(port, running)
        yield port, password, certificates / "ca.crt"
    finally:
        running.terminate()
        running.communicate(timeout=10)


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert running.poll() is None, running.communicate()
            time.sleep(0.02)
        else:
            return
    raise AssertionError("mosquitto did not listen")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Mosquitto from Debian")
def test_mosquitto_starts_with_our_configuration_and_takes_us_by_tls_and_password_only(mosquitto: tuple[int, str, Path]) -> None:
    port, password, ca = mosquitto

    def settings(user: str, **more: Any) -> Settings:
        given: dict[str, Any] = {"broker": f"mqtts://{user}@127.0.0.1:{port}", "broker_ca": ca} | more
        return Settings(**given)

    ours = settings(f"greenroom:{password}")
    assert network.broker(ours).state is State.WELL
    [certificate] = network.certificates(ours, {})
    assert (certificate.state, certificate.part) == (State.WELL, "certificate of the broker")
    assert "days" in certificate.detail
    for refused in (settings("greenroom:wrong"), settings("greenroom:" + password, broker_ca=None)):
        found = network.broker(refused, seconds=1.5)
        assert found.state is State.WRONG
        assert password not in found.detail


def test_the_broker_keeps_what_the_intake_has_not_acknowledged() -> None:
    said = dict(line.split(" ", 1) for line in (DEPLOY / "mosquitto.conf").read_text().splitlines() if line and line[0] != "#")
    assert said["persistence"] == "true"
    assert said["set_tcp_nodelay"] == "true"
    assert said["allow_anonymous"] == "false"
    assert int(said["max_queued_messages"]) >= 1_000_000


def test_settings_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "greenroom_influx_token").write_text("tk-from-a-file\n")
    (tmp_path / "greenroom_client_id").write_text("from-a-file")
    monkeypatch.setenv("GREENROOM_SECRETS", f"/nowhere:{tmp_path}")
    monkeypatch.setenv("GREENROOM_CLIENT_ID", "from-the-environment")
    given: dict[str, Any] = {}
    settings = Settings(**given)
    assert (settings.store_token, settings.client_id) == ("tk-from-a-file", "from-the-environment")
