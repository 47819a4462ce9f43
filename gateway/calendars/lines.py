"""From bytes to components: content lines unfolded, and broken folding mended as far as that can be done safely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.calendars.errors import CalendarError
from gateway.calendars.vcalendar import quoted_printable

BYTES_MOST = 32 * 1024 * 1024
EVENTS_MOST = 100_000
LINE_LONGEST = 65_536

_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?=[;:])")
_BARE_EVENT = re.compile(r"\s*BEGIN:VEVENT\b", re.IGNORECASE)
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_FOLDED_VALUE = re.compile(r"[ \t][;:]")
_SOFT_BREAK = re.compile(r"[^:]*QUOTED-PRINTABLE[^:]*:.*=", re.IGNORECASE | re.DOTALL)
_NO_SIGN = re.compile(r"TZID(?=[A-Z]\w+/)", re.IGNORECASE)  # such as TZIDEurope/Paris
_STAMP = re.compile(r"(?::|\A)\s*(?=\d{4}-?\d{2}-?\d{2})")
_TIMED = {"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"}
_READ = _TIMED | {
    "BEGIN", "END", "UID", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DURATION",
    "RRULE", "EXRULE", "X-MICROSOFT-CDO-BUSYSTATUS",
}  # fmt: skip  # of an event: the rest, such as attachments of megabytes, is kept as it came and not taken apart
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;:",]*)((?:,(?:"[^"]*"|[^;:",]*))*)')


@dataclass(frozen=True, slots=True)
class Line:
    """One content line. Parameter values are without quotes; of a list the first."""

    name: str
    parameters: dict[str, str]
    value: str

    def parameter(self, name: str) -> str:
        return self.parameters.get(name, "")


@dataclass
class Component:
    """A VEVENT or VTIMEZONE with its own lines, without those of components inside it; `text` has them all.

    lines: of a VEVENT only those that are asked for later (`_READ`).

    calendar: the lines of the VCALENDAR that it stands in, where it stands in one.
    """

    kind: str
    lines: list[Line] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    calendar: Component | None = None

    def first(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)

    def every(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]

    def value(self, name: str) -> str:
        line = self.first(name)
        return line.value.strip() if line is not None else ""

    def content(self) -> Iterator[Line]:
        """Every line of its own, also those that are not read otherwise, and none of the components inside it."""
        depth = 0
        for line in filter(None, map(parse_line, self.text)):
            depth += (line.name == "BEGIN") - (line.name == "END")
            if depth == 1 and line.name not in ("BEGIN", "END"):
                yield line


@dataclass
class Stream:
    """What a feed holds. complete: it ends as it should, so that what is missing in it is really gone.

    cut: events in the middle of which it breaks off.
    """

    events: list[Component] = field(default_factory=list)
    timezones: list[Component] = field(default_factory=list)
    complete: bool = False
    too_many: int = 0
    cut: list[Component] = field(default_factory=list)


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 by its byte order mark; else line by line UTF-8 or Windows-1252, which takes any byte that matters.

    Some writers fold in the middle of a character: its halves are put together first.
    """
    if len(data) > BYTES_MOST:
        raise CalendarError(f"the calendar has {len(data)} bytes; at most {BYTES_MOST} are read")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:2]:  # UTF-16 without a mark: the letters of BEGIN have every other byte empty
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "\n".join(map(_decoded_line, _FOLD.sub(b"", data).splitlines()))


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def unfolded(text: str) -> Iterator[str]:
    """Content lines. A line that is no property belongs to the one before: some writers fold without the space.

    Others fold right behind the name, so that it stands alone on its line.
    """
    held = ""
    lines = [raw for raw in re.split(r"\r\n|\n|\r", text) if raw.strip()]
    for raw, after in zip(lines, [*lines[1:], ""], strict=True):
        if held.endswith("=") and _SOFT_BREAK.fullmatch(held):
            held = (held[:-1] + raw.removeprefix(" "))[:LINE_LONGEST]
        elif raw[:1] in (" ", "\t"):
            held = (held + raw[1:])[:LINE_LONGEST]
        elif _PROPERTY.match(raw) or not held or (_NAME.fullmatch(raw) and _FOLDED_VALUE.match(after)):
            if held:
                yield held
            held = raw[:LINE_LONGEST]
        else:
            held = (held + raw)[:LINE_LONGEST]
    if held:
        yield held


