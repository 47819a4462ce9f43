"""`greenroom run --role door`: the door's process, until it is told to stop."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from rich.console import Console

from greenroom.clock import SystemClock
from greenroom.door.build import Door, build_door
from greenroom.front import channel_jobs, front_door
from greenroom.live import TICK, run_job, wait_for_signal
from greenroom.server import HttpServer, listening_socket
from greenroom.settings import Settings
from premises.site import Cluster, Site

LOOK_EVERY_S = 10.0
"""How old live values may be beyond what the house's intake holds back itself; devices tell every minute or slower."""


def run_door(settings: Settings, sites: Sequence[Site], clusters: tuple[Cluster, ...]) -> None:
    """Serve gateway and page over what a house elsewhere stores. Raises SettingError, StoreUnavailableError at the start."""
    with ExitStack() as closing:
        bound = listening_socket(settings.host, settings.port)
        closing.callback(bound.close)
        door = build_door(settings, sites, SystemClock(), clusters=clusters)
        closing.callback(door.close)
        app = front_door(door.house, settings)
        server = HttpServer(app, bound)
        scheduler = scheduled(door)
        for name, (every_s, call) in channel_jobs(app).items():
            scheduler.add_job(partial(run_job, name, call), "interval", seconds=every_s, id=name)
        door.look()
        door.think(door.house.clock.now())
        scheduler.start()
        closing.callback(scheduler.shutdown)
        server.start()
        closing.callback(server.stop)
        Console(stderr=True).print(f"[green]{', '.join(site.name for site in sites)}[/]: door open; page and API on {server.url}")
        wait_for_signal()


def scheduled(door: Door) -> BackgroundScheduler:
    """The door's two jobs, not yet started."""
    scheduler = BackgroundScheduler(timezone=UTC)
    once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    look, think = door.look, lambda: door.think(door.house.clock.now())
    scheduler.add_job(lambda: run_job("look", look), "interval", seconds=LOOK_EVERY_S, id="look", **once)
    scheduler.add_job(lambda: run_job("think", think), "interval", seconds=TICK.total_seconds(), id="think", **once)
    return scheduler
