"""`greenroom check SITE.yaml`: every fault of a site or cluster file, together."""

from __future__ import annotations

import json
import sys

import click

from greenroom.premises_files import find_premises
from premises.errors import FaultsError


@click.command(name="check")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
@click.option("--against-running", metavar="URL", help="Ask the Greenroom there what the file would change (key in GREENROOM_KEY).")
def command(file: str, as_json: bool, against_running: str | None) -> int:
    """Check a site or cluster FILE (or the name of an example) and say what it describes, or what it would change."""
    from premises.sitefile import describe, load_premises

    path = find_premises(file)
    try:
        premises = load_premises(path)
    except FaultsError as error:
        if as_json:
            faults = [{"path": f.path, "line": f.line, "message": f.message, "hint": f.hint} for f in error.faults]
            click.echo(json.dumps({"ok": False, "document": error.document, "faults": faults}, ensure_ascii=False, indent=2))
        else:
            click.echo(str(error), err=True)
        return 1
    if against_running is not None:
        from greenroom.against_running import ask_and_tell

        return ask_and_tell(premises, path, against_running, as_json)
    if as_json:
        click.echo(json.dumps({"ok": True, "document": str(file), "faults": []}, ensure_ascii=False))
    else:
        click.echo(describe(premises))
    sys.stdout.flush()
    return 0
