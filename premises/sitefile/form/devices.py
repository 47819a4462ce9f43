"""Devices in the file, and what each of their channels measures or sets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from premises.sitefile.form.fields import WHOLE, Duration, Form, Id, Name, Ref, Text, parse_duration

QuantityName = Annotated[str, Field(max_length=64)]


def _every(value: Any) -> Any:
    return value if value == "change" else parse_duration(value)


Every = Annotated[
    Duration | Literal["change"],
    BeforeValidator(_every),
    WithJsonSchema({"type": "string", "examples": ["5 min", "change"]}),
]


class MeasureForm(Form):
    """One thing that a device measures or sets. A plain word stands for `{quantity: word}`."""

    quantity: QuantityName
    """What it means on the premises, such as air_temperature."""
    channel: Text | None = None
    """The device's channel, as its family names it; left out: the device's own `channel`."""
    of: Ref | None = None
    """The zone, plant, meter or PV string that it tells of; left out: the device's own `of`, else its zone."""
    message: QuantityName | None = None
    """What the message calls it, where that differs from what the quantity is usually read from."""
    unit: Annotated[str, Field(max_length=16)] | None = None
    """The message's unit, where the message does not tell it."""
    writable: bool = False
    """Whether Greenroom may set it."""
    invert: bool = False
    """Turn the sign round: for a meter that was mounted the other way."""
    qualifier: Id | None = None
    """Tells several of one quantity apart: a point's id ends with `.qualifier`."""
    phase: Annotated[int, Field(ge=1, le=3), WHOLE] | None = None
    """Tells of this phase of the supply alone, 1 to 3; without a qualifier the point's id ends with `.l1`, `.l2` or `.l3`."""
    every: Every | None = None
    """How often a reading is due; `change`: only when it changes. Left out: the device's own for numbers, change for states."""


def _word(value: Any) -> Any:
    return {"quantity": value} if isinstance(value, str) else value


Measure = Annotated[MeasureForm, BeforeValidator(_word)]


class DeviceForm(Form):
    """A device on the wire."""

    id: Id
    """Short name for programs."""
    name: Name | None = None
    """Name for people; left out: the id."""
    family: Annotated[str, Field(max_length=64)]
    """Its wire format, such as zigbee2mqtt."""
    topic: Annotated[str, Field(min_length=1, max_length=512)]
    """Its base topic, as its family means it."""
    zone: Ref | None = None
    """Where it is."""
    of: Ref | None = None
    """What its measures tell of, where that is not its zone: a plant, a meter, a PV string, `outdoor`."""
    channel: Text = ""
    """Channel of its measures that name none."""
    measures: tuple[Measure, ...] = ()
    """What it measures and sets."""
    every: Duration | None = None
    """How often it is heard of at least; left out: 15 min."""
    timezone: Name | None = None
    """Time zone of its own clock, where its messages tell local times."""
    options: dict[str, Text] = Field(default_factory=dict)
    """Settings of its family."""
