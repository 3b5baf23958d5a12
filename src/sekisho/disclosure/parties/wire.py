"""Signed messages over HTTP to another instance: sends what it is given, checks who answered, follows nothing.

TLS, or plain HTTP on loopback. No redirect, no cookie, no proxy from the environment, no compression; never reads
more, or for longer, than it was told to.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import httpx
import orjson

from sekisho.disclosure.parties.wire_errors import AnswerTooLarge, PartyUnreachable

TIMEOUT_SECONDS: Final = 30.0
MAX_ANSWER: Final = 64 * 1024 * 1024
"""Bytes of an answer: a package of 32 MiB in Base64, and the rest."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> str:
        """Why it was refused, as far as it says so in a word."""
        try:
            told = orjson.loads(self.body)
            reason = str(told["title"])[:60] if isinstance(told, dict) else ""
        except (orjson.JSONDecodeError, KeyError):
            reason = ""
        return f"HTTP {self.status} {reason if reason.isascii() and reason.isprintable() else ''}".strip()


class Wire(Protocol):
    """Sends one message and gives what came back. It is JSON, unless ``headers`` have a ``content-type``."""

    def send(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """``url`` is the instance, ``address`` the path. Raises ``PartyUnreachable``, ``AnswerTooLarge``."""
        ...


@dataclass(frozen=True, slots=True)
class HttpWire:
    """A ``Wire`` over HTTP. Thread-safe; keeps no connection. ``timeout`` is for a whole answer, in seconds."""

    timeout: float = TIMEOUT_SECONDS

    def send(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """As ``Wire.send``."""
        sent = {"content-type": "application/json", **headers, "accept-encoding": "identity"}
        until = time.monotonic() + self.timeout
        found = bytearray()
        try:
            with (
                httpx.Client(trust_env=False, follow_redirects=False, timeout=self.timeout) as client,
                client.stream("POST", url + address, headers=sent, content=body) as answer,
            ):
                for part in answer.iter_raw():
                    found += part
                    if len(found) > MAX_ANSWER:
                        raise AnswerTooLarge(limit=MAX_ANSWER)
                    if time.monotonic() > until:
                        # httpx's own limit is for each part, and a byte now and then keeps within it for ever.
                        raise PartyUnreachable(problem="timed out")
                return Reply(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, bytes(found))
        except httpx.TimeoutException:
            raise PartyUnreachable(problem="timed out") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise PartyUnreachable(problem="no connection, or it broke") from None
