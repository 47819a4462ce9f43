"""The difference of subscriptions, against a broker that answers when it likes and a connection that ends at any moment."""

from __future__ import annotations

from collections import deque
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from ingest.subscriptions import Subscriptions

FILTERS = ("hall/#", "room/#", "plug/#")
FORBIDDEN = "plug/#"


class Broker:
    """What the session really has. Packets wait in order; a connection's end loses those on their way, either way."""

    def __init__(self, *, forbids: bool) -> None:
        self.session: set[str] = set()
        self._forbids = forbids
        self._numbers = count(1)
        self._packets: deque[tuple[int, bool, list[str]]] = deque()
        self._answers: deque[tuple[int, bool, list[bool]]] = deque()

    def ask(self, known: Subscriptions) -> None:
        for part in known.to_add(2):
            self._packets.append((next(self._numbers), True, part))
            known.adding(self._packets[-1][0], part)
        for part in known.to_remove(2):
            self._packets.append((next(self._numbers), False, part))
            known.removing(self._packets[-1][0], part)

    def take(self) -> None:
        if self._packets:
            number, adds, filters = self._packets.popleft()
            taken = [not (self._forbids and one == FORBIDDEN) for one in filters]
            if adds:
                self.session.update(one for one, good in zip(filters, taken, strict=True) if good)
            else:
                self.session.difference_update(filters)
            self._answers.append((number, adds, taken))

    def answer(self, known: Subscriptions) -> None:
        if self._answers:
            number, adds, taken = self._answers.popleft()
            if adds:
                known.added(number, taken)
            else:
                known.removed(number)

    def connect(self, known: Subscriptions, *, kept: bool) -> None:
        self._packets.clear()
        self._answers.clear()
        if not kept:
            self.session.clear()
        known.session(present=kept)
        self.ask(known)
        known.renewing = False

    def settle(self, known: Subscriptions) -> None:
        for _ in range(len(self._packets)):
            self.take()
        for _ in range(len(self._answers)):
            self.answer(known)


class Notebook:
    """Notes that outlive a process."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def note(self, name: str) -> str | None:
        return self._kept.get(name)

    def keep_note(self, name: str, value: str) -> None:
        self._kept[name] = value


Step = tuple[str, tuple[str, ...]]
WANTS: st.SearchStrategy[Step] = st.sets(st.sampled_from(FILTERS)).map(lambda chosen: ("want", tuple(sorted(chosen))))
OTHERS: st.SearchStrategy[Step] = st.sampled_from(["take", "answer", "resumed", "new", "process"]).map(lambda name: (name, ()))


@given(steps=st.lists(WANTS | OTHERS, max_size=25), forbids=st.booleans())
def test_once_all_is_answered_the_session_has_what_is_wanted(steps: list[Step], *, forbids: bool) -> None:
    broker, notes = Broker(forbids=forbids), Notebook()
    known = Subscriptions("greenroom", notes=notes)
    wanted: tuple[str, ...] = ("hall/#",)
    known.want(wanted)
    broker.connect(known, kept=False)
    for name, chosen in steps:
        if name == "want":
            wanted = chosen
            known.want(wanted)
            broker.ask(known)
        elif name == "take":
            broker.take()
        elif name == "answer":
            broker.answer(known)
        elif name == "process":  # the process ends and another begins; the broker keeps the session
            known = Subscriptions("greenroom", notes=notes)
            known.want(wanted)
            broker.connect(known, kept=True)
        else:
            broker.connect(known, kept=name == "resumed")
    broker.settle(known)
    assert known.settled
    assert broker.session == {one for one in wanted if not (forbids and one == FORBIDDEN)}


def test_a_filter_removed_and_wanted_again_before_the_answer_is_asked_for_again() -> None:
    known, broker = Subscriptions("greenroom"), Broker(forbids=False)
    settled = []
    for wanted in (("hall/#", "room/#"), ("hall/#",), ("hall/#", "room/#")):
        known.want(wanted)
        broker.ask(known)
        settled.append(known.settled)
    broker.settle(known)
    assert [*settled, known.settled] == [False, False, False, True]
    assert broker.session == {"hall/#", "room/#"}
