"""Putting the page into the gateway's application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from nicegui import app as nicegui_app
from nicegui import ui

from gateway.page.alarm_list import show_alarms
from gateway.page.booking_list import show_bookings
from gateway.page.device_list import show_devices
from gateway.page.entrance import KEPT_S, LANGUAGE_COOKIE, Entrance
from gateway.page.feed import Feed
from gateway.page.now import show_now
from gateway.page.place import Place
from gateway.page.report_list import show_reports
from gateway.page.settings import PageSettings
from gateway.page.week_plan import show_week
from gateway.page.words import languages
from gateway.shelf import file_of, sees_edition
from premises.ports import House

log = structlog.get_logger("page")

NICEGUI_NAMES = {"en": "en-GB", "zh": "zh-CN"}
"""Where NiceGUI calls a language otherwise than the catalogue."""
Show = Callable[[Place], Awaitable[None]]
VIEWS: dict[str, Show] = {
    "now": show_now,
    "week": show_week,
    "bookings": show_bookings,
    "alarms": show_alarms,
    "devices": show_devices,
    "reports": show_reports,
}
"""The page's views. A further view is one module, one line here and its name in `place.VIEW_NAMES`."""


class _Desk:
    """What the pages of this process serve. NiceGUI has one application per process, so this has one house, too."""

    feed: Feed
    entrance: Entrance
    mounted = False


def mount_page(app: FastAPI, house: House, settings: PageSettings | None = None) -> None:
    """Serve the live page of the house at `settings.path`, and send `/` there.

    Once per process: NiceGUI keeps one application. A second call raises RuntimeError.
    """
    if _Desk.mounted:
        raise RuntimeError("the live page is mounted already; a process has one")
    _Desk.mounted = True
    wanted = settings or PageSettings()
    feed = _Desk.feed = Feed(house, wanted)
    _Desk.entrance = Entrance(house, wanted)
    way_in(app, wanted.path, _Desk.entrance)
    for language in languages():
        for name, show in VIEWS.items():
            _page(language, name, show)
    tasks: list[asyncio.Task[None]] = []
    nicegui_app.on_startup(lambda: tasks.append(asyncio.create_task(feed.run())))
    nicegui_app.on_shutdown(lambda: _end(tasks))
    ui.run_with(
        app,
        mount_path=wanted.path,
        title="Greenroom",
        dark=None,
        tailwind=False,
        favicon="🌿",
        reconnect_timeout=5.0,
        message_history_length=100,
        show_welcome_message=False,
    )


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def way_in(app: FastAPI, path: str, entrance: Entrance) -> None:
    """Routes of the entrance: to the first view, the form for a key, the choice of language. They need no script."""

    @app.get("/", include_in_schema=False)
    @app.get(path, include_in_schema=False)
    @app.get(f"{path}/", include_in_schema=False)
    def first_view(request: Request) -> Response:
        return RedirectResponse(f"{path}/{entrance.language(request)}/now", 303)

    @app.get(f"{path}/key", include_in_schema=False)
    def ask_for_key(request: Request) -> Response:
        return entrance.ask(request, following=request.query_params.get("next", "")[:500])

    @app.post(f"{path}/key", include_in_schema=False)
    async def take_key(request: Request) -> Response:
        return await entrance.take(request)

    @app.post(f"{path}/leave", include_in_schema=False)
    def leave(request: Request) -> Response:
        return entrance.leave(request)

    @app.get(f"{path}/report/{{edition_id}}/{{file_name}}", include_in_schema=False)
    def report_file(request: Request, edition_id: str, file_name: str) -> Response:
        return download(entrance, request, edition_id, file_name)

    @app.get(f"{path}/speak/{{language}}", include_in_schema=False)
    def speak(language: str, view: str = "now", site: str = "") -> Response:
        known = language if language in languages() else "en"
        answer = RedirectResponse(f"{path}/{known}/{view if view in VIEWS else 'now'}?{urlencode({'site': site})}", 303)
        answer.set_cookie(LANGUAGE_COOKIE, known, max_age=KEPT_S, samesite="lax")  # for `/`, too
        return answer


def download(entrance: Entrance, request: Request, edition_id: str, file_name: str) -> Response:
    """A file of an edition, to whoever may see it; for everyone else it is not there."""
    visitor, shelf = entrance.visitor(request), entrance.house.reports
    caller = visitor.caller if visitor is not None else None
    edition = shelf.get(edition_id) if shelf is not None and caller is not None else None
    if edition is None or shelf is None or caller is None or not sees_edition(caller, entrance.house, edition):
        return PlainTextResponse("There is no such report here.", 404)
    return file_of(shelf, edition, file_name) or PlainTextResponse("The edition has no such file.", 404)


def _page(language: str, name: str, show: Show) -> None:
    @ui.page(f"/{language}/{name}", title="Greenroom", language=NICEGUI_NAMES.get(language, language))  # type: ignore[arg-type]  # any NiceGUI language
    async def page(request: Request, site: str = "", zone: str = "", day: str = "") -> Response | None:
        desk = _Desk
        visitor = desk.entrance.visitor(request)
        if visitor is None:
            path = desk.feed.settings.path
            return RedirectResponse(f"{path}/key?next={path}/{language}/{name}", 303)
        sites = desk.entrance.sites(visitor)
        chosen = next((known for known in sites if known.id == site), sites[0] if sites else None)
        if chosen is None:
            return desk.entrance.ask(request, "wrong", 403)
        if desk.feed.pages >= desk.feed.settings.clients_max:
            return PlainTextResponse("too many pages are open; try again later", 503, {"Retry-After": "60"})
        place = Place(desk.feed, desk.entrance, visitor, tuple(sites), chosen, language, name, zone, day)
        await show(place)
        return None
