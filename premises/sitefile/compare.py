"""What a changed site file changes: for a reload that touches only what it must, and for the log of who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from premises.site import Site


@dataclass(frozen=True, slots=True)
class Change:
    """One part that was changed: `keys` are its fields with (old, new)."""

    id: str
    keys: Mapping[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class PartChanges:
    """Ids of one kind of part that were added and removed, and what was changed of the others; all in order of id."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class SiteChanges:
    """What differs between two versions of a site file.

    site: fields of the site itself with (old, new); parts: by kind (zones, devices, points, plants, …), only kinds with
    changes. resubscribe: ids of devices whose messages are now to be subscribed, or no more, or otherwise (family or topic
    changed, device added or removed). history_ends: points that are there no more or mean another quantity, so that
    their series end here.
    """

    site: Mapping[str, tuple[object, object]]
    parts: Mapping[str, PartChanges]
    resubscribe: tuple[str, ...]
    history_ends: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.site or self.parts)


_KINDS = ("zones", "devices", "points", "plants", "pv_strings", "meters", "tariffs", "funds", "tenants")
_OTHERS = ("contracts", "calendars")


def diff_sites(old: Site, new: Site) -> SiteChanges:
    """What the new version of a site changes. The order of parts does not matter. Raises ValueError for two different sites."""
    if old.id != new.id:
        raise ValueError(f"{old.id} and {new.id} are two sites, not two versions of one; a site keeps its id")
    parts = {kind: _parts(_by_id(getattr(old, kind)), _by_id(getattr(new, kind))) for kind in _KINDS}
    parts["contracts"] = _parts(
        {f"{c.meter} {c.since}": c for c in old.contracts}, {f"{c.meter} {c.since}": c for c in new.contracts}
    )
    parts["calendars"] = _parts({c.source: c for c in old.calendars}, {c.source: c for c in new.calendars})
    devices, points = parts["devices"], parts["points"]
    moved = (change.id for change in devices.changed if {"family", "topic", "options"} & change.keys.keys())
    ended = (change.id for change in points.changed if "quantity" in change.keys)
    return SiteChanges(
        site={key: pair for key, pair in _fields(old, new).items() if key not in (*_KINDS, *_OTHERS)},
        parts={kind: changes for kind, changes in parts.items() if changes},
        resubscribe=tuple(sorted({*devices.added, *devices.removed, *moved})),
        history_ends=tuple(sorted({*points.removed, *ended})),
    )


def describe_changes(changes: SiteChanges) -> str:
    """The changes as lines for people: `+` added, `-` removed, `~` changed with old and new."""
    lines = [f"~ {key}: {_short(old)} → {_short(new)}" for key, (old, new) in changes.site.items()]
    for kind, part in changes.parts.items():
        lines += [f"+ {kind}: {name}" for name in part.added]
        lines += [f"- {kind}: {name}" for name in part.removed]
        for change in part.changed:
            told = ", ".join(f"{key} {_short(old)} → {_short(new)}" for key, (old, new) in change.keys.items())
            lines.append(f"~ {kind}: {change.id}: {told}")
    return "\n".join(lines) if lines else "nothing changes"


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}


def _parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> PartChanges:
    changed = (Change(name, _fields(old[name], new[name])) for name in sorted(old.keys() & new.keys()) if old[name] != new[name])
    return PartChanges(tuple(sorted(new.keys() - old.keys())), tuple(sorted(old.keys() - new.keys())), tuple(changed))


def _fields(old: Any, new: Any) -> dict[str, tuple[object, object]]:
    names = (each.name for each in fields(old))
    return {name: (getattr(old, name), getattr(new, name)) for name in names if getattr(old, name) != getattr(new, name)}


def _short(value: object) -> str:
    if is_dataclass(value) or isinstance(value, Mapping | tuple | frozenset):
        return "…"
    return "none" if value is None else str(value)
