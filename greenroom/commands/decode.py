"""`greenroom decode`: what Greenroom makes of MQTT messages, JSON lines in, JSON lines out."""

from __future__ import annotations

import sys
from collections import Counter
from typing import BinaryIO

import click
import orjson

from greenroom.clock import SystemClock

_LINE_BYTES = 4 * 1024 * 1024


@click.command(name="decode")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--summary", is_flag=True, help="Count outcomes by family on standard error.")
def command(file: BinaryIO, summary: bool) -> None:
    """Decode messages of FILE (JSON lines with `topic`, `payload` or `payload_b64`, optional `family`, `retained`, `received_at`).

    One JSON line comes out per line that goes in: `outcome` (readings, ignored, quarantined), `reason`, `readings`.
    """
    from ingest.decode import LineDecoder

    decoder = LineDecoder(SystemClock().now())
    counts: Counter[tuple[str, str]] = Counter()
    while line := file.readline(_LINE_BYTES):
        if not line.strip():
            continue
        try:
            given = orjson.loads(line)
            if not isinstance(given, dict):
                raise ValueError("a JSON object per line is needed, with `topic` and `payload`")
        except ValueError as error:
            answer: dict[str, object] = {
                "outcome": "quarantined",
                "family": None,
                "reason": f"no JSON object: {error}",
                "readings": [],
            }
        else:
            answer = decoder.decode_line(given)
        counts[str(answer.get("family")), str(answer["outcome"])] += 1
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()
    if summary:
        for (family, outcome), count in sorted(counts.items()):
            click.echo(f"{family:16} {outcome:12} {count:6}", err=True)
