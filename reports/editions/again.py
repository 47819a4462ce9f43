"""Making the forms of an edition again from its content, and saying where a file differs from what it should be."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from reports.content import Report
from reports.editions.issue import EMBLEM
from reports.editions.manifest import Manifest
from reports.forms.forms import ALL_FORMS, render_forms
from reports.forms.stamp import Stamp

_SHOWN = 160


def stamp_of(manifest: Manifest) -> Stamp:
    """The stamp that its forms were printed with."""
    return Stamp(
        number=manifest.number,
        data_version=manifest.data_version,
        inputs=manifest.inputs,
        factors_version=manifest.factors_version,
        software=tuple(sorted((name, told) for name, told in manifest.software.items() if name != "python")),
        supersedes=manifest.supersedes,
        reason=manifest.reason,
        changes=manifest.changes,
    )


def made_again(report: Report, manifest: Manifest, emblems: dict[str, bytes]) -> dict[str, bytes]:
    """Every form that the edition has, made by the software of today."""
    kinds = {file.form.partition(".")[0] for file in manifest.files}
    forms = tuple(form for form in ALL_FORMS if form in kinds)
    own = {name.removeprefix(EMBLEM): data for name, data in emblems.items()}
    return render_forms(report, stamp_of(manifest), forms, own)


def other_software(manifest: Manifest) -> list[str]:
    """What made the edition and is not here in that version: `typst 0.14.1 (here 0.15.2)`."""
    differing = []
    for name, told in manifest.software.items():
        if name == "python":
            continue
        try:
            here = version(name)
        except PackageNotFoundError:
            here = "none"
        if here != told:
            differing.append(f"{name} {told} (here {here})")
    return differing


def where_it_differs(frozen: bytes, found: bytes) -> str:
    """The first line that differs, as it was and as it is; for what is no text, the first byte."""
    try:
        old, new = frozen.decode().split("\n"), found.decode().split("\n")
    except UnicodeDecodeError:
        return _bytes_differ(frozen, found)
    for number, (one, other) in enumerate(zip(old, new, strict=False), start=1):
        if one != other:
            return f"line {number}: {_around(one, other)!r} was issued, {_around(other, one)!r} is there"
    return f"{len(old)} lines were issued, {len(new)} are there"


def _around(line: str, other: str) -> str:
    """The part of a long line in which it differs from the other."""
    same = next((place for place, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), min(len(line), len(other)))
    start = max(0, same - _SHOWN // 2)
    return line[start : start + _SHOWN]


def _bytes_differ(frozen: bytes, found: bytes) -> str:
    for place, (one, other) in enumerate(zip(frozen, found, strict=False)):
        if one != other:
            return f"byte {place}: {one:#04x} was issued, {other:#04x} is there"
    return f"{len(frozen)} bytes were issued, {len(found)} are there"
