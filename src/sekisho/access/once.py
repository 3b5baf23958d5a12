"""What somebody asks for twice under one idempotency key is made once. Pure but for the callables it is given."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from sekisho.access.principal import Principal
from sekisho.errors import IdempotencyKeyReused, InputRefused

_Made = TypeVar("_Made")


def id_of(prefix: str, by: Principal, key: str | None) -> str:
    """An id that anybody's request under a key has always: 128 bits over who asks, what and the key. Without a key
    a random one. It hides nothing: neither the person nor the key is a secret."""
    if key is None:
        return prefix + secrets.token_hex(8)
    said = b"\x00".join((b"sekisho once/1", prefix.encode(), by.staff_id.encode(), key.encode()))
    return prefix + hashlib.sha256(said).hexdigest()[:32]


def once(
    key: str | None,
    made: str,
    *,
    find: Callable[[str], _Made | None],
    make: Callable[[], _Made],
    same: Callable[[_Made], bool],
) -> _Made:
    """What ``make`` gives, or what it gave when the same was asked for under ``key`` before, at the same moment too.
    ``same`` says whether what was found is what is asked for now.

    Raises ``IdempotencyKeyReused`` where something else was asked for, and what ``make`` raises.
    """
    found = None if key is None else find(made)
    if found is None:
        try:
            return make()
        except (IntegrityError, InputRefused):
            # The same request at the same moment: it is there now, or what is wrong is something else.
            found = None if key is None else find(made)
            if found is None:
                raise
    if not same(found):
        raise IdempotencyKeyReused(key=key)
    return found
