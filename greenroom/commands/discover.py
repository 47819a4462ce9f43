"""`greenroom discover`: listens, says what it recognises, and proposes the site file's device section."""

from __future__ import annotations

import json
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from greenroom.clock import SystemClock

if TYPE_CHECKING:
    from ingest.recognition import Recogniser


@click.command(name="discover")
@click.option("--broker", default="mqtt://127.0.0.1:1883", show_default=True, help="mqtt://user:password@host:port")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=30.0, show_default=True, help="How long to listen.")
@click.option("--topic", "topics", multiple=True, default=("#",), show_default=True, help="Topic filter; may be repeated.")
@click.option("--site", help="A site file: its devices are marked as known and not proposed again.")
@click.option("--json", "as_json", is_flag=True, help="For programs: what was recognised, and what was not, as one document.")
def command(broker: str, seconds: float, topics: tuple[str, ...], site: str | None, as_json: bool) -> int:
    """Listen to a broker; the proposal goes to standard output, what was heard to standard error. Nothing is written."""
    from greenroom.premises_files import load_sites
    from ingest.arrivals import Arrivals
    from ingest.connection import MqttConnection
    from ingest.connection_settings import ConnectionSettings
    from ingest.recognition import Recogniser, site_file_section

    sites = load_sites(site) if site else ()
    recogniser = Recogniser(sites)

    def receive(arrivals: Arrivals) -> None:
        for message in arrivals.messages:
            recogniser.add(message)
        connection.acknowledge(arrivals.connection, [message.packet_id for message in arrivals.messages if message.packet_id])

    # a name of its own, so that the intake's session is not disturbed, and a session that ends with the connection
    name = f"greenroom-discover-{secrets.token_hex(4)}"
    settings = ConnectionSettings(broker, client_id=name, session_expiry=timedelta(0))
    connection = MqttConnection(settings, SystemClock(), receive)
    connection.subscribe(topics)
    connection.start()
    try:
        connection.wait_ready()
        time.sleep(seconds)
        connection.subscribe(())
    finally:
        connection.stop()
    if as_json:
        click.echo(json.dumps(_document(recogniser), indent=2))
        return 0 if recogniser.proposals() else 1
    console = Console(stderr=True)
    table = Table("family", "topic", "messages", "measures", "in the site file")
    for one in recogniser.proposals():
        measures = ", ".join(measure.quantity for measure in one.measures.values())
        table.add_row(one.family, one.topic, str(one.messages), measures, "yes" if one.known else "no")
    console.print(table)
    for topic, count in sorted(recogniser.unknown.items()):
        console.print(f"not recognised: {topic!a} ({count} messages)", highlight=False, markup=False)
    click.echo(site_file_section(recogniser.proposals(), sites), nl=False)
    return 0 if recogniser.proposals() else 1


def _document(recogniser: Recogniser) -> dict[str, Any]:
    devices = [
        {
            "family": one.family,
            "topic": one.topic,
            "messages": one.messages,
            "known": one.known,
            "measures": [{"quantity": measure.quantity, "channel": measure.channel} for measure in one.measures.values()],
        }
        for one in recogniser.proposals()
    ]
    return {
        "devices": devices,
        "not_recognised": [{"topic": topic, "messages": n} for topic, n in sorted(recogniser.unknown.items())],
    }
