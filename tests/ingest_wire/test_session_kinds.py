"""Sessions that need more of the broker: user and password, TLS with own authority and client certificate, shared work."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ingest.connection_settings import ConnectionSettings
from premises.errors import BrokerUnavailableError, SettingError
from tests.ingest_wire.station import TEMPERATURE, Devices, Station, numbered, wait_until
from tests.mosquitto import Mosquitto

pytestmark = pytest.mark.slow


def need(program: str) -> str:
    """Where the program is; skips the test where it is missing, fails it in CI."""
    found = shutil.which(program)
    if found is None:
        told = f"{program} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return found


@dataclass(frozen=True)
class Papers:
    """An authority of our own, a certificate of the broker for 127.0.0.1, one of a client, and one of a stranger."""

    folder: Path

    def __getitem__(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    openssl = need("openssl")
    folder = tmp_path_factory.mktemp("papers")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]
    for authority in ("ca", "other-ca"):
        run("req", "-x509", *key, f"{authority}.key", "-out", f"{authority}.pem", "-subj", f"/CN={authority}", "-days", "2")
    for name, authority in (("broker", "ca"), ("client", "ca"), ("stranger", "other-ca")):
        run("req", *key, f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1\n")
        signer = ["-CA", f"{authority}.pem", "-CAkey", f"{authority}.key", "-CAcreateserial", "-extfile", f"{name}.ext"]
        run("x509", "-req", "-days", "2", "-in", f"{name}.csr", *signer, "-out", f"{name}.pem")
    return Papers(folder)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Mosquitto]]:
    running: list[Mosquitto] = []

    def make(extra: str) -> Mosquitto:
        folder = tmp_path / "mosquitto"
        folder.mkdir()
        running.append(Mosquitto(folder, extra))
        running[-1].start()
        return running[-1]

    yield make
    for broker in running:
        broker.stop()


def test_tls_with_our_own_authority_and_a_client_certificate(
    papers: Papers, start: Callable[[str], Mosquitto], tmp_path: Path
) -> None:
    broker = start(
        f"cafile {papers['ca.pem']}\ncertfile {papers['broker.pem']}\nkeyfile {papers['broker.key']}\n"
        "require_certificate true\nuse_identity_as_username true\nallow_anonymous false\n"
    )
    url = broker.url.replace("mqtt://", "mqtts://")
    settings = ConnectionSettings(url, ca=papers["ca.pem"], certificate=papers["client.pem"], key=papers["client.key"])
    station = Station(url, tmp_path, settings)
    station.start()
    for n in range(200):
        station.connection.publish("t/sensor", numbered(n))
    wait_until(lambda: station.status.stored == 200)
    station.stop()
    for strange in (
        ConnectionSettings(url, ca=papers["ca.pem"]),
        ConnectionSettings(url, ca=papers["ca.pem"], certificate=papers["stranger.pem"], key=papers["stranger.key"]),
        replace(settings, ca=papers["other-ca.pem"]),
        replace(settings, url=url.replace("127.0.0.1", "localhost")),
    ):
        outsider = Station(url, tmp_path, strange)
        outsider.connection.start()
        with pytest.raises(BrokerUnavailableError, match="cannot be reached"):
            outsider.connection.wait_ready(0.5)
        outsider.stop()


def test_tls_files_that_are_missing_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="each must be a readable PEM file"):
        ConnectionSettings("mqtts://broker", ca=tmp_path / "nowhere.pem").tls_context()


def test_user_and_password(start: Callable[[str], Mosquitto], tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    subprocess.run([need("mosquitto_passwd"), "-b", "-c", str(passwords), "greenroom", "r@om/1"], check=True)
    passwords.chmod(0o644)
    broker = start(f"password_file {passwords}\nallow_anonymous false\n")
    station = Station(broker.url, tmp_path, ConnectionSettings(broker.url.replace("//", "//greenroom:r%40om%2F1@")))
    station.start()
    station.stop()
    refused = Station(broker.url, tmp_path, ConnectionSettings(broker.url.replace("//", "//greenroom:wrong@")))
    refused.connection.start()
    with pytest.raises(BrokerUnavailableError, match="correct user and password"):
        refused.connection.wait_ready(1)
    refused.stop()


def test_workers_share_the_work_and_each_message_is_taken_once(start: Callable[[str], Mosquitto], tmp_path: Path) -> None:
    broker = start("allow_anonymous true\n")
    workers = []
    for name in ("one", "two", "three"):
        folder = tmp_path / name
        folder.mkdir()
        workers.append(Station(broker.url, folder, ConnectionSettings(broker.url, f"worker-{name}", share="greenroom")))
        workers[-1].start()
    devices = Devices(broker.url)
    for n in range(600):
        devices.client.publish("t/sensor", numbered(n), 1)
    wait_until(lambda: sum(worker.status.stored for worker in workers) >= 600)
    assert all(worker.status.stored > 50 for worker in workers)
    taken = [at for worker in workers for _, _, at in worker.store.rows]
    assert len(taken) == len(set(taken)) == 600
    assert {name for worker in workers for _, name, _ in worker.store.rows} == {TEMPERATURE}
    devices.end()
    for worker in workers:
        worker.stop()
