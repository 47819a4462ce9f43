"""`greenroom demo`: a four-stage studio, first its last seven days at full speed, then live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from premises.errors import FaultsError, SettingError
from premises.time import format_instant, parse_instant

if TYPE_CHECKING:
    from greenroom.demo.run import Demo


@click.command(name="demo")
@click.option("--site", default="la-kolok", show_default=True, help="Site file, or the name of an example.")
@click.option("--seed", default=1, show_default=True, help="Seed of weather and people: the same seed gives the same days.")
@click.option("--now", "now_text", metavar="INSTANT", help="What now is, such as 2026-01-20T12:00:00Z. Default: the present.")
@click.option("--days", type=click.IntRange(1, 60), default=7, show_default=True, help="Days to pass before now.")
@click.option("--speed", type=click.FloatRange(0.1, 3600), default=1.0, show_default=True, help="Pace of live time after that.")
@click.option("--once", is_flag=True, help="End after the replayed days, with a summary and the report.")
@click.option("--broker", help="A real MQTT broker, mqtt://host:port, instead of the embedded one.")
@click.option("--influx", help="A real InfluxDB 2, influxdb://host:8086/organisation?bucket=name (token: GREENROOM_INFLUX_TOKEN).")
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("demo-data"), show_default=True, help="Folder, emptied at the start."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Port of page and API; 0 takes a free one."
)
@click.option("--verbose", is_flag=True, help="Log what is done, not only what is wrong.")
def command(now_text: str | None, influx: str | None, verbose: bool, once: bool, **given: Any) -> int:
    """Run the demo: simulated devices over MQTT, intake, store, rules, gateway and page."""
    from greenroom.demo.run import DemoOptions, caught_up
    from greenroom.logs import set_up_logs

    set_up_logs(verbose=verbose, as_json=False)
    try:
        now = parse_instant(now_text) if now_text else None
    except ValueError as error:
        raise SettingError(f"--now: {error}") from None
    options = DemoOptions(now=now, once=once, store=influx, **given)
    console = Console(stderr=True)
    try:
        with _bar(console) as bar:
            task = bar.add_task("starting", total=options.days * 24.0)

            def progress(at: Any, span: Any) -> None:
                hours = (at - span.start).total_seconds() / 3600
                bar.update(task, completed=hours, description=f"{at:%a %d %b %H:%M} UTC")

            with caught_up(options, progress) as demo:
                bar.stop()
                return _once(demo) if once else _live(console, demo)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description:>22}"), BarColumn(None), TextColumn("{task.percentage:>3.0f} %"))
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True)


def _once(demo: Demo) -> int:
    from greenroom.demo.reasons import reason_lines
    from reports.monthly import make_report

    click.echo("\n".join([*demo.summary().lines(), *reason_lines(demo.running, demo.site, demo.span)]))
    local = demo.span.end.astimezone(demo.site.zoneinfo)
    out = demo.settings.data / "report"
    files = make_report(demo.site, demo.running.store, local.year, local.month, out, demo.span.end)
    click.echo(f"report of {local:%Y-%m}: {', '.join(path.name for path in files)}")
    click.echo(f"report written to {out}", err=True)
    return 0


def _live(console: Console, demo: Demo) -> int:
    from greenroom.demo.reasons import reason_lines
    from greenroom.demo.welcome import welcome
    from greenroom.live import wait_for_signal

    for line in [*demo.summary().lines(), *reason_lines(demo.running, demo.site, demo.span)]:
        console.print(line, highlight=False, soft_wrap=True)
    demo.go_on()
    console.print(welcome(demo), highlight=False, soft_wrap=True)
    wait_for_signal()
    console.print(f"ended at {format_instant(demo.running.clock.now())}", highlight=False)
    return 0
