"""The page for signing in, in plain HTML: name and password, or by the provider. It needs no script."""

from __future__ import annotations

from functools import cache
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.door import Gateway, address_of, gateway_of
from gateway.form_body import bounded_body
from gateway.problems import Problem
from gateway.routes.people import check_password, note
from gateway.signin import oidc
from gateway.signin.sessions import COOKIE, caller_of_session, drop_cookie, is_secure, open_session, refuse_other_sites, set_cookie
from gateway.signin.words import MESSAGES, language_asked
from premises.desks import Person

log = structlog.get_logger("gateway")

PATH = "/sign-in"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("gateway.signin"), autoescape=True, undefined=StrictUndefined)


def mount_sign_in(app: FastAPI, gateway: Gateway, *, home: str = "/") -> None:
    """Serve the form at `/sign-in`, and `/sign-out`. home: where people go who came from nowhere."""
    provider = oidc.Provider(gateway.settings.oidc) if gateway.settings.oidc is not None else None
    desk = _Desk(provider, home)
    routes = APIRouter(include_in_schema=False)
    routes.get(PATH)(desk.ask)
    routes.post(PATH)(desk.take)
    routes.post("/sign-out")(desk.leave)
    if provider is not None:
        routes.get(f"{PATH}/provider")(desk.away)
        routes.get(f"{PATH}/back")(desk.back)
    app.include_router(routes)


class _Desk:
    def __init__(self, provider: oidc.Provider | None, home: str) -> None:
        self.provider = provider
        self.home = home

    def ask(self, request: Request) -> Response:
        return self._form(request, following=request.query_params.get("next", ""))

    async def take(self, request: Request) -> Response:
        form = parse_qs((await bounded_body(request)).decode("utf-8", "replace"), max_num_fields=8)
        person, password, following = (form.get(name, [""])[0] for name in ("person", "password", "next"))
        gateway = gateway_of(request)
        try:
            refuse_other_sites(request)
            known = await run_in_threadpool(check_password, gateway, request, person.strip().lower()[:100], password[:201])
        except Problem as problem:
            fault = {"too-many-requests": "too_many", "bad-sign-in": "wrong"}.get(problem.kind.name, "not_here")
            return self._form(request, fault, problem.kind.status, following)
        return await run_in_threadpool(self._signed_in, request, known, following)

    def leave(self, request: Request) -> Response:
        gateway, answer = gateway_of(request), RedirectResponse(PATH, 303)
        refuse_other_sites(request)
        caller = caller_of_session(gateway.house, request.cookies.get(COOKIE, ""))
        if caller is not None and gateway.house.people is not None:
            gateway.house.people.close_session(caller.session)
            gateway.audit(caller, "session.closed", f"person {caller.key.prefix}")
        drop_cookie(answer)
        return answer

    def away(self, request: Request) -> Response:
        """Off to the provider, with what must come back in a cookie of ten minutes."""
        assert self.provider is not None
        gateway = gateway_of(request)
        if gateway.unkeyed.take(address_of(request)) > 0:
            return self._form(request, "too_many", 429)
        try:
            url, errand = self.provider.away(self._back_address(request), request.query_params.get("next", "")[:500], gateway.now())
        except oidc.ProviderFaultError as error:
            log.warning("provider", fault=str(error))
            return self._form(request, "provider_away", 503)
        answer = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
        secure = is_secure(request, gateway.settings.secure_cookie)
        told = errand.signed(self.provider.secret)
        answer.set_cookie(oidc.COOKIE, told, max_age=oidc.AWAY_S, path=PATH, httponly=True, samesite="lax", secure=secure)
        return answer

    def back(self, request: Request) -> Response:
        """From the provider: only with the state that this browser was sent away with."""
        assert self.provider is not None
        gateway, asked = gateway_of(request), request.query_params
        errand = oidc.errand_of(request.cookies.get(oidc.COOKIE, ""), self.provider.secret, gateway.now())
        if errand is None or asked.get("state", "") != errand.state or not asked.get("code"):
            return self._form(request, "provider_refused", 403)
        try:
            claims = self.provider.back(self._back_address(request), asked["code"][:2_000], errand, gateway.now())
            if gateway.house.people is None:
                raise Problem("not-set-up")
            person = oidc.person_of(gateway.house.people, self.provider.settings, claims)
        except oidc.ProviderFaultError as error:
            log.warning("provider", fault=str(error))
            return self._form(request, "provider_refused", 403)
        except Problem as problem:
            return self._form(request, "unknown_here", problem.kind.status)
        answer = self._signed_in(request, person, errand.following)
        answer.delete_cookie(oidc.COOKIE, path=PATH)
        return answer

    def _back_address(self, request: Request) -> str:
        return f"{'https' if is_secure(request, gateway_of(request).settings.secure_cookie) else 'http'}://{request.url.netloc}{PATH}/back"

    def _signed_in(self, request: Request, person: Person, following: str) -> Response:
        gateway = gateway_of(request)
        secret, session = open_session(gateway.house, person, gateway.settings.session_hours)
        answer = RedirectResponse(self._local(following), 303, {"Cache-Control": "no-store"})
        set_cookie(answer, secret, session, gateway.now(), secure=is_secure(request, gateway.settings.secure_cookie))
        note(gateway, person, "session.opened")
        return answer

    def _local(self, following: str) -> str:
        """Only to a place of this server, whatever a form says."""
        plain = following.startswith("/") and "//" not in following and following.isprintable() and "\\" not in following
        return following if plain and len(following) <= 500 else self.home

    def _form(self, request: Request, fault: str = "", status: int = 200, following: str = "") -> Response:
        language = language_asked(request.headers.get("accept-language"))
        label = self.provider.settings.label if self.provider is not None else ""
        text = (
            _templates()
            .get_template("sign_in.html")
            .render(
                language=language,
                say=lambda key, **values: MESSAGES.say(language, key, **values),
                action=PATH,
                following=self._local(following) if following else "",
                fault=fault,
                provider=label,
            )
        )
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY}
        return HTMLResponse(text, status, headers)
