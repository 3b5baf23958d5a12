"""A calls desk over HTTP: everybody with a token of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from sekisho.access import service as access
from sekisho.access.roles import SCOPES, Scope
from sekisho.api.app import create_app
from tests.calls.desk import NOW, STAFF, CallDesk


@dataclass(slots=True)
class HttpCalls:
    """The interface of one calls desk."""

    desk: CallDesk
    app: Any
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, who: str, method: str, address: str, *, key: str | None = None, **more: Any) -> httpx.Response:
        """One request of somebody under ``/v1/calls``."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | ({} if key is None else {"Idempotency-Key": key})

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://sekisho") as client:
                return await client.request(method, f"/v1/calls{address}", headers=headers, **more)

        return asyncio.run(send())

    def post(self, who: str, address: str, **body: Any) -> Any:
        """What a request that goes well answers."""
        key = body.pop("key", None)
        found = self.ask(who, "POST", address, key=key, json=body)
        assert found.status_code == 200, found.text
        return found.json()

    def refused(self, who: str, address: str, **body: Any) -> str:
        """The reason of one that is refused, told as a problem."""
        key = body.pop("key", None)
        found = self.ask(who, "POST", address, key=key, json=body)
        assert found.headers["content-type"].startswith("application/problem+json"), found.text
        assert 400 <= found.status_code < 500
        return str(found.json()["title"])

    def token(self, who: str, *scopes: Scope) -> str:
        """One more token of somebody."""
        with self.desk.workspace.database.read() as connection:
            admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
        until = NOW + timedelta(days=9)
        issue = partial(access.issue_token, actor=admin, staff_id=who, scopes=scopes, expires_at=until, now=NOW)
        return str(self.desk.workspace.change(issue).text)


@contextmanager
def calls_over_http(desk: CallDesk) -> Iterator[HttpCalls]:
    """The interface, and a token with all scopes of their role for everybody."""
    made = HttpCalls(desk, create_app(desk.workspace))
    for name, role in STAFF.items():
        made.tokens[name] = made.token(name, *sorted(SCOPES[role]))
    yield made
