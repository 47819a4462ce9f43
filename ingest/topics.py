"""Topic filters: which devices a topic tells of, found level by level; and which filters are covered by others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class _Node(Generic[T]):
    __slots__ = ("children", "here", "rest")

    def __init__(self) -> None:
        self.children: dict[str, _Node[T]] = {}
        self.here: list[T] = []
        self.rest: list[T] = []


class TopicIndex(Generic[T]):
    """Things by MQTT topic filter (`+` one level, `#` the rest). Looking up costs by the depth of the topic only."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, topic_filter: str, thing: T) -> None:
        node = self._root
        levels = topic_filter.split("/")
        for level in levels:
            if level == "#":
                node.rest.append(thing)
                return
            node = node.children.setdefault(level, _Node())
        node.here.append(thing)

    def find(self, topic: str) -> list[T]:
        """Things whose filters match, each once, in the order of adding along each path."""
        nodes = [self._root]
        found: list[T] = []
        for level in topic.split("/"):
            following = []
            for node in nodes:
                found.extend(node.rest)
                exact = node.children.get(level)
                if exact is not None:
                    following.append(exact)
                any_level = node.children.get("+")
                if any_level is not None and any_level is not exact:
                    following.append(any_level)
            nodes = following
            if not nodes:
                break
        for node in nodes:
            found.extend(node.here)
            found.extend(node.rest)  # `a/#` matches `a` too
        return list(dict.fromkeys(found))


def covers(general: str, special: str) -> bool:
    """Whether every topic that matches `special` matches `general` too."""
    wide, narrow = general.split("/"), special.split("/")
    for place, level in enumerate(wide):
        if level == "#":
            return True
        if place >= len(narrow) or narrow[place] == "#":
            return False
        if level != "+" and level != narrow[place]:
            return False
    return len(wide) == len(narrow)


def without_covered(filters: Iterable[str]) -> tuple[str, ...]:
    """The filters sorted, without those that another one covers."""
    unique = sorted(set(filters))
    wide = [one for one in unique if "+" in one or "#" in one]
    return tuple(one for one in unique if not any(other != one and covers(other, one) for other in wide))
