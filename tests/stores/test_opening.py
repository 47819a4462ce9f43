"""Which store a URL names, and what is said where it names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from premises.errors import SettingError
from stores.duckdb_store import DuckDBStore
from stores.influx_store import InfluxStore
from stores.opening import TOKEN_VARIABLE, InfluxAddress, influx_address, open_store
from tests.stores.premises_of_tests import AIR, NOON, SITES, reading


def test_a_duckdb_url_names_a_file_and_keeps_it(tmp_path: Path) -> None:
    for _ in range(2):
        store = open_store(f"duckdb:///{tmp_path}/data/my%20readings.duckdb", SITES)
        assert isinstance(store, DuckDBStore)
        store.write("studio", [reading(AIR, NOON, 14.0)])
        store.close()
    assert (tmp_path / "data" / "my readings.duckdb").exists()


def test_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("duckdb:///:memory:", SITES)
    store.write("studio", [reading(AIR, NOON, 14.0)])
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_an_influxdb_url_names_server_organisation_and_bucket() -> None:
    assert influx_address("influxdb://db.example:9999/my%20studio?bucket=raw") == InfluxAddress(
        "http://db.example:9999", "my studio", "raw"
    )
    assert influx_address("influxdbs://db.example/studio") == InfluxAddress("https://db.example:8086", "studio", "greenroom")
    assert influx_address("influxdb://[::1]/studio").url == "http://[::1]:8086"


def test_the_token_comes_from_the_environment_and_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    with pytest.raises(SettingError, match=TOKEN_VARIABLE):
        open_store("influxdb://localhost/studio", SITES)
    monkeypatch.setenv(TOKEN_VARIABLE, "a-token")
    store = open_store("influxdb://localhost/studio", SITES)
    assert isinstance(store, InfluxStore)
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "readings.duckdb",
        "sqlite:///readings.db",
        "duckdb://readings.duckdb",
        "duckdb:///",
        "duckdb:///data/",
        "duckdb:///a.duckdb?mode=ro",
        "influxdb://localhost",
        "influxdb:///studio",
        "influxdb://localhost/studio/raw",
        "influxdb://localhost:eighty/studio",
        "influxdb://localhost/studio?bucket=",
        "influxdb://localhost/studio?bukcet=raw",
    ],
)
def test_any_other_url_is_refused_with_what_would_be_right(url: str) -> None:
    with pytest.raises(SettingError, match=r"duckdb:///path/to/file\.duckdb"):
        open_store(url, SITES, token="a-token")


@pytest.mark.parametrize(
    "url",
    ["influxdb://me:hush-hush@localhost/studio", "influxdb://localhost/studio?token=hush-hush", "mysql://me:hush-hush@localhost"],
)
def test_no_fault_shows_what_is_secret(url: str) -> None:
    with pytest.raises(SettingError) as told:
        open_store(url, SITES, token="a-token")
    assert "hush-hush" not in str(told.value)


def test_a_token_that_is_none_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "hush hush\u00e9")
    with pytest.raises(SettingError, match="blanks") as told:
        open_store("influxdb://localhost/studio", SITES)
    assert "hush" not in str(told.value)
