"""`greenroom run SITE`: intake, rules, gateway and page in one process, or a door beside it, until it is told to stop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from premises.errors import FaultsError

_CONNECT_S = 10.0


@click.command(name="run")
@click.argument("site")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of journal, store and books.")
@click.option("--broker", help="MQTT broker, mqtt://user:password@host:port or mqtts://…")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name (token: GREENROOM_INFLUX_TOKEN).")
@click.option("--books", help="sqlite:///path or postgresql://user:password@host/database")
@click.option("--host", help="Address the gateway listens on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port the gateway listens on; 0 takes a free one.")
@click.option("--public-page/--no-public-page", default=None, help="Show the live page without a key.")
@click.option(
    "--role",
    type=click.Choice(["house", "door", "intake"]),
    default="house",
    show_default=True,
    help="house: everything; beside it, on one InfluxDB and books, door: gateway and page alone; intake: a share of the messages.",
)
@click.option("--verbose", is_flag=True, help="Log what is done, not only what is wrong.")
def command(site: str, role: str, verbose: bool, **options: Any) -> int:
    """Run SITE: a site or cluster file, or the name of an example."""
    from greenroom.calendars import follower_of
    from greenroom.configuring import with_configuration
    from greenroom.front import channel_jobs, front_door
    from greenroom.house import build
    from greenroom.live import LiveTime, quicken_collector, wait_for_signal
    from greenroom.logs import set_up_logs
    from greenroom.losses import LOOK_EVERY_S, LossSearch
    from greenroom.notices import notices_of
    from greenroom.premises_files import find_premises, load_sites_and_clusters
    from greenroom.reach import reach
    from greenroom.reporting.running import scheduled_reports
    from greenroom.rounds import Rounds
    from greenroom.server import HttpServer, listening_socket
    from greenroom.settings import Settings
    from stores.retention import Retention

    set_up_logs(verbose=verbose)
    settings = Settings(**{name: value for name, value in options.items() if value is not None})
    try:
        sites, clusters = load_sites_and_clusters(site)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    if role == "door":
        from greenroom.door.running import run_door

        run_door(settings, sites, clusters)
        return 0
    if role == "intake":
        from greenroom.worker import run_worker

        run_worker(settings, sites)
        return 0
    from greenroom.clock import SystemClock
    from greenroom.worker import LOOK_EVERY_S as WORKERS_EVERY_S

    quicken_collector()
    bound = listening_socket(settings.host, settings.port)
    running = build(settings, sites, SystemClock(), clusters=clusters)
    house = with_configuration(running, find_premises(site))
    app = front_door(house, settings)
    server = HttpServer(app, bound)
    rounds = Rounds(running)
    notices = notices_of(running.house, running.books, settings)
    jobs = {**notices.jobs(), "losses": (LOOK_EVERY_S, LossSearch(running.house, running.books).look)}
    jobs |= scheduled_reports(running, settings).jobs()
    jobs |= channel_jobs(app)
    if settings.broker_share:  # what workers beside us have stored
        jobs["share"] = (WORKERS_EVERY_S, lambda: running.live.seed(running.store))
    retention = Retention(raw=timedelta(days=settings.readings_days))
    live = LiveTime(running, rounds, follower=follower_of(running.house, settings), jobs=jobs, retention=retention)
    try:
        reach(settings.broker)
        running.recall()
        rounds.recall(running.clock.now())
        running.connection.start()
        running.connection.wait_ready(_CONNECT_S)
        live.start()
        server.start()
        Console(stderr=True).print(f"[green]{', '.join(s.name for s in sites)}[/] runs; page and API on {server.url}")
        wait_for_signal()
    finally:
        server.stop()
        live.stop()
        notices.close()
        running.close()
    return 0
