"""The page for everyone as HTML: whole at once, without scripts, readable on any screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.page.words import Words
from gateway.public.view import PublicView, SunToday
from premises.catalogue import Catalogue
from premises.emblems import drawn_emblem
from premises.site import Cluster, Grant

MESSAGES = Catalogue("gateway.public", "messages")
NAMES = {"en": "English", "fr": "Français", "nl": "Nederlands"}
_TEMPLATES = Environment(
    loader=PackageLoader("gateway.public"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@cache
def _style() -> str:
    return files("gateway.public").joinpath("templates/style.css").read_text(encoding="utf-8")


def choose(text: Mapping[str, str], language: str, otherwise: Sequence[str]) -> str:
    """The text in that language, else in the first of the site's languages that has one, else any, else ""."""
    return next((text[known] for known in (language, *otherwise, *sorted(text)) if text.get(known)), "")


def site_page(view: PublicView, language: str, root: str, cluster: Cluster | None) -> str:
    """One site. root: where the public pages lie."""
    words = Words(language, view.site.zoneinfo)
    return _TEMPLATES.get_template("site.html").render(
        v=view,
        w=words,
        say=_say(language),
        style=_style(),
        root=root,
        others=_others(language),
        about=_about(view, language),
        bars=_bars(view.sun),
        percent=_percent(view.sun),
        cluster=cluster,
        emblem=_emblem,
        sentence=lambda grant: sentence(grant, language),
    )


def sites_page(views: Sequence[PublicView], cluster: Cluster | None, language: str, root: str) -> str:
    """All public sites side by side."""
    return _TEMPLATES.get_template("sites.html").render(
        views=views,
        words={view.site.id: Words(language, view.site.zoneinfo) for view in views},
        percents={view.site.id: _percent(view.sun) for view in views},
        abouts={view.site.id: _about(view, language) for view in views},
        say=_say(language),
        style=_style(),
        root=root,
        language=language,
        others=_others(language),
        name=cluster.name if cluster is not None else "Greenroom",
        about=choose(cluster.public_page.about, language, cluster.languages) if cluster and cluster.public_page else "",
    )


def sentence(grant: Grant, language: str) -> str:
    """The funder's sentence in that language, else in the funder's own."""
    return choose(grant.sentence, language, (grant.language,))


def _emblem(name: str) -> str:
    return (drawn_emblem(name) or b"").decode("utf-8")


class _Say:
    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        return MESSAGES.say(self.language, key, **values)


def _say(language: str) -> _Say:
    return _Say(language)


def _others(language: str) -> list[tuple[str, str]]:
    return [(code, NAMES.get(code, code)) for code in sorted(MESSAGES.languages()) if code != language]


def _about(view: PublicView, language: str) -> str:
    page = view.site.public_page
    return choose(page.about, language, view.site.languages) if page else ""


def _percent(sun: SunToday) -> int | None:
    return None if sun.share is None else round(100 * sun.share)


def _bars(sun: SunToday) -> list[tuple[int, float, float]]:
    """By hour: its place in the day, and the heights of sun and grid in percent of the highest hour."""
    most = max(((hour.sun_kwh or 0.0) + (hour.grid_kwh or 0.0) for hour in sun.hours), default=0.0)
    if most <= 0:
        return []
    return [
        (place, 100 * (hour.sun_kwh or 0.0) / most, 100 * (hour.grid_kwh or 0.0) / most) for place, hour in enumerate(sun.hours)
    ]
