"""The world outside a sign-in: who sends messages to a provider, and what is known of a sign-in begun here.

Who knows that is :class:`sekisho.contracts.evidence.jpki.ports.Challenges`, as for every kind. The ``state`` of a
request is one challenge, in hexadecimal. Others are made of its ``nonce`` when the answer has come in, one for each
kind that reads such an answer; their text says what came, so that nobody can put anything else into the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request to a provider. ``limit`` is the most bytes its answer may have."""

    method: str
    address: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    limit: int


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back. ``media_type`` is without parameters, in small letters."""

    status: int
    media_type: str
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Sends a request over TLS (plain HTTP only on loopback), follows no redirect, keeps no cookie."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        """The answer whatever its status; ``ProviderUnreachable`` where there is none, or a redirect.

        ``MessageTooLarge`` past ``request.limit``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in as it was begun: what its answer is compared with."""

    issuer: str
    client_id: str
    application: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    redirect_uri: str
    begun_at: datetime
    acr_values: tuple[str, ...] = ()
    max_age: timedelta | None = None


STATE: Final = "sign-in-state"
"""Purpose of the challenge that a request's ``state`` is: used up when the answer comes in."""

SIGN_IN: Final = "sign-in"
"""Purpose of the challenges made of a request's ``nonce``: used up when the document is taken as evidence."""
