"""Where a visitor is on the page, and the frame around every view: header, menu, and what happens when the picture grows old."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Protocol

from nicegui import html as tag
from nicegui import ui

from gateway.page.deeds import Deeds
from gateway.page.entrance import Entrance, Visitor
from gateway.page.feed import Feed, Watcher
from gateway.page.rendering import Rendering, script, style
from gateway.page.words import languages
from premises.site import Site

_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'"
)
VIEW_NAMES = ("now", "week", "bookings", "alarms", "devices", "reports")
"""Views in the order of the menu, by the last part of their address."""
VALUE_OF_EVENT = "(event) => emit(event.target.value)"
"""For elements of plain HTML: the handler gets the value that the person gave."""
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "nl": "Nederlands"}


@dataclass(frozen=True)
class Place:
    """One open page: who looks, at which site, in which language and view. zone, day: from the address, unchecked."""

    feed: Feed
    entrance: Entrance
    visitor: Visitor
    sites: tuple[Site, ...]
    site: Site
    language: str
    view: str
    zone: str = ""
    day: str = ""

    @property
    def path(self) -> str:
        return self.feed.settings.path

    def link(self, view: str, **query: str) -> str:
        """Address of a view of this site in this language."""
        asked = "&".join(f"{name}={value}" for name, value in {"site": self.site.id, **query}.items() if value)
        return f"{self.path}/{self.language}/{view}?{asked}"

    @property
    def asked_day(self) -> date | None:
        """The day of the address, None where there is none or it is no day."""
        try:
            return date.fromisoformat(self.day)
        except ValueError:
            return None

    @property
    def deeds(self) -> Deeds:
        """What this visitor may do."""
        return Deeds(self.feed.house, self.entrance, self.visitor)

    async def rendering(self) -> Rendering:
        """A picture that is new enough to begin with."""
        return await self.feed.rendering(self.site.id, self.language, self.visitor.caller)

    def latest(self) -> Rendering:
        """The newest picture in this page's language."""
        return self.feed.latest(self.site.id, self.language, self.visitor.caller)

    def watch(self, show: Callable[[], None]) -> Watcher:
        """Call show, in this page's context, after each picture while the page is open."""
        client = ui.context.client

        def show_here() -> None:
            if client.has_socket_connection:
                with client:
                    show()

        watcher = Watcher(self.site.id, self.language, show_here, client.id)
        self.feed.watchers.add(watcher)
        client.on_delete(lambda: self.feed.watchers.discard(watcher))
        return watcher


class Follower(Protocol):
    """A piece of the page that follows the picture."""

    def show(self, rendering: Rendering) -> None: ...


class Block:
    """A piece of markup that changes only where its text does."""

    def __init__(self, name: str, element: str = "div", classes: str = "") -> None:
        self.name = name
        self.html = ui.html("", sanitize=False, tag=element).classes(classes)

    def show(self, rendering: Rendering) -> None:
        self.html.set_content(rendering.part(self.name))


@contextmanager
def frame(place: Place, rendering: Rendering, first: str = "", kind: str = "card") -> Iterator[list[Follower]]:
    """Header and menu around a view; the list takes what follows the picture.

    first: markup that is shown until the page's script runs, so that a slow phone has the answer at once; kind: its classes.
    """
    words = rendering.words
    ui.add_head_html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">')
    ui.add_head_html(f"<style>{style()}</style><script>{script()}</script>")
    if first:
        ui.add_body_html(f'<div id="first" class="content"><div class="{kind}">{first}</div></div>')
    ui.page_title(words.say("page.title", site=place.site.name))
    blocks: list[Follower] = []
    with ui.header(fixed=False, elevated=False).classes("bar"):
        with tag.div().classes("brand"):
            tag.h1(place.site.name)
        with tag.nav().props(f'aria-label="{escape(words.say("page.menu"))}"'):
            for view in VIEW_NAMES:
                link = tag.a(words.say(f"page.{view}")).props(f'href="{place.link(view)}"')
                if view == place.view:
                    link.props('aria-current="page"')
            if len(place.sites) > 1:
                for site in place.sites:
                    if site.id != place.site.id:
                        tag.a(site.name).props(f'href="{place.path}/{place.language}/{place.view}?site={site.id}"').classes("site")
        with tag.div().classes("tools"):
            for language in languages():
                if language != place.language:
                    address = f"{place.path}/speak/{language}?site={place.site.id}&view={place.view}"
                    name = LANGUAGE_NAMES.get(language, language)
                    tag.a(name).props(f'href="{address}" lang="{language}" hreflang="{language}"').classes("language")
            theme = tag.button("◐").props(f'type="button" aria-label="{escape(words.say("page.theme"))}"').classes("theme")
            theme.on("click", js_handler="() => greenroomTheme()")
            _who(place, rendering)
            blocks.append(Block("clock", classes="clock"))
    heart = tag.div().props(f'data-patience="{int(max(10.0, 5 * place.feed.settings.refresh_s) * 1000)}"').classes("heart")
    note = tag.div().props('role="status"').classes("lost-note")
    note.props["data-text"] = words.say("page.lost")
    with tag.div().classes("content") as content:
        yield blocks
    ui.skip_link(words.say("page.skip"), target=content)

    def beat() -> None:
        latest = place.latest()
        for block in blocks:
            block.show(latest)
        heart.props["data-beat"] = str(latest.view.number)
        heart.update()

    beat()
    place.watch(beat)


def _who(place: Place, rendering: Rendering) -> None:
    """Signed in as whom, or the way to sign in."""
    words, caller = rendering.words, place.visitor.caller
    if caller is None:
        tag.a(words.say("key.sign_in")).props(f'href="{place.path}/key?next={place.path}/{place.language}/{place.view}"')
    else:
        with tag.form().props(f'method="post" action="{place.path}/leave"').classes("leave"):
            leave = tag.button(words.say("key.sign_out")).props('type="submit"')
            leave.props["title"] = words.say("key.who", who=caller.key.label)
