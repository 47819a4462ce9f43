"""`greenroom simulate SITE --broker URL`: simulated devices of a site on any broker."""

from __future__ import annotations

import click

from premises.errors import FaultsError, SettingError
from premises.time import parse_instant


@click.command(name="simulate")
@click.argument("site")
@click.option("--broker", default="mqtt://127.0.0.1:1883", show_default=True, help="mqtt://user:password@host:port")
@click.option("--speed", type=click.FloatRange(0.1, 3600), default=1.0, show_default=True, help="Pace against the clock.")
@click.option("--seed", default=1, show_default=True, help="Seed of weather and people.")
@click.option("--start", metavar="INSTANT", help="Begin at this instant instead of now.")
@click.option("--until", metavar="INSTANT", help="End at this instant.")
def command(site: str, broker: str, speed: float, seed: int, start: str | None, until: str | None) -> int:
    """Simulate the devices of SITE (a site file, or the name of an example) in their real wire formats, until Ctrl-C."""
    from greenroom.logs import set_up_logs
    from greenroom.premises_files import find_premises, load_one_site
    from simulators.running import run_paced

    set_up_logs()
    try:
        loaded = load_one_site(site)
        begin, end = (parse_instant(text) if text else None for text in (start, until))
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    except ValueError as error:
        raise SettingError(f"--start, --until: {error}") from None
    click.echo(f"{loaded.name}: {len(loaded.devices)} devices speak to {broker.rpartition('@')[2]}; Ctrl-C ends it", err=True)
    run_paced(find_premises(site), broker, seed=seed, speed=speed, start=begin, until=end)
    return 0
