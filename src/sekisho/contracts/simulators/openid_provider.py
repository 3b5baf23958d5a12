"""Simulated OpenID providers over real HTTP on loopback: デジタル認証アプリ, gBizID, a carrier and a bank.

``start()`` serves one until it is closed::

    with start(CARRIER, clock=clock) as running:
        running.provider_file("https://shop.example/callback")   # the trust file oidc_provider
        running.credential                                       # the client's key (PEM) or secret

It implements discovery, JWKS, authorization (a page on which one of the made-up people is chosen, or at once with the
parameter ``simulator_person``), token (code used once and for five minutes, PKCE, private_key_jwt whose jti counts
once, or client_secret_basic) and userinfo. Every answer carries the header ``X-Sekisho-Simulator``.

It isn't a provider to rely on: anybody who reaches it is anybody of its people.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final, Self
from urllib.parse import parse_qsl, unquote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sekisho.clock import Clock, SystemClock
from sekisho.contracts.evidence.oidc.authorization import challenge_of
from sekisho.contracts.evidence.oidc.client import ASSERTION_TYPE
from sekisho.contracts.evidence.oidc.profile import ClientAuthentication
from sekisho.contracts.simulators.openid_people import Account, Personality

CODE_LIFE: Final = timedelta(minutes=5)
"""gBizID's guideline; RFC 6749 section 4.1.2 recommends no more than ten minutes."""
TOKEN_LIFE: Final = timedelta(hours=1)
LABEL: Final = "Sekisho simulator of an OpenID provider; made-up people"

_START_SECONDS: Final = 10.0
_CONTENT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"


@dataclass(slots=True)
class _Grant:
    """One code and what it was given for."""

    account: Account
    asked: Mapping[str, str]
    auth_time: datetime
    expires_at: datetime
    used: bool = False
    access_token: str | None = None


class _Refusal(Exception):
    """An OAuth error answer: ``args`` are its code and the HTTP status."""


