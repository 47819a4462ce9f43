"""`greenroom schema`: the JSON Schema of the site file, for editors."""

from __future__ import annotations

import json

import click


@click.command(name="schema")
@click.option("--cluster", is_flag=True, help="The schema of a cluster file instead.")
def command(cluster: bool) -> None:
    """Print the JSON Schema of the site file."""
    from premises.sitefile import cluster_schema, json_schema

    click.echo(json.dumps(cluster_schema() if cluster else json_schema(), ensure_ascii=False, indent=2))
