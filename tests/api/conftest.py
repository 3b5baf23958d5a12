"""A workspace behind its HTTP interface: in this process, and as a real server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sekisho.api.app import create_app
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.cli.conftest import (  # noqa: F401  fixtures of that package, used here too
    ACCEPTED,
    PROGRAM,
    PROJECT,
    Shop,
    document,
    either_shop,
    model,
    plain_surroundings,
    shop,
)

APPLICATION: dict[str, Any] = json.loads(ACCEPTED.read_bytes())


def issue(shop: Shop, *scopes: str, holder: str = "signup") -> str:  # noqa: F811  an argument, not the fixture
    """A token of ``holder`` with these scopes."""
    options = [part for scope in scopes for part in ("--scope", scope)]
    token: str = document(shop.run("staff", "token", holder, *options, "--json", by="admin"))["token"]
    return token


@dataclass(frozen=True, slots=True)
class Api:
    """The application over one open workspace, and a token that may decide, attest and read."""

    workspace: Workspace
    app: Any
    token: str

    def request(
        self,
        method: str,
        address: str,
        *,
        token: str | None = "",
        headers: dict[str, Any] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """One request. ``token`` None sends none."""
        return asyncio.run(self.requests([(method, address, {"token": token, "headers": headers or {}, **more})]))[0]

    async def requests(self, wanted: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        """Several requests at once."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://sekisho") as client:

            async def send(method: str, address: str, more: dict[str, Any]) -> httpx.Response:
                token = more.pop("token", "")
                headers = dict(more.pop("headers", {}))
                if token is not None:
                    headers.setdefault("Authorization", f"Bearer {token or self.token}")
                return await client.request(method, address, headers=headers, **more)

            return list(await asyncio.gather(*(send(*each) for each in wanted)))

    def decide(self, application: Any = APPLICATION, **more: Any) -> httpx.Response:
        """Ask for a decision."""
        return self.request("POST", "/v1/contracts/decisions", json=application, **more)

    def size(self) -> int:
        """How many leaves the ledger has."""
        self.workspace.checkpoint()
        return self.workspace.ledger().size


@pytest.fixture
def api(shop: Shop) -> Iterator[Api]:  # noqa: F811  asks for the fixture
    """The interface of a workspace of this test's own, in this process."""
    token = issue(shop, "decide", "attest", "read")
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        yield Api(workspace, create_app(workspace), token)


@dataclass(frozen=True, slots=True)
class Server:
    """A running ``sekisho serve``."""

    process: subprocess.Popen[bytes]
    address: str

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextmanager
def serving(shop: Shop) -> Iterator[Server]:  # noqa: F811  an argument, not the fixture
    """A server on a free port of loopback. Killed at the end if it still runs."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    process = subprocess.Popen(
        [str(PROGRAM), "--workspace", str(shop.path), "serve", "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT, env=surroundings,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            assert process.stderr is not None
            raise AssertionError(process.stderr.read().decode())
        yield Server(process, json.loads(line)["address"].removesuffix("v1/"))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
