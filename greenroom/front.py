"""The front door of a running house: the API and the live page on one HTTP server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.app import create_app
from gateway.page import PageSettings, mount_page
from gateway.settings import GatewaySettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from premises.ports import House


def front_door(house: House, *, public_page: bool) -> FastAPI:
    """The application of the gateway with the page mounted behind the API."""
    app = create_app(house, GatewaySettings(allow_anonymous_page=public_page))
    mount_page(app, house, PageSettings(page_public=public_page))
    return app
