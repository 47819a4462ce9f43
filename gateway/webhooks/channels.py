"""Channels that end: what Google and Microsoft Graph open for some days only, and whoever runs the premises must open anew.

A channel tells its own end with each notice. One that is near its end, that has ended, or that the provider says needs care, is an
alarm `channel_ends`, and so is one that has said nothing for as long as such a channel can live at all. The next notice of one that
lives longer clears it. What was heard is kept in memory: after a start, silence counts from there.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.settings import HookSettings
from gateway.webhooks.providers import provider_named
from premises.alarming import CHANNEL_ENDS, alarm_texts
from premises.ports import House
from premises.site import Site

LIVES: Mapping[str, timedelta] = {"google": timedelta(days=7), "microsoft_graph": timedelta(days=7)}
"""Of Google's as long as it lives where no more is asked for; of Graph's the longest for Outlook's events (10,080 minutes)."""
AHEAD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Heard:
    """at: of the last notice. ends: the latest end that any notice told. care: what the provider says is the matter, else ""."""

    at: datetime
    ends: datetime | None = None
    care: str = ""


class ChannelWatch:
    """Told of every notice that shows itself to be the provider's; `look` is to be called every few minutes."""

    def __init__(self, house: House, hooks: Sequence[HookSettings]) -> None:
        self._house = house
        self._hooks = {hook.name: hook for hook in hooks if provider_named(hook.provider).name in LIVES}
        self._heard: dict[str, _Heard] = {}
        self._lock = threading.Lock()

    def heard(self, name: str, ends: datetime | None = None, care: str = "") -> None:
        """A notice of that hook's channel came. Care stands until a channel speaks that ends later than the one it was said of."""
        if name not in self._hooks:
            return
        with self._lock:
            before = self._heard.get(name, _Heard(self._house.started_at))
            later = max((end for end in (before.ends, ends) if end is not None), default=None)
            renewed = ends is not None and (before.ends is None or ends > before.ends)
            self._heard[name] = _Heard(self._house.clock.now(), later, care or ("" if renewed else before.care))

    def look(self) -> None:
        """Raise for channels that ended, will soon, or need care; clear for the others."""
        now = self._house.clock.now()
        for name, hook in self._hooks.items():
            site = self._house.site(hook.site)
            with self._lock:
                heard = self._heard.get(name, _Heard(self._house.started_at))
            text = _fault(name, hook, heard, site, now)
            if text is None:
                self._house.alarms.clear(site.id, CHANNEL_ENDS, name, now)
            else:
                self._house.alarms.raise_(site.id, CHANNEL_ENDS, name, text, now)


def _fault(name: str, hook: HookSettings, heard: _Heard, site: Site, now: datetime) -> dict[str, str] | None:
    """What is the matter with the channel, the same words while it lasts; None where it lives."""
    if heard.care:
        return alarm_texts("channel_needs_care", hook=name, source=hook.source, why=heard.care)
    if heard.ends is not None:
        if now < heard.ends - AHEAD:
            return None
        at = _wall(heard.ends, site)
        if now < heard.ends:
            return alarm_texts("channel_ends", hook=name, source=hook.source, at=at)
        return alarm_texts("channel_ended", hook=name, source=hook.source, at=at)
    if now < heard.at + LIVES[provider_named(hook.provider).name]:
        return None
    return alarm_texts("channel_silent", hook=name, source=hook.source, at=_wall(heard.at, site))


def _wall(at: datetime, site: Site) -> str:
    return f"{at.astimezone(site.zoneinfo):%Y-%m-%d %H:%M}"