@dataclass(slots=True)
class Simulator:
    """The provider itself: state and answers. ``session_age`` is how long ago people signed in (0: just now)."""

    personality: Personality
    base: str
    clock: Clock
    redirect_uris: tuple[str, ...]
    client_id: str
    client_key: ECKey | None
    client_secret: str | None = field(repr=False)
    key: ECKey | RSAKey = field(repr=False)
    session_age: timedelta = timedelta(0)
    grants: dict[str, _Grant] = field(default_factory=dict, repr=False)
    tokens: dict[str, _Grant] = field(default_factory=dict, repr=False)
    seen_jti: set[str] = field(default_factory=set, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def issuer(self) -> str:
        """Exactly as in its documents and tokens, with the final slash where the real one has it."""
        return self.base + self.personality.path

    def _address(self, name: str) -> str:
        return f"{self.issuer.removesuffix('/')}/{name}"

    # --- documents ---

    def metadata(self) -> dict[str, Any]:
        """The discovery document."""
        profile = self.personality.profile
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self._address("authorize"),
            "token_endpoint": self._address("token"),
            "userinfo_endpoint": self._address("userinfo"),
            "jwks_uri": self._address("jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": [self.personality.algorithm],
            "token_endpoint_auth_methods_supported": [profile.client_authentication.value],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": list(profile.scopes),
            "authorization_response_iss_parameter_supported": self.personality.answers_with_issuer,
            "sekisho_simulator": LABEL,
        }

    def jwks(self) -> dict[str, Any]:
        """Its public key."""
        return {"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": self.personality.algorithm}]}

    # --- authorization ---

    def authorize(self, asked: Mapping[str, str]) -> Response:
        """The page on which a person is chosen, or the redirect once one is."""
        if asked.get("client_id") != self.client_id or asked.get("redirect_uri") not in self.redirect_uris:
            # RFC 6749 section 4.1.2.1: no redirect to an address that isn't the client's.
            return HTMLResponse(_page("<p>client_id / redirect_uri</p>"), status_code=400)
        if asked.get("response_type") != "code":
            return self._back(asked, {"error": "unsupported_response_type"})
        if asked.get("code_challenge_method", "S256") != "S256" or (
            "code_challenge" not in asked and self.personality.profile.pkce_advertised
        ):
            return self._back(asked, {"error": "invalid_request"})
        chosen = asked.get("simulator_person")
        if chosen is None:
            return HTMLResponse(_page(_chooser(asked, self.personality.accounts)))
        account = next((one for one in self.personality.accounts if one.id == chosen), None)
        if account is None:
            return self._back(asked, {"error": "access_denied"})
        now, code = self.clock.now(), secrets.token_urlsafe(32)
        with self.lock:
            self.grants[code] = _Grant(account, dict(asked), now - self.session_age, now + CODE_LIFE)
        return self._back(asked, {"code": code})

    def _back(self, asked: Mapping[str, str], said: Mapping[str, str]) -> Response:
        parameters = {**said, "state": asked.get("state", "")}
        if self.personality.answers_with_issuer:
            parameters["iss"] = self.issuer
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(parameters)}", status_code=303)

    # --- token ---

    def token(self, headers: Mapping[str, str], given: Mapping[str, str]) -> Response:
        """The token endpoint."""
        try:
            self._check_client(headers, given)
            with self.lock:
                grant = self._redeem(given)
        except _Refusal as refusal:
            return JSONResponse({"error": refusal.args[0], "simulator": LABEL}, status_code=refusal.args[1])
        now = self.clock.now()
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self._subject(grant.account),
            "aud": self.client_id,
            "exp": int((now + TOKEN_LIFE).timestamp()),
            "iat": int(now.timestamp()),
            "auth_time": int(grant.auth_time.timestamp()),
            **({"nonce": grant.asked["nonce"]} if "nonce" in grant.asked else {}),
            **self.personality.event(grant.asked),
        }
        answer = {
            "access_token": grant.access_token,
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "id_token": self._signed(claims),
            "simulator": LABEL,
        }
        return JSONResponse(answer)

    def _redeem(self, given: Mapping[str, str]) -> _Grant:
        if given.get("grant_type") != "authorization_code":
            raise _Refusal("unsupported_grant_type", 400)
        grant = self.grants.get(given.get("code", ""))
        if grant is None or self.clock.now() >= grant.expires_at:
            raise _Refusal("invalid_grant", 400)
        if grant.used:
            # RFC 6749 section 4.1.2: a code used twice takes back what it gave the first time.
            self.tokens.pop(grant.access_token or "", None)
            raise _Refusal("invalid_grant", 400)
        grant.used = True
        challenge = grant.asked.get("code_challenge")
        if challenge is not None and not hmac.compare_digest(challenge_of(given.get("code_verifier", "")), challenge):
            raise _Refusal("invalid_grant", 400)
        if given.get("redirect_uri") != grant.asked["redirect_uri"]:
            raise _Refusal("invalid_grant", 400)
        grant.access_token = secrets.token_urlsafe(32)
        self.tokens[grant.access_token] = grant
        return grant

    def _check_client(self, headers: Mapping[str, str], given: Mapping[str, str]) -> None:
        if self.personality.profile.client_authentication is ClientAuthentication.CLIENT_SECRET_BASIC:
            self._check_secret(headers.get("authorization", ""))
        else:
            self._check_assertion(given)

    def _check_secret(self, authorization: str) -> None:
        scheme, _, encoded = authorization.partition(" ")
        try:
            user, _, secret = base64.b64decode(encoded, validate=True).decode("ascii").partition(":")
        except ValueError:
            raise _Refusal("invalid_client", 401) from None
        right = unquote_plus(user) == self.client_id
        if scheme != "Basic" or not right or not hmac.compare_digest(unquote_plus(secret), self.client_secret or ""):
            raise _Refusal("invalid_client", 401)

    def _check_assertion(self, given: Mapping[str, str]) -> None:
        """RFC 7523 section 3, and the jti once only."""
        if given.get("client_assertion_type") != ASSERTION_TYPE or self.client_key is None:
            raise _Refusal("invalid_client", 401)
        try:
            claims = jwt.decode(given.get("client_assertion", ""), self.client_key, algorithms=["ES256"]).claims
        except (JoseError, ValueError):
            raise _Refusal("invalid_client", 401) from None
        jti, now = claims.get("jti"), self.clock.now().timestamp()
        parties = claims.get("iss") == claims.get("sub") == self.client_id and claims.get("aud") == self._address(
            "token"
        )
        in_time = isinstance(claims.get("exp"), int) and now < claims["exp"] <= now + 300
        with self.lock:
            fresh = isinstance(jti, str) and jti not in self.seen_jti
            self.seen_jti.add(str(jti))
        if not (parties and in_time and fresh):
            raise _Refusal("invalid_client", 401)

    # --- userinfo ---

    def userinfo(self, headers: Mapping[str, str]) -> Response:
        """The userinfo endpoint: signed where the personality signs it and the caller takes it."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        with self.lock:
            grant = self.tokens.get(token) if scheme == "Bearer" else None
        if grant is None:
            return JSONResponse({"error": "invalid_token", "simulator": LABEL}, status_code=401)
        claims = {"sub": self._subject(grant.account), **self.personality.claims(grant.account, self.clock.now())}
        if self.personality.signs_userinfo and "application/jwt" in headers.get("accept", ""):
            signed = self._signed({"iss": self.issuer, "aud": self.client_id, **claims})
            return Response(signed, media_type="application/jwt")
        return JSONResponse(claims)

    def _subject(self, account: Account) -> str:
        """Pairwise (OpenID Connect Core section 8.1): another client gets another."""
        return hashlib.sha256(f"{self.issuer} {self.client_id} {account.id}".encode()).hexdigest()[:32]

    def _signed(self, claims: Mapping[str, Any]) -> str:
        algorithm = self.personality.algorithm
        header = {"alg": algorithm, "kid": str(self.key.kid)}
        return jwt.encode(header, dict(claims), self.key, algorithms=[algorithm])


def _page(body: str) -> str:
    return (
        "<!doctype html><html lang=ja><meta charset=utf-8><title>シミュレーター</title>"
        "<p style='background:#fd0;padding:1em'><strong>シミュレーター / simulator</strong>："
        "実在の提供元ではありません。登場する人はすべて架空です。 Not a real provider; all people are made up.</p>"
        f"{body}</html>"
    )


def _chooser(asked: Mapping[str, str], accounts: Sequence[Account]) -> str:
    """One form per person: what was asked, and the choice."""
    kept = "".join(f"<input type=hidden name='{escape(n)}' value='{escape(v)}'>" for n, v in asked.items())
    people = [(one.id, one.label) for one in accounts] + [("-", "提供しない / decline")]
    rows = "".join(
        f"<button name=simulator_person value='{escape(who)}'>{escape(label)}</button> " for who, label in people
    )
    return f"<p>だれとしてサインインしますか。 Sign in as whom?</p><form method=get>{kept}{rows}</form>"


def _app(simulator: Simulator) -> Starlette:
    below = simulator.personality.path.removesuffix("/")

    async def metadata(_: Request) -> Response:
        return JSONResponse(simulator.metadata())

    async def jwks(_: Request) -> Response:
        return JSONResponse(simulator.jwks())

    async def authorize(request: Request) -> Response:
        return simulator.authorize(dict(request.query_params))

    async def token(request: Request) -> Response:
        given = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        return simulator.token(request.headers, given)

    async def userinfo(request: Request) -> Response:
        return simulator.userinfo(request.headers)

    def labelled(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def with_label(request: Request) -> Response:
            response = await answer(request)
            response.headers["X-Sekisho-Simulator"] = LABEL
            response.headers["Cache-Control"] = "no-store"
            response.headers["Content-Security-Policy"] = _CONTENT_POLICY
            return response

        return with_label

    return Starlette(
        routes=[
            Route(f"{below}/.well-known/openid-configuration", labelled(metadata)),
            Route(f"{below}/jwks", labelled(jwks)),
            Route(f"{below}/authorize", labelled(authorize)),
            Route(f"{below}/token", labelled(token), methods=["POST"]),
            Route(f"{below}/userinfo", labelled(userinfo)),
        ]
    )


class Running:
    """A simulator that is served. Close it, or use it in a ``with`` statement."""

    def __init__(self, simulator: Simulator, server: uvicorn.Server, thread: threading.Thread) -> None:
        """Use :func:`start`."""
        self.simulator = simulator
        self._server = server
        self._thread = thread

    @property
    def issuer(self) -> str:
        """The simulator's issuer."""
        return self.simulator.issuer

    @property
    def credential(self) -> bytes:
        """What the one client has: a private key in PEM, or the secret."""
        key = self.simulator.client_key
        return (self.simulator.client_secret or "").encode() if key is None else key.as_pem(private=True)

    def provider_file(self, *, pinned: bool = True) -> bytes:
        """The trust file ``oidc_provider`` of this simulator; with its keys, or without, to be fetched."""
        personality = self.simulator.personality
        made: dict[str, Any] = {
            "profile": personality.profile.name,
            "issuer": self.issuer,
            "client_id": self.simulator.client_id,
            "redirect_uris": list(self.simulator.redirect_uris),
            "answers_with_issuer": personality.answers_with_issuer,
            **personality.settings,
        }
        if pinned:
            made["jwks"] = self.simulator.jwks()
        return json.dumps(made, ensure_ascii=False).encode()

    def close(self) -> None:
        """Stop serving; returns when it has stopped."""
        self._server.should_exit = True
        self._thread.join()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()


def start(
    personality: Personality,
    port: int = 0,
    *,
    redirect_uris: Sequence[str] = ("https://shop.example/callback",),
    clock: Clock | None = None,
) -> Running:
    """Serve one personality on loopback until it is closed. ``port`` 0: any free one."""
    listening = socket.create_server(("127.0.0.1", port))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    basic = personality.profile.client_authentication is ClientAuthentication.CLIENT_SECRET_BASIC
    simulator = Simulator(
        personality,
        base,
        clock or SystemClock(),
        tuple(redirect_uris),
        f"sekisho-{personality.name}",
        None if basic else ECKey.generate_key("P-256"),
        secrets.token_urlsafe(32) if basic else None,
        personality.new_key(),
    )
    settings = uvicorn.Config(
        _app(simulator), loop="asyncio", ws="none", lifespan="off", log_level="critical", access_log=False
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + _START_SECONDS
    while not server.started:
        if time.monotonic() > until or not thread.is_alive():
            server.should_exit = True
            raise TimeoutError("the simulator didn't start")
        time.sleep(0.005)
    return Running(simulator, server, thread)
