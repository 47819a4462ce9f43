"""Where checks put what they find, and the names that the parts of a file give each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from premises.sitefile.text import Place
from premises.sitefile.wording import choose, nearest


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a place, and what would be right. because: other places without whose values it would not be wrong."""

    place: Place
    message: str
    hint: str = ""
    because: tuple[Place, ...] = ()


ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")

SECTIONS = {
    "zones": "zone",
    "plants": "plant",
    "pv": "PV string",
    "meters": "meter",
    "devices": "device",
    "tariffs": "tariff",
    "tenants": "tenant",
    "funds": "fund",
}
"""Sections whose items have an id, and what one item is called."""


@dataclass(frozen=True, slots=True)
class Names:
    """Ids by section, one for each item as written ("" where it has none), those of items with other faults included."""

    of: Mapping[str, tuple[str, ...]]

    @classmethod
    def written(cls, value: object) -> Names:
        """The ids in the plain value of a document."""
        found: dict[str, tuple[str, ...]] = {}
        for section in SECTIONS:
            items = value.get(section) if isinstance(value, dict) else None
            written = items if isinstance(items, list) else []
            found[section] = tuple(str(item["id"]) if isinstance(item, dict) and "id" in item else "" for item in written)
        return cls(found)

    def completed(self, value: object, mended: Set[Place]) -> Names:
        """With the ids that a slip in a key hid, from the mended value; without those that were put in."""
        made = {}
        for section, again in Names.written(value).of.items():
            before = self.of[section] or ("",) * len(again)
            made[section] = tuple(
                old or ("" if (section, index, "id") in mended else new)
                for index, (old, new) in enumerate(zip(before, again, strict=False))
            )
        return Names(made)

    def every(self, sections: Iterable[str]) -> list[str]:
        return [name for section in sections for name in self.of[section] if name]


@dataclass(slots=True)
class Findings:
    """All that the checks found in one file."""

    names: Names
    found: list[Finding] = field(default_factory=list)

    def say(self, place: Place, message: str, hint: str = "", because: tuple[Place, ...] = ()) -> None:
        self.found.append(Finding(place, message, hint, because))

    def place_of(self, section: str, name: str | None) -> Place:
        """Where the item of that id is written; the section as a whole where there is none such."""
        names = self.names.of[section]
        return (section, names.index(name)) if name in names else (section,)

    def refer(self, place: Place, section: str, name: str | None) -> bool:
        """Whether `name` is an id of the section (or none was given); says so where it is not."""
        if name is None or name in self.names.of[section]:
            return True
        known = self.names.every((section,))
        near = nearest(name, known)
        if near is None or ID.match(near):  # else the id itself is at fault, and that is told where it stands
            self.say(place, f"there is no {SECTIONS[section]} {name!r}", choose(name, known, section), ((section, "id"),))
        return False


def circle(start: str, above: Mapping[str, Iterable[str]]) -> list[str] | None:
    """The way from `start` back to itself along `above`, None where there is none."""
    stack: list[tuple[str, list[str]]] = [(start, [start])]
    seen: set[str] = set()
    while stack:
        name, way = stack.pop()
        for following in above.get(name, ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                stack.append((following, [*way, following]))
    return None
