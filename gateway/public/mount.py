"""Routes of the page for everyone. One picture a minute and site, however many look."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from gateway.languages import choose_language
from gateway.public.rendering import MESSAGES, site_page, sites_page
from gateway.public.view import PublicView, see_public
from premises.errors import RetryableError
from premises.ports import House
from premises.site import Cluster, Site

ROOT = "/public"
KEPT_S = 60.0
_HEADERS = {
    "Cache-Control": f"public, max-age={int(KEPT_S)}",
    "Vary": "Accept-Language",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}


class _Pictures:
    """The newest picture of each site, taken anew when it is a minute old."""

    def __init__(self, house: House, monotonic: Callable[[], float]) -> None:
        self._house, self._monotonic = house, monotonic
        self._kept: dict[str, tuple[float, PublicView]] = {}
        self._lock = threading.Lock()

    def of(self, site: Site) -> PublicView:
        with self._lock:
            kept = self._kept.get(site.id)
            if kept is None or self._monotonic() - kept[0] >= KEPT_S:
                kept = self._kept[site.id] = (self._monotonic(), see_public(self._house, site))
            return kept[1]


def mount_public(app: FastAPI, house: House, *, monotonic: Callable[[], float] = time.monotonic) -> None:
    """Serve `/public` (all public sites) and `/public/<site>`. Sites without `public_page:` are answered like unknown ones."""
    pictures = _Pictures(house, monotonic)

    def open_sites() -> list[Site]:
        return [site for _, site in sorted(house.sites.items()) if site.public_page is not None]

    def cluster_of(site: Site) -> Cluster | None:
        open_ones = (cluster for cluster in house.clusters if cluster.public_page is not None)
        return next((cluster for cluster in open_ones if site.id in {one.id for one in cluster.sites}), None)

    @app.get(ROOT, include_in_schema=False)
    def all_sites(request: Request, lang: str = "") -> Response:
        sites = open_sites()
        if not sites:
            return _unknown()
        if len(sites) == 1:
            return RedirectResponse(f"{ROOT}/{sites[0].id}", 307)
        cluster = next((cluster for cluster in house.clusters if cluster.public_page is not None), None)
        return _answer(lambda: sites_page([pictures.of(site) for site in sites], cluster, _language(request, lang), ROOT))

    @app.get(ROOT + "/{site_id}", include_in_schema=False)
    def one_site(request: Request, site_id: str, lang: str = "") -> Response:
        site = next((site for site in open_sites() if site.id == site_id), None)
        if site is None:
            return _unknown()
        return _answer(lambda: site_page(pictures.of(site), _language(request, lang), ROOT, cluster_of(site)))


def _language(request: Request, asked: str) -> str:
    return asked if asked in MESSAGES.languages() else choose_language(request.headers.get("accept-language"))


def _unknown() -> Response:
    return PlainTextResponse("There is no public page here.", 404)


def _answer(make: Callable[[], str]) -> Response:
    """The page; 503 while the stores are away."""
    try:
        return HTMLResponse(make(), headers=_HEADERS)
    except RetryableError:
        return PlainTextResponse("The figures cannot be had at the moment; try again in a minute.", 503, {"Retry-After": "60"})