def parse_line(text: str) -> Line | None:
    """Name, parameters and value; None where it is no content line."""
    found = _PROPERTY.match(text)
    if found is None:
        return None
    place, parameters = found.end(), dict[str, str]()
    while text[place : place + 1] == ";":
        parameter = _PARAMETER.match(text, place)
        if parameter is None:  # such as TZID=TZID=Europe/Paris, with a second sign: take up to the colon
            end = text.find(":", place)
            if end < 0:
                return None
            name, _, value = _NO_SIGN.sub(r"TZID=", text[place + 1 : end]).partition("=")
            parameters[name.upper()] = value.strip('"')
            place = end
            break
        parameters[parameter.group(1).upper()] = parameter.group(2).strip('"')
        place = parameter.end()
        if text[place : place + 1] not in (";", ":"):
            end = text.find(":", place)
            place = end if end >= 0 else len(text)
    if text[place : place + 1] != ":":
        return None
    name, value = found.group().upper(), text[place + 1 :]
    if name in _TIMED and not _STAMP.match(value):  # such as TZID=(UTC+01:00) Brussels:20260302T070000, without quotes
        stamp = _STAMP.search(text, place + 1)
        if stamp is not None:
            parameters["TZID"] = parameters.get("TZID", "") + text[place : stamp.start()]
            value = text[stamp.end() :]
    elif "=" in value and "QUOTED-PRINTABLE" in text[:place].upper():
        value = quoted_printable(value, parameters.get("CHARSET", ""))
    return Line(name, parameters, value)


def read_stream(data: bytes) -> Stream:
    """All events and time zones. Raises CalendarError where it is no calendar at all, or too large."""
    text = decoded(data)
    if "BEGIN:VCALENDAR" not in text.upper() and not _BARE_EVENT.match(text):
        start = " ".join(text[:60].split())
        raise CalendarError(f"no iCalendar: it begins with {start!r}, not with BEGIN:VCALENDAR")
    stream, inside = Stream(), list[str]()
    current: Component | None = None
    calendar = Component("VCALENDAR")
    opened = closed = lost = 0
    for content in unfolded(text):
        if current is not None and current.kind == "VEVENT" and _name(content) not in _READ:
            current.text.append(content)
            continue
        line = parse_line(content)
        if line is None:
            continue
        kind = line.value.strip().upper()
        if current is not None:
            current.text.append(content)
        if line.name == "BEGIN":
            if kind in ("VEVENT", "VTIMEZONE"):
                if current is not None and current.kind == "VEVENT":  # one that nobody closed
                    del current.text[-1]
                    _keep(stream, current)
                current, inside = Component(kind, text=[content], calendar=calendar), [kind]
            elif kind == "VCALENDAR":
                opened += 1
                lost += current is not None
                stream.cut += [current] if current is not None else []
                calendar, current, inside = Component(kind), None, [kind]
            else:
                inside.append(kind)
        elif line.name == "END":
            closed += kind == "VCALENDAR"
            if current is not None and kind in (current.kind, "VCALENDAR"):
                _keep(stream, current)
                current, inside = None, []
            elif inside and inside[-1] == kind:
                inside.pop()
        elif current is not None and inside == [current.kind]:
            current.lines.append(line)
        elif current is None and inside in ([], ["VCALENDAR"]):
            calendar.lines.append(line)
    stream.cut += [current] if current is not None else []
    stream.complete = opened > 0 and opened == closed and current is None and not lost
    return stream


def _name(content: str) -> str:
    return content.partition(":")[0].partition(";")[0].upper()


def _keep(stream: Stream, component: Component) -> None:
    if component.kind == "VTIMEZONE":
        stream.timezones.append(component)
    elif len(stream.events) < EVENTS_MOST:
        stream.events.append(component)
    else:
        stream.too_many += 1
