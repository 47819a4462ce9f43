"""Given numbers as JSON, read without loss: a number is the decimal that stands there; a name that stands twice is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from reports.figures.exact import FigureInputError

MOST_BYTES = 64 * 1024 * 1024


def read_document(text: bytes) -> Any:
    """The JSON value. Raises FigureInputError that says where the text is no JSON."""
    if len(text) > MOST_BYTES:
        raise FigureInputError(f"the input is longer than {MOST_BYTES // 1024**2} MiB; give sums, or fewer intervals")
    try:
        return json.loads(text.decode("utf-8-sig"), parse_float=Decimal, parse_constant=float, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise FigureInputError(
            f'no JSON at line {error.lineno}, column {error.colno} ({error.msg}); give an object like {{"name": 1}}'
        ) from None
    except UnicodeDecodeError:
        raise FigureInputError("the input is no UTF-8 text; save it as UTF-8 JSON") from None
    except RecursionError:
        raise FigureInputError("the input is nested too deeply; give an object of inputs by name") from None
    except FigureInputError:
        raise
    except ValueError as error:
        raise FigureInputError(f"no usable JSON number: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise FigureInputError(f"{name!r} stands twice; give it once")
        found[name] = value
    return found
