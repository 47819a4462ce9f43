"""The machine: folders, disk, clock."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from greenroom.doctor.finding import Finding, unused, well, wrong
from greenroom.settings import Settings

_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
_TIMEX_BYTES = 512  # more than the kernel's structure has on any machine
_BUILT_IN = 2025
MIB, GIB = 1024**2, 1024**3
FREE_LEAST = GIB


def folder(settings: Settings) -> Finding:
    """Whether the data folder is there, or can be made, and can be written."""
    where = settings.data
    nearest = next(each for each in (where, *where.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        advice = f"let the user {_user()} write there: chown or chmod the folder, or choose another by GREENROOM_DATA"
        return wrong("data folder", f"{where} cannot be written: {error.strerror}", advice)
    if where.exists() and not where.is_dir():
        return wrong("data folder", f"{where} is a file", "choose another folder by GREENROOM_DATA")
    return well("data folder", f"{where} can be written" if where.exists() else f"{where} will be made at the first run")


def _user() -> str:
    return str(os.geteuid()) if hasattr(os, "geteuid") else "that runs Greenroom"


def disk(settings: Settings) -> Finding:
    """Whether what the journal may still grow by fits on its disk, with a gigabyte to spare."""
    nearest = next(each for each in (settings.data, *settings.data.parents) if each.exists())
    free = shutil.disk_usage(nearest).free
    held = sum(path.stat().st_size for path in settings.data.glob("journal.sqlite3*")) if settings.data.exists() else 0
    needed = max(0, settings.journal_bytes - held) + FREE_LEAST
    told = f"{free / GIB:.1f} GiB free, the journal may grow by {max(0, settings.journal_bytes - held) / GIB:.1f} GiB"
    if free < needed:
        return wrong("disk", told, "make room, or allow a smaller journal by GREENROOM_JOURNAL_BYTES")
    return well("disk", told)


def clock() -> Finding:
    """Whether the kernel says that its clock is set by a time server."""
    now = datetime.now(UTC)
    if now.year < _BUILT_IN:
        return wrong("clock", f"it says {now:%Y-%m-%d %H:%M}", "set the clock, and let a time server keep it (timesyncd, chrony)")
    if not sys.platform.startswith("linux"):
        return unused("clock", f"it says {now:%Y-%m-%d %H:%M} UTC; whether a time server keeps it cannot be told here")
    try:
        answer = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        answer = -1
    if answer == _UNSYNCHRONISED:
        if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
            return unused("clock", f"it says {now:%Y-%m-%d %H:%M} UTC; a container cannot tell whether its host's is kept")
        return wrong("clock", "no time server keeps it", "start one: systemctl enable --now systemd-timesyncd, or chrony")
    if answer < 0:
        return unused("clock", f"it says {now:%Y-%m-%d %H:%M} UTC; whether a time server keeps it cannot be told here")
    return well("clock", f"it says {now:%Y-%m-%d %H:%M} UTC and a time server keeps it")
