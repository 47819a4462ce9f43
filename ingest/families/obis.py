"""OBIS codes of electricity, heat and gas meters, after IEC 62056-61: value group C.D of `1-0:16.7.0*255`."""

from __future__ import annotations

import re

_CODE = re.compile(r"(?:(\d{1,3})-(\d{1,3}):)?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?")
_FULL = re.compile(r"\d-\d{1,3}:\d{1,3}\.\d{1,3}")
_PHASES = {20: "L1", 40: "L2", 60: "L3"}
_BASE: dict[tuple[int, int], tuple[str, str | None]] = {
    (1, 8): ("energy", "Wh"),
    (2, 8): ("energy_export", "Wh"),
    (1, 7): ("power", "W"),
    (2, 7): ("power", "W"),
    (3, 8): ("reactive_energy", "varh"),
    (4, 8): ("reactive_energy", "varh"),
    (3, 7): ("reactive_power", "var"),
    (9, 7): ("apparent_power", "VA"),
    (13, 7): ("power_factor", None),
    (14, 7): ("frequency", "Hz"),
    (16, 7): ("power", "W"),
    (11, 7): ("current", "A"),
    (12, 7): ("voltage", "V"),
}


def names_obis(topic: str) -> bool:
    """Whether a topic holds a full code that is known, such as `1-0:1.8.0*255`."""
    return _FULL.search(topic[-120:]) is not None and meaning_of_obis(topic) is not None


def meaning_of_obis(text: str) -> tuple[str, str | None, str] | None:
    """(message quantity, unit, channel) of a code somewhere in a topic; None where there is none that is known."""
    for found in _CODE.finditer(text[-120:]):
        group, kind, tariff = int(found.group(3)), int(found.group(4)), found.group(5)
        medium = found.group(1)
        short = f"OBIS {group}.{kind}" + (f".{int(tariff)}" if tariff is not None else "")
        if medium == "7" and group in (3, 13) and kind in (0, 1):
            return "gas_volume", "m³", short
        for offset, phase in ((0, ""), *_PHASES.items()):
            known = _BASE.get((group - offset, kind))
            if known is not None and not (offset and group - offset == 14):
                export = "export " if group - offset == 2 and kind == 7 else ""
                return known[0], known[1], f"{short} {export}{phase}".strip()
    return None
