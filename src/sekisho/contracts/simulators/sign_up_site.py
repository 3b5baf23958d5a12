"""A made-up sign-up site to click through: a page for a person, and behind it the HTTP interface.

``start()`` serves it; :meth:`SignUpSite.open_for` gives it the sign-up system it works with. Its page lets a made-up
person sign with a simulated card, and sign in at each simulated provider; the provider sends the browser back to
``/callback``. A sign-in is bound to the browser that began it, by a cookie.

Beside it stands the reader app of the made-up person: ``POST /card`` with ``nonce`` (hexadecimal) and ``text`` (base64)
of a challenge is answered by the document of the format ``jpki``, signed. For those who try the interface themselves.

It isn't a site to build on: whoever reaches it may sign up as the made-up person.
"""

from __future__ import annotations

import base64
import hmac
import itertools
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import httpx

from sekisho.contracts.simulators.loopback import HEADER, LabelledHandler, Served
from sekisho.contracts.simulators.sign_up import SignUp

CALLBACK: Final = "/callback"
MOST_BEGUN: Final = 100
"""Sign-ins under way that are remembered; the oldest is forgotten."""
MAX_FORM: Final = 4 * 1024

_COOKIE: Final = "sekisho_simulator_browser"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-ancestors 'none'"

Sign = Callable[[SignUp, str], dict[str, Any]]
"""Signs and decides: given the system and a reference, the decision."""
Decide = Callable[[SignUp, str, list[dict[str, Any]]], dict[str, Any]]
"""Decides with the evidence that a sign-in gave."""
Card = Callable[[bytes, bytes], dict[str, Any]]
"""Signs: given nonce and text of a challenge, the document of the format ``jpki``."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the page offers it. ``more`` goes into the finish; ``decide`` is what its evidence is for."""

    issuer: str
    label: str
    more: Callable[[], Mapping[str, Any]]
    decide: Decide


@dataclass(frozen=True, slots=True)
class _Begun:
    browser: str
    application: str
    provider: Provider


@dataclass(slots=True)
class SignUpSite(Served):
    """The site. Says that it isn't open until :meth:`open_for`."""

    system: SignUp | None = None
    sign: Sign | None = None
    card: Card | None = None
    providers: dict[str, Provider] = field(default_factory=dict)
    begun: dict[str, _Begun] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def callback(self) -> str:
        """The address that providers send browsers back to."""
        return self.address + CALLBACK

    def open_for(self, system: SignUp, sign: Sign, providers: Mapping[str, Provider], card: Card) -> None:
        """Work with this system from now on."""
        self.providers, self.sign, self.card, self.system = dict(providers), sign, card, system

    def reference(self) -> str:
        """A new application's."""
        return f"SITE-{next(self.numbers):04d}"

    def began(self, state: str, begun: _Begun) -> None:
        """Remember a sign-in under way."""
        with self.lock:
            self.begun[state] = begun
            while len(self.begun) > MOST_BEGUN:
                del self.begun[next(iter(self.begun))]

    def came_back(self, state: str, browser: str) -> _Begun | None:
        """The sign-in of this state, once, for the browser that began it."""
        with self.lock:
            found = self.begun.get(state)
            if found is None or not hmac.compare_digest(found.browser, browser):
                return None
            return self.begun.pop(state)


def start(port: int = 0) -> SignUpSite:
    """Serve the site on loopback."""
    site = SignUpSite()
    site.serve(port, _Handler)
    return site


