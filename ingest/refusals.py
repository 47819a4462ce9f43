"""Writing so that a refusal costs one reading: what the store refuses is halved until the bad reading is alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from premises.errors import GreenroomError, RetryableError, StoreUnavailableError
from premises.ports import TelemetryStore
from premises.reading import Reading

_log = logging.getLogger("greenroom.ingest.refusals")
_REASON_LENGTH = 500


def write_split(store: TelemetryStore, site: str, readings: Sequence[Reading]) -> dict[int, str]:
    """Write the readings; index and reason of those that the store refuses. Raises RetryableError: then write all again.

    An error that no store should raise is taken as one of the store, not of the data: kept and tried again, said aloud.
    """
    refused: dict[int, str] = {}
    parts = [(0, len(readings))]
    while parts:
        start, end = parts.pop()
        try:
            store.write(site, readings[start:end])
        except RetryableError:
            raise
        except GreenroomError as error:  # refused, or of a site or point that the store cannot know
            if end - start == 1:
                refused[start] = f"the store refuses {readings[start].point}: {error}"[:_REASON_LENGTH]
            else:
                half = (start + end) // 2
                parts += [(half, end), (start, half)]
        except Exception as error:
            _log.exception("writing to the store failed unexpectedly")
            raise StoreUnavailableError(f"writing to the store failed: {type(error).__name__}: {error}") from error
    return refused
