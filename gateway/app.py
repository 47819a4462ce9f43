"""The application: all routes, handlers and guards, over one house. Two can run in one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Match, Route

from gateway import faults
from gateway.door import Gateway
from gateway.guards import BodyGuard, RequestFrame
from gateway.limits import TokenBuckets
from gateway.metrics import Meters
from gateway.openapi import describe
from gateway.problems import Problem
from gateway.routes import (
    addresses,
    alarms,
    booking_lists,
    booking_posts,
    bookings,
    configuration,
    events,
    feeds,
    health,
    hooks,
    overrides,
    people,
    quarantine,
    reports,
    running,
    series,
    zone_months,
    zones,
)
from gateway.settings import GatewaySettings
from gateway.signin.form import mount_sign_in
from gateway.signin.tries import Tries
from gateway.webhooks.channels import ChannelWatch
from gateway.webhooks.messages import HookMessage
from premises.ports import House

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
WRITES = METHODS[1:]
_READ_ONLY = ("/v1/bookings/changes", "/v1/bookings/{source}/{id:path}/versions")
_ROUTERS: tuple[APIRouter, ...] = (
    booking_lists.router,
    booking_posts.router,
    bookings.router,
    zones.router,
    series.router,
    zone_months.router,
    running.router,
    alarms.router,
    quarantine.router,
    reports.router,
    configuration.router,
    addresses.router,
    overrides.router,
    hooks.router,
    people.router,
    events.router,
    feeds.router,
    health.router,
)


def create_app(
    house: House,
    settings: GatewaySettings | None = None,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    notices: Callable[[str, HookMessage], None] | None = None,
) -> FastAPI:
    """The gateway over that house, an ASGI application.

    monotonic: seconds for rates and durations, never for what is due. notices: told of webhooks that only point at what
    changed (Google, Microsoft Graph, Planning Center), so that it can be asked for.
    """
    settings = settings or GatewaySettings()
    app = FastAPI(
        title="Greenroom",
        version=house.version,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.gateway = gateway_over(house, settings, monotonic, notices)
    for path in _READ_ONLY:  # before the routes whose parameters would take these names for a source or an id
        app.router.routes.append(Route(path, _unknown, methods=WRITES, include_in_schema=False))
    for router in _ROUTERS:
        app.include_router(router)
    app.router.routes.append(Route("/v1/{rest:path}", _unknown, methods=METHODS, include_in_schema=False))
    if house.people is not None:
        mount_sign_in(app, app.state.gateway)
    faults.install(app)
    app.add_middleware(BodyGuard, max_bytes=settings.body_max_bytes, timeout_s=settings.body_timeout_s)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "PUT", "POST", "DELETE"],
            allow_headers=["Authorization", "X-API-Key", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key"],
            expose_headers=["ETag", "Link", "Location", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(RequestFrame, hsts=settings.hsts, monotonic=monotonic)
    app.openapi = lambda: describe(app, _api_routes())  # type: ignore[method-assign]
    return app


def gateway_over(
    house: House,
    settings: GatewaySettings,
    monotonic: Callable[[], float] = time.monotonic,
    notices: Callable[[str, HookMessage], None] | None = None,
) -> Gateway:
    """What the routes of one application share, with all buckets full and nothing seen yet."""
    return Gateway(
        house,
        settings,
        TokenBuckets(settings.rate_per_s, settings.rate_burst, settings.buckets_max, monotonic),
        TokenBuckets(settings.open_rate_per_s, settings.open_rate_burst, settings.buckets_max, monotonic),
        Meters(house),
        ChannelWatch(house, settings.hooks),
        notices,
        streams=threading.Semaphore(settings.streams_max),
        tries=Tries(monotonic),
    )


def _api_routes() -> list[APIRoute]:
    return [route for router in _ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def _operation_id(route: APIRoute) -> str:
    """The name of the function: stable, and short in generated clients."""
    return route.name


async def _unknown(request: Request) -> Response:
    """What no route of the API takes: 405 where another method would do, else 404. The page, mounted behind, is not asked."""
    fitting = [route for route in _api_routes() if route.matches(request.scope)[0] is not Match.NONE]
    allowed = {method for route in fitting if route.path == fitting[0].path for method in route.methods or ()}
    if allowed:
        names = ", ".join(sorted(allowed))
        problem = Problem("method-not-allowed", f"{request.url.path} takes {names}", headers={"Allow": names})
    else:
        problem = Problem("not-found", "there is no such route; /v1/openapi.json lists them")
    return await faults.on_problem(request, problem)
