"""The front door of a running house: the API and the live page on one HTTP server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.app import create_app
from gateway.event_fetcher import EventFetcher
from gateway.page import PageSettings, mount_page
from gateway.public import mount_public
from gateway.settings import GatewaySettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from greenroom.settings import Settings
    from premises.ports import House


CHANNELS_EVERY_S = 300.0


def channel_jobs(app: FastAPI) -> dict[str, tuple[float, Callable[[], object]]]:
    """By name, every how many seconds, and what to call: looks whether the channels of webhooks still live."""
    return {"channels": (CHANNELS_EVERY_S, app.state.gateway.channels.look)}


def front_door(house: House, settings: Settings) -> FastAPI:
    """The application of the gateway, with the page for everyone and the live page mounted behind the API."""
    fetcher = EventFetcher(house, {hook.name: hook for hook in settings.hooks})
    app = create_app(
        house,
        GatewaySettings(
            allow_anonymous_page=settings.public_page,
            hooks=settings.hooks,
            kept_messages=settings.kept_messages,
            session_hours=settings.session_hours,
            secure_cookie=settings.secure_cookie,
            oidc=settings.oidc,
        ),
        notices=fetcher.notice,
    )
    mount_public(app, house)
    mount_page(app, house, PageSettings(page_public=settings.public_page, secure_cookie=settings.secure_cookie))
    return app
