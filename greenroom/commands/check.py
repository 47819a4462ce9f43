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
def command(file: str, as_json: bool) -> int:
    """Check a site or cluster FILE (or the name of an example) and say what it describes."""
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
    if as_json:
        click.echo(json.dumps({"ok": True, "document": str(file), "faults": []}, ensure_ascii=False))
    else:
        click.echo(describe(premises))
    sys.stdout.flush()
    return 0