class _Handler(LabelledHandler):
    running: SignUpSite
    label = "Sekisho simulator of a sign-up site; a made-up applicant"

    def do_GET(self) -> None:  # noqa: N802  http.server's name
        """The page, or what a provider sent the browser back with."""
        parts = urlsplit(self.path)
        if self.running.system is None:
            self._page(HTTPStatus.SERVICE_UNAVAILABLE, "<p>準備中です。 Not open yet.</p>")
        elif parts.path == "/":
            self._page(HTTPStatus.OK, _front(self.running.providers))
        elif parts.path == CALLBACK:
            self._answered(lambda: self._callback(dict(parse_qsl(parts.query))))
        else:
            self._page(HTTPStatus.NOT_FOUND, "<p>404</p>")

    def do_POST(self) -> None:  # noqa: N802  http.server's name
        """A button."""
        announced = self.headers.get("Content-Length", "")
        body = self.rfile.read(min(int(announced) if announced.isdigit() else 0, MAX_FORM))
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        # A form of another site's page would act in this browser's name.
        if self.headers.get("Origin", self.running.address) != self.running.address or self.running.system is None:
            self._page(HTTPStatus.FORBIDDEN, "<p>403</p>")
        elif self.path == "/card":
            self._card(body)
        elif self.path == "/sign":
            self._answered(self._sign)
        elif self.path == "/begin" and form.get("provider") in self.running.providers:
            self._answered(lambda: self._begin(self.running.providers[form["provider"]]))
        else:
            self._page(HTTPStatus.NOT_FOUND, "<p>404</p>")

    def _answered(self, act: Callable[[], None]) -> None:
        """What the interface refuses is shown as it says it."""
        try:
            act()
        except httpx.HTTPStatusError as error:
            self._page(HTTPStatus.OK, f"<h2>{error.response.status_code}</h2>{_shown(error.response.json())}")
        except httpx.HTTPError:
            self._page(HTTPStatus.BAD_GATEWAY, "<p>サーバーが答えません。 The server doesn't answer.</p>")

    def _card(self, body: bytes) -> None:
        try:
            asked = json.loads(body)
            nonce, text = bytes.fromhex(asked["nonce"]), base64.b64decode(asked["text"], validate=True)
        except (ValueError, KeyError, TypeError):
            self.send(HTTPStatus.BAD_REQUEST, b"")
            return
        if self.running.card is not None:
            document = json.dumps(self.running.card(nonce, text)).encode()
            self.send(HTTPStatus.OK, document, media_type="application/json")

    def _sign(self) -> None:
        site = self.running
        if site.system is not None and site.sign is not None:
            self._decided(site.sign(site.system, site.reference()))

    def _begin(self, provider: Provider) -> None:
        site, browser = self.running, self._browser() or secrets.token_urlsafe(24)
        if site.system is None:
            return
        application = site.reference()
        begun = site.system.begin(application, provider.issuer)
        site.began(begun["state"], _Begun(browser, application, provider))
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header(HEADER, self.label)
        self.send_header("Location", begun["address"])
        self.send_header("Set-Cookie", f"{_COOKIE}={browser}; HttpOnly; SameSite=Lax; Path=/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _callback(self, came: Mapping[str, str]) -> None:
        site = self.running
        begun = site.came_back(came.get("state", ""), self._browser())
        if begun is None or site.system is None:
            self._page(HTTPStatus.FORBIDDEN, "<p>このブラウザーで始めたサインインではありません。 Not begun here.</p>")
            return
        kept = site.system.finish(begun.application, came, **begun.provider.more())
        self._decided(begun.provider.decide(site.system, begun.application, kept))

    def _decided(self, decision: Mapping[str, Any]) -> None:
        head = f"<h2>{escape(decision['application'])}: {escape(decision['verdict'])}</h2>"
        step = escape(f"{decision['next_step']['ja']} / {decision['next_step']['en']}")
        reports = [
            {"item": one["item"], "format": one["format"], **_brief(one["report"])} for one in decision["evidence"]
        ]
        link = f"<p>{step}</p><p>台帳 / ledger #{decision['ledger_index']}: {escape(decision['id'])}</p>"
        self._page(HTTPStatus.OK, head + link + _shown(reports) + "<p><a href='/'>← もどる / back</a></p>")

    def _browser(self) -> str:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(_COOKIE)
        except CookieError:
            return ""
        return "" if found is None else found.value

    def _page(self, status: HTTPStatus, body: str) -> None:
        page = (
            "<!doctype html><html lang=ja><meta charset=utf-8><title>シミュレーター</title>"
            "<p style='background:#fd0;padding:1em'><strong>シミュレーター / simulator</strong>："
            "架空の申込みサイトです。 A made-up sign-up site; the applicant is made up.</p>"
            f"{body}</html>"
        ).encode()
        self.send_response(status)
        self.send_header(HEADER, self.label)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


def _front(providers: Mapping[str, Provider]) -> str:
    buttons = "".join(
        f"<p><button name=provider value='{escape(name)}'>{escape(one.label)}</button></p>"
        for name, one in providers.items()
    )
    return (
        "<form method=post action=/sign><button>マイナンバーカード（模擬）で署名して申し込む"
        " / Sign up with a simulated My Number card</button></form>"
        f"<form method=post action=/begin>{buttons}</form>"
    )


def _brief(report: Mapping[str, Any]) -> dict[str, Any]:
    steps = {step["number"]: step["state"] for step in report["steps"]}
    return {"steps": steps, "facts": report["facts"], "failure": report["failure"]}


def _shown(document: object) -> str:
    return f"<pre>{escape(json.dumps(document, ensure_ascii=False, indent=2))}</pre>"
