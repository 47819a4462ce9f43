"""What was told beside readings, read back from InfluxDB: so that a restart knows what stands on the boards."""

from __future__ import annotations

from premises.time import Interval
from premises.told import TAGS, Told
from premises.wide import SITE
from stores.influx_client import InfluxServer
from stores.influxql import fields, select, within
from stores.instants import instant, micros


def told_back(server: InfluxServer, bucket: str, where: str, measurement: str, field: str, span: Interval) -> list[Told]:
    """Lines of the span that hold the field, by time; empty tags are left out. Raises as InfluxServer.select."""
    names = [name for name in TAGS[measurement] if name != SITE]
    condition = f"{where} AND {within(micros(span.start), micros(span.end))}"
    grouped = f"GROUP BY {', '.join(names)}" if names else ""
    lines = []
    for table in server.select(bucket, select(fields({"value": field}), condition, grouped, measurement)):
        tags = {name: table.tags[name] for name in names if table.tags.get(name)}
        pairs = zip(table.columns["time"], table.columns["value"], strict=True)
        lines += [Told(measurement, instant(at), {field: value}, tags) for at, value in pairs if value is not None]
    return sorted(lines, key=lambda line: line.time)
