"""A weather forecast for the demo's premises, so that boards show forecast against fact and plans know the sun to come.

No example names a forecast service: a demo asks nothing of other hosts. So a file in the shape of a forecast service is made of the
simulated sky itself, as wrong as a day-ahead forecast is: about 1 K off in temperature (root mean square), clouds smeared over
three hours, the sun a fifth off. It is a stand-in like the simulated devices, and no skill of Greenroom's.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from premises.site import Site, WeatherFeed
from premises.time import Interval

FILE = "forecast.json"
AHEAD_DAYS = 3
OFF_C = 1.0
OFF_SUN = 0.2
_STREAMS = {"air": 18 * 60, "sun": 9 * 60}
"""How long errors last, in minutes: a front that comes early is early for hours."""


def with_forecast(site: Site, seed: int, span: Interval, folder: Path) -> Site:
    """The site with a forecast of the span and three days more, written into the folder; as it is where it names its own."""
    if site.forecast is not None:
        return site
    (folder / FILE).write_text(json.dumps(forecast_of(site, seed, span)), encoding="utf-8")
    return replace(site, forecast=WeatherFeed(f"file:{FILE}", timedelta(hours=3)))


def forecast_of(site: Site, seed: int, span: Interval) -> dict[str, object]:
    """Hours of temperature (°C) and radiation (W/m², mean of the hour before) as Open-Meteo gives them."""
    import numpy as np

    from simulators.noise import smooth_noise
    from simulators.weather import Place, Weather, day_number

    sky = Weather(Place(site.latitude, site.longitude, site.altitude_m), seed)
    days = range(day_number(span.start), day_number(span.end) + AHEAD_DAYS + 1)
    off = {
        name: np.concatenate([smooth_noise(seed, f"forecast/{name}", day, spacing) for day in days])
        for name, spacing in _STREAMS.items()
    }
    air = np.concatenate([sky.day(day).outdoor_c for day in days]) + OFF_C * off["air"]
    light = np.concatenate([sky.day(day).sky.global_w_m2 for day in days])
    smeared = np.convolve(light, np.full(180, 1 / 180), "same") * np.clip(1 + OFF_SUN * off["sun"], 0.3, 1.7)
    hours = smeared.reshape(-1, 60).mean(axis=1)
    first = days[0] * 24
    return {
        "utc_offset_seconds": 0,
        "hourly": {
            "time": [(first + hour) * 3600 for hour in range(len(hours))],
            "temperature_2m": np.round(air[::60], 1).tolist(),
            "shortwave_radiation": np.round(np.concatenate([[0.0], hours[:-1]]), 0).tolist(),
        },
    }


def demo_site_file(source: Path, folder: Path, site: Site) -> Path:
    """The site file as the demo runs it, beside its data: what `greenroom boards publish` takes to show the forecast, too."""
    text = source.read_text(encoding="utf-8")
    copy = folder / f"{site.id}.yaml"
    told = site.forecast
    if told is not None and told.address == f"file:{FILE}":
        text = f"{text.rstrip()}\n\nforecast: {{address: 'file:{FILE}', every: 3 h}}\n"
    copy.write_text(text, encoding="utf-8")
    return copy
