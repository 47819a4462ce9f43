"""A client that speaks to an ASGI application without a socket, one event loop for each request."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
from fastapi import FastAPI

from gateway.door import Gateway


class Client:
    """As far as the tests need it, the ways of httpx, without waiting. An exception inside is an answer, not a crash.

    gateway: what the application is to work for; several clients may share one application, which is slow to build.
    """

    def __init__(self, app: FastAPI, address: str = "192.0.2.7", gateway: Gateway | None = None) -> None:
        self.app = app
        self.gateway = gateway
        self._transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 1))

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://studio.example") as client:
                return await client.request(method, url, **more)

        if self.gateway is not None:
            self.app.state.gateway = self.gateway
        return anyio.run(ask)

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self.request("GET", url, **more)

    def put(self, url: str, **more: Any) -> httpx.Response:
        return self.request("PUT", url, **more)

    def post(self, url: str, **more: Any) -> httpx.Response:
        return self.request("POST", url, **more)

    def delete(self, url: str, **more: Any) -> httpx.Response:
        return self.request("DELETE", url, **more)
