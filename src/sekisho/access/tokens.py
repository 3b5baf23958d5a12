"""API tokens: ``sk_<id>_<secret>``. Pure: randomness and time are given.

The id (64 bits, 16 hex digits) finds the row; the secret (256 bits, 64 hex digits) proves it. Only a hash of the
secret is kept. Since it is random, not chosen by a person, one SHA-256 is enough: there is nothing to guess through.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sekisho.access.errors import (
    AccessTermsRefused,
    ScopesExceedRoles,
    TokenExpired,
    TokenNotAccepted,
    TokenRevoked,
)
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of

ID_BYTES: Final = 8
SECRET_BYTES: Final = 32
MAX_TOKEN_LIFE: Final = timedelta(days=366)
"""Longest life of a token. A house limit: one renewal a year keeps it known who still needs one."""

_TOKEN = re.compile(r"sk_([0-9a-f]{16})_([0-9a-f]{64})", re.ASCII)
_LABEL = b"sekisho token/1\x00"
_NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A token as somebody shows it: well-formed, nothing more."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """What is kept of a token."""

    id: str
    staff_id: str
    secret_hash: bytes = field(repr=False)
    scopes: frozenset[Scope]
    issued_at: datetime
    issued_by: str
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """What is known of a token's holder at the moment it is shown."""

    kind: StaffKind
    roles: frozenset[Role]
    has_left: bool


def write_token(token_id: str, secret: bytes) -> str:
    """The token to hand over, once. ``secret`` must be ``SECRET_BYTES`` random bytes."""
    text = f"sk_{token_id}_{secret.hex()}"
    if not _TOKEN.fullmatch(text):
        raise ValueError("a token needs 8 bytes of id in hex and 32 of secret")
    return text


def read_token(text: str) -> PresentedToken:
    """The parts of a token; ``TokenNotAccepted`` for anything that isn't exactly one."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise TokenNotAccepted
    return PresentedToken(match[1], bytes.fromhex(match[2]))


def secret_hash(token: PresentedToken, *, pepper: bytes | None) -> bytes:
    """What is kept of the secret, 32 bytes, bound to the token's id.

    ``pepper`` is a key of the workspace; with it, whoever can write the database alone can't plant a token.
    """
    data = _LABEL + token.id.encode("ascii") + token.secret
    return hashlib.sha256(data).digest() if pepper is None else hmac.digest(pepper, data, hashlib.sha256)


def check_terms(
    staff_id: str, roles: Iterable[Role], scopes: frozenset[Scope], *, issued_at: datetime, expires_at: datetime
) -> None:
    """``ScopesExceedRoles`` or ``AccessTermsRefused`` if such a token may not be issued."""
    if not scopes:
        raise AccessTermsRefused(field="scopes", why="none given")
    beyond = scopes - scopes_of(roles)
    if beyond:
        raise ScopesExceedRoles(staff_id=staff_id, scopes=", ".join(sorted(beyond)))
    if not issued_at < expires_at <= issued_at + MAX_TOKEN_LIFE:
        raise AccessTermsRefused(field="expires_at", why=f"from now to {MAX_TOKEN_LIFE.days} days ahead")


def judge(
    token: PresentedToken,
    record: TokenRecord | None,
    holder: Holder | None,
    *,
    now: datetime,
    pepper: bytes | None,
) -> Principal:
    """Who shows ``token``, from what was found under its id.

    (1) the secret matches, compared in constant time, also when nothing was found; (2) not revoked, holder still here;
    (3) not expired; (4) scopes: those of the token that the holder's roles allow now. Only after (1) is anything told.
    Whether the scopes suffice is the caller's question: :meth:`sekisho.access.principal.Principal.require`.
    """
    # Step 1.
    kept = _NO_HASH if record is None else record.secret_hash
    same = hmac.compare_digest(kept, secret_hash(token, pepper=pepper))
    if not same or record is None or holder is None or record.id != token.id:
        raise TokenNotAccepted
    # Step 2.
    if record.revoked_at is not None or holder.has_left:
        raise TokenRevoked(token_id=record.id)
    # Step 3.
    if now >= record.expires_at:
        raise TokenExpired(token_id=record.id, expires_at=record.expires_at.isoformat())
    # Step 4.
    scopes = record.scopes & scopes_of(holder.roles)
    return Principal(record.staff_id, holder.kind, scopes, Proof.TOKEN, record.id, record.expires_at)
