"""The page of the fake house on loopback, in a process of its own: `python -m tests.page.serve PORT`. Deeds change the house."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from gateway.page import PageSettings, mount_page
from premises.losses import Loss, LossKind
from premises.plan import Readiness
from tests.page.fake_house import NOON, SITE, Fakes, build, decisions


def _advance(fakes: Fakes) -> None:
    """Ten minutes go by; the rules go on deciding."""
    now = fakes.clock.advance(timedelta(minutes=10))
    fakes.house.decisions.save(SITE, decisions(now))


def _alarm(fakes: Fakes) -> None:
    text = {"en": "Stage 1 will not be ready", "fr": "Le plateau 1 ne sera pas prêt"}
    fakes.books.alarms.raise_(SITE, "not_ready", "stage-1", text, NOON)


def _reset(fakes: Fakes) -> None:
    """As it was built."""
    now = fakes.clock.now()
    for override in fakes.books.overrides.active(SITE, now):
        fakes.books.overrides.end(override.id, override.since)
    for alarm in fakes.books.alarms.active(SITE):
        fakes.books.alarms.clear(SITE, alarm.cause, alarm.subject, now)
    fakes.planner.answers.clear()
    fakes.live.changed.clear()
    fakes.clock.set(NOON)
    fakes.house.decisions.save(SITE, decisions(NOON))


def _wasted(fakes: Fakes) -> None:
    told = {"en": "Stage 4 was heated while nobody was due", "fr": "Plateau 4 chauffé pour personne"}
    advice = {"en": "Look for a thermostat that is held by hand."}
    since = NOON - timedelta(days=3)
    loss = Loss("l-1", SITE, LossKind.HEAT_UNBOOKED, "stage-4", since, NOON, 41.6, NOON, "stage-4", 3, title=told, advice=advice)
    fakes.books.losses.put(loss)


DEEDS: dict[str, Callable[[Fakes], object]] = {
    "reset": _reset,
    "late": lambda fakes: fakes.planner.answers.update({"1": Readiness.LATE}),
    "advance": _advance,
    "warmer": lambda fakes: fakes.live.changed.update({"stage-1/air_temperature": 19.3}),
    "rules-stop": lambda fakes: fakes.clock.advance(timedelta(minutes=30)),
    "alarm": _alarm,
    "wasted": _wasted,
}


def main(port: int) -> None:
    """Serve until ended."""
    fakes = build(Path(tempfile.mkdtemp(prefix="page-")))
    app = FastAPI()

    @app.post("/deed/{name}")
    def do(name: str) -> str:
        DEEDS[name](fakes)
        return "done"

    @app.get("/a-key")
    def key() -> str:
        return fakes.key

    mount_page(app, fakes.house, PageSettings(page_public=True, refresh_s=0.2))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
