"""The keys of the weather to come, of daylight, and of devices that keep schedules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from premises.errors import FaultsError
from premises.site import Site
from premises.sitefile import example, load_text

KOLOK = Path(str(example("la-kolok"))).read_text(encoding="utf-8")


def loaded(text: str) -> Site:
    site = load_text(text, "kolok.yaml")
    assert isinstance(site, Site)
    return site


def with_forecast(line: str) -> Site:
    return loaded(KOLOK.replace("currency: EUR", f"currency: EUR\nforecast: {line}", 1))


def test_a_forecast_is_asked_for_the_place_of_the_site() -> None:
    told = with_forecast(
        '{address: "https://weather.example/v1/forecast?latitude={latitude}&longitude={longitude}", every: 30 min}'
    )
    assert told.forecast is not None
    assert told.forecast.address == "https://weather.example/v1/forecast?latitude=48.813&longitude=2.384"
    assert told.forecast.every == timedelta(minutes=30)
    assert loaded(KOLOK).forecast is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{address: ftp://weather.example}", "no address that can be read"),
        ('{address: "https://me:secret@weather.example"}', "holds a password"),
        ('{address: "file:forecast.json", every: 1 min}', "more often than forecasts are made"),
    ],
)
def test_a_forecast_that_cannot_be_read_is_a_fault(line: str, said: str) -> None:
    with pytest.raises(FaultsError, match=said):
        with_forecast(line)


def test_offices_have_daylight_and_stages_have_none_unless_the_file_says_so() -> None:
    site = loaded(KOLOK)
    assert (site.zone("offices-north").daylight, site.zone("stage-1").daylight) == (0.5, 0.0)
    told = loaded(KOLOK.replace("id: stage-1\n", "id: stage-1\n    daylight_share: 0.2\n", 1))
    assert told.zone("stage-1").daylight == 0.2


def test_a_device_is_asked_to_keep_schedules_by_a_plain_word() -> None:
    line = "topic: zigbee2mqtt/stage-1-heat, zone: stage-1,"
    told = loaded(KOLOK.replace(line, f"{line} options: {{schedule: on}},", 1))
    assert told.device("stage-1-heat").options == {"schedule": "on"}
