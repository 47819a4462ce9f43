"""Writing so that a refusal costs one reading: what the store refuses is halved until the bad reading is alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from premises.errors import GreenroomError, RetryableError, StoreUnavailableError
from premises.ports import SheafStore, TelemetryStore
from premises.reading import Reading, Sheaf

_log = logging.getLogger("greenroom.ingest.refusals")
_REASON_LENGTH = 500


def write_split(store: TelemetryStore, site: str, readings: Sequence[Reading]) -> dict[int, str]:
    """Write the readings; index and reason of those that the store refuses. Raises RetryableError: then write all again.

    An error that no store should raise is taken as one of the store, not of the data: kept and tried again, said aloud.
    """
    refused = _halving(len(readings), lambda start, end: store.write(site, readings[start:end]))
    return {index: f"the store refuses {readings[index].point}: {error}"[:_REASON_LENGTH] for index, error in refused.items()}


def write_sheaves_split(store: TelemetryStore, site: str, sheaves: Sequence[Sheaf]) -> dict[int, list[str]]:
    """As write_split, of readings in sheaves: by the index of a sheaf the reasons of its readings that the store refuses."""
    refused: dict[int, list[str]] = {}

    def write(start: int, end: int) -> None:
        if end - start > 1:
            _write(store, site, sheaves[start:end])
        elif reasons := write_split(store, site, list(sheaves[start].readings())):
            refused[start] = list(reasons.values())

    _halving(len(sheaves), write)
    return refused


def _halving(count: int, write: Callable[[int, int], None]) -> dict[int, GreenroomError]:
    """Write all in parts from start to end, halved where one is refused; what is refused alone, by its index."""
    refused: dict[int, GreenroomError] = {}
    parts = [(0, count)]
    while parts:
        start, end = parts.pop()
        try:
            write(start, end)
        except RetryableError:
            raise
        except GreenroomError as error:  # refused, or of a site or point that the store cannot know
            if end - start == 1:
                refused[start] = error
            else:
                half = (start + end) // 2
                parts += [(half, end), (start, half)]
        except Exception as error:
            _log.exception("writing to the store failed unexpectedly")
            raise StoreUnavailableError(f"writing to the store failed: {type(error).__name__}: {error}") from error
    return refused


def _write(store: TelemetryStore, site: str, sheaves: Sequence[Sheaf]) -> None:
    if isinstance(store, SheafStore):
        store.write_sheaves(site, sheaves)
    else:
        store.write(site, [reading for sheaf in sheaves for reading in sheaf.readings()])
