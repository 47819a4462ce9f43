"""How often a password may be tried: few times by address and person, more by person, so that nobody is shut out by others."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from gateway.limits import TokenBuckets

HERE_BURST, HERE_PER_S = 5, 1 / 60
EVERYWHERE_BURST, EVERYWHERE_PER_S = 50, 1 / 30
MOST = 10_000


class Tries:
    """False passwords are counted by (person, address) and by person. Who signed in from an address before is not shut out there
    by what others try elsewhere."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._here = TokenBuckets(HERE_PER_S, HERE_BURST, MOST, monotonic)
        self._everywhere = TokenBuckets(EVERYWHERE_PER_S, EVERYWHERE_BURST, MOST, monotonic)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, person: str, address: str) -> float:
        """Seconds until a password of that person may be tried from there; 0: now."""
        here = self._here.empty(f"{person} {address}")
        with self._lock:
            known = (person, address) in self._known
        return here if known else max(here, self._everywhere.empty(person))

    def failed(self, person: str, address: str) -> None:
        self._here.take(f"{person} {address}")
        self._everywhere.take(person)

    def succeeded(self, person: str, address: str) -> None:
        with self._lock:
            self._known[(person, address)] = None
            self._known.move_to_end((person, address))
            while len(self._known) > MOST:
                self._known.popitem(last=False)
