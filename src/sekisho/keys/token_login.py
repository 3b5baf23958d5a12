"""Logging in to a PKCS#11 token, which a process does once for all its sessions (PKCS#11 2.40 base section 5.6,
C_Login).

So logins are counted here: the first keyring logs in, each has a session of its own, and the last to close logs out.
The PIN given by a later one is compared with the first's, since the token would not ask again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pkcs11

from sekisho.keys.errors import CouldNotUnlock, KeyringUnavailable


@dataclass(frozen=True, slots=True)
class Token:
    """Where the keys are. The PIN is not shown by ``repr``; never take it from a command line."""

    library: Path
    label: str
    pin: str = field(repr=False)


@dataclass(slots=True)
class _Login:
    slot: Any
    session: Any
    pin_digest: bytes
    users: int = 0


_guard = threading.Lock()
_logins: dict[tuple[str, str], _Login] = {}
_digest_key = secrets.token_bytes(32)


@contextmanager
def asking_token() -> Iterator[None]:
    """Turns the token's errors into ``KeyringUnavailable``, naming the kind of error and nothing of what was sent."""
    try:
        yield
    except pkcs11.PKCS11Error as error:
        raise KeyringUnavailable(why=f"token: {type(error).__name__}") from error


def _logged_in(token: Token) -> _Login:
    digest = hmac.digest(_digest_key, token.pin.encode(), hashlib.sha256)
    known = _logins.get((str(token.library), token.label))
    if known is not None:
        if not hmac.compare_digest(known.pin_digest, digest):
            raise CouldNotUnlock(path=token.label, means="PIN")
        return known
    try:
        slot = pkcs11.lib(str(token.library)).get_token(token_label=token.label)
        session = slot.open(rw=True, user_pin=token.pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise CouldNotUnlock(path=token.label, means="PIN") from None
    except RuntimeError as error:
        # PKCS11Error is one; a library that can't be loaded is another.
        raise KeyringUnavailable(why=f"token {token.label!r}: {type(error).__name__}") from error
    made = _logins[str(token.library), token.label] = _Login(slot, session, digest)
    return made


def open_session(token: Token) -> Any:
    """A read-write session, logged in.

    ``CouldNotUnlock`` for a wrong PIN. Give it to :func:`close_session` when done.
    """
    with _guard:
        login = _logged_in(token)
        with asking_token():
            session = login.slot.open(rw=True)
        login.users += 1
        return session


def close_session(token: Token, session: Any) -> None:
    """Close ``session``; the last one of this process logs out."""
    with _guard, asking_token():
        session.close()
        login = _logins[str(token.library), token.label]
        login.users -= 1
        if login.users == 0:
            del _logins[str(token.library), token.label]
            login.session.close()
