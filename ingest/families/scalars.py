"""Single values as devices write them: numbers as text, decimal commas, words for yes and no, words for nothing."""

from __future__ import annotations

import math
import re
from typing import Any

from premises.reading import Value

TRUE_WORDS = frozenset(("on", "true", "yes", "online", "open", "opened", "active", "enabled", "connected", "ready", "available"))
FALSE_WORDS = frozenset(
    ("off", "false", "no", "offline", "closed", "close", "inactive", "disabled", "disconnected", "lost", "unavailable", "init")
)
NOTHING = frozenset(
    ("", "nan", "-nan", "inf", "-inf", "+inf", "infinity", "-infinity", "null", "none", "n/a", "na", "unknown", "unavailable",
    "--", "---", "-", "undefined", "nil", "undef", "<nil>", "<null>")
)  # fmt: skip
_ON_OFF = {"on": True, "off": False, "true": True, "false": False, "yes": True, "no": False}
_NUMBER_START = frozenset("0123456789+-.,")
_LONGEST_NUMBER = 64


def number_in(text: str) -> float | int | None:
    """The number that the text is, None where it is none. `21,5` is 21.5; `1_000` and digits of other scripts are text."""
    if not text or text[0] not in _NUMBER_START or len(text) > _LONGEST_NUMBER or not text.isascii() or "_" in text:
        return None
    try:
        if text.lstrip("+-").isdigit():
            return int(text) if len(text) < 19 else float(text)
        value = float(text)
    except ValueError:
        if text.count(",") != 1 or "." in text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
    return value if math.isfinite(value) else None


def plain(value: Any) -> Value | None:
    """A JSON value or a text as number, yes/no (of on, off, true, false, yes, no) or text; None where it says there is none.

    Objects and lists have no plain value: None.
    """
    kind = type(value)
    if kind is float or kind is int:
        return value if abs(value) != math.inf and value == value else None
    if kind is bool:
        return bool(value)
    if kind is str:
        return plain_text(value)
    return None


def plain_text(text: str) -> Value | None:
    """As `plain`, of a payload that is text."""
    text = text.strip("\x00 \t\r\n")
    if len(text) > _LONGEST_NUMBER + 2:
        return text
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    number = number_in(text)
    if number is not None:
        return number
    word = text.lower() if len(text) < 16 else text
    if word in NOTHING or (text[:1] in _NUMBER_START and len(text) > 1 and _overflows(text)):
        return None
    return _ON_OFF.get(word, text)


_WITH_UNIT = re.compile(r"^\s*([-+]?\d{1,18}(?:[.,]\d{1,9})?)\s*([^\s\d.,].{0,15})$")


def number_with_unit(text: str) -> tuple[float | int, str] | None:
    """`21.5 °C` or `95.00%` as number and unit as they are spelled; None for any other text."""
    found = _WITH_UNIT.match(text[:48])
    number = number_in(found.group(1)) if found is not None else None
    return (number, found.group(2).strip()) if found is not None and number is not None else None


def _overflows(text: str) -> bool:
    """Whether the text is a number too great for a double: it tells no value that can be kept."""
    if len(text) > _LONGEST_NUMBER or "_" in text or not text.isascii():
        return False
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def yes_no(value: Any) -> Value | None:
    """As `plain`, where a state is due: all words for yes and no count."""
    if type(value) is str:
        word = value.strip("\x00 \t\r\n").lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
    return plain(value)


# Words of sensors that stay words in a message's own value, and what they say of the quantity that is kept.
_HAPPENING = frozenset(
    ("trigger", "triggered", "motion", "detected", "occupied", "present", "alarm", "leak", "leaking", "wet", "heating", "burning",
     "moving", "tamper", "home", "fault", "error", "gas", "smoke", "heat", "mild", "heavy", "on", "true", "yes")
)  # fmt: skip
_NOT_HAPPENING = frozenset(
    ("idle", "normal", "clear", "none", "no_motion", "vacant", "unoccupied", "no_leak", "dry", "ok", "not_detected", "absent",
     "away", "unoccupancy", "no", "off", "false", "not present", "closed_loop")
)  # fmt: skip
_SHUT = {"open": False, "opened": False, "close": True, "closed": True, "shut": True}


def state_of(quantity: str, value: Value) -> Value:
    """The state that a word says of a quantity, as yes or no; the word itself where it says neither.

    A contact is yes while it is closed; what is detected (occupancy, smoke, a leak) is yes while it is there.
    """
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    if quantity == "contact" and word in _SHUT:
        return _SHUT[word]
    if word in _HAPPENING:
        return True
    if word in _NOT_HAPPENING:
        return False
    told = yes_no(word)
    return value if told is None else told


def present(value: Any) -> bool | None:
    """Whether an availability word or number says that the device is there; None where it says neither."""
    told = yes_no(value)
    if isinstance(told, bool):
        return told
    if isinstance(told, int | float):
        return told > 0
    return None
