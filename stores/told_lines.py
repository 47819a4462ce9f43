"""What is told beside readings as InfluxDB line protocol. The vocabulary is premises/told.py; nothing else gets in."""

from __future__ import annotations

import math
from collections.abc import Sequence

from premises.errors import StoreRefusedError
from premises.quantities import ValueKind
from premises.told import FIELDS, TAGS, Told
from premises.wide import SITE, tag_value
from stores.instants import micros
from stores.line_protocol import escaped_tag, text_field

LONGEST_TEXT = 4096


def told_lines(site: str, lines: Sequence[Told]) -> bytes:
    """Line protocol with times in µs. Raises StoreRefusedError for what the vocabulary does not have."""
    return "\n".join(_line(site, told) for told in lines).encode()


def _line(site: str, told: Told) -> str:
    known, names = FIELDS.get(told.measurement), TAGS.get(told.measurement, ())
    if known is None or not told.fields:
        raise StoreRefusedError(f"{told.measurement!r} is not told: it is none of {', '.join(FIELDS)}, or has no field")
    if strange := (set(told.tags) - set(names)) | (set(told.fields) - set(known)) | ({SITE} & set(told.tags)):
        raise StoreRefusedError(f"{told.measurement}: {', '.join(sorted(strange))} is not in its vocabulary (premises/told.py)")
    tags = {SITE: site, **told.tags}
    head = ",".join([told.measurement, *(f"{name}={escaped_tag(tag_value(tags[name]))}" for name in sorted(tags) if tags[name])])
    fields = ",".join(f"{name}={_value(told, name, known[name])}" for name in sorted(told.fields))
    return f"{head} {fields} {micros(told.time)}"


def _value(told: Told, name: str, kind: ValueKind) -> str:
    value = told.fields[name]
    if kind is ValueKind.TEXT:
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise StoreRefusedError(f"{told.measurement}.{name} takes text of up to {LONGEST_TEXT} characters, not {value!r:.80}")
        return text_field(value.replace("\n", " ").replace("\r", " "))
    if isinstance(value, str) or not math.isfinite(value):
        raise StoreRefusedError(f"{told.measurement}.{name} takes a finite number, not {value!r:.80}")
    return repr(float(value))
