"""`greenroom doctor`: check every connection and setting, and say what to do."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from premises.errors import SettingError


@click.command(name="doctor")
@click.argument("site", required=False)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of journal, store and books.")
@click.option("--broker", help="MQTT broker, mqtt://user:password@host:port or mqtts://…")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--books", help="sqlite:///path or postgresql://user:password@host/database")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(site: str | None, as_json: bool, **options: Any) -> int:
    """Check every connection and setting, with SITE also its calendars and contacts; say what to do. Changes nothing."""
    from greenroom.doctor.examine import examine
    from greenroom.doctor.finding import Finding, State
    from greenroom.settings import Settings

    try:
        settings = Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        faults = (f"GREENROOM_{'_'.join(str(part) for part in one['loc']).upper()}: {one['msg']}" for one in error.errors())
        raise SettingError("; ".join(faults)) from None
    signs = {State.WELL: "[green]well  [/]", State.WRONG: "[bold red]wrong [/]", State.UNUSED: "[dim]unused[/]"}
    console = Console(soft_wrap=True, highlight=False)
    found: list[Finding] = []
    for finding in examine(settings, site):
        found.append(finding)
        if not as_json:
            console.print(f"{signs[finding.state]} {escape(finding.part)}: {escape(finding.detail)}")
            if finding.advice:
                console.print(f"       → {escape(finding.advice)}")
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2))
    return int(any(finding.state is State.WRONG for finding in found))
