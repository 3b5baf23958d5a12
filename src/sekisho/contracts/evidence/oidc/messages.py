"""Strict JSON for what comes from a provider: bounded, no member twice, no NaN, no individual number.

A library's reader takes the last of two equal members and any depth; two readers of one message would then disagree
about what was signed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from sekisho.contracts.evidence.oidc.errors import MessageHoldsIndividualNumber, MessageMalformed, MessageTooLarge
from sekisho.contracts.evidence.oidc.profile import MAX_DEPTH, MAX_TEXT
from sekisho.contracts.individual_number import announces, in_free_text

_LATEST: Final = 253_402_300_799
"""9999-12-31T23:59:59Z, the last second that :class:`datetime` can say."""


def read_object(raw: bytes, *, what: str, limit: int) -> dict[str, Any]:
    """One JSON object (RFC 8259) of at most ``limit`` bytes. ``what`` names the message in errors."""
    if len(raw) > limit:
        raise MessageTooLarge(what=what, limit=f"{limit} bytes")
    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=_members, parse_constant=_constant)
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no text
    except RecursionError:
        raise MessageTooLarge(what=what, limit=f"{MAX_DEPTH} levels") from None
    except ValueError as error:
        problem = str(error) if isinstance(error, _RepeatedMember) else "not JSON in UTF-8"
        raise MessageMalformed(what=what, problem=problem) from None
    if not isinstance(found, dict):
        raise MessageMalformed(what=what, problem="not a JSON object")
    _inspect(found, what, 0)
    return found


class _RepeatedMember(ValueError):
    pass


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedMember("a member stands twice")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


def _inspect(value: Any, what: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MessageTooLarge(what=what, limit=f"{MAX_DEPTH} levels")
    if isinstance(value, dict):
        for name, inner in value.items():
            if announces(name):
                raise MessageHoldsIndividualNumber(what=what)
            _inspect(inner, what, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _inspect(inner, what, depth + 1)
    elif isinstance(value, str) and len(value) <= MAX_TEXT and in_free_text(value):
        raise MessageHoldsIndividualNumber(what=what)


def text(parent: Mapping[str, Any], name: str, *, what: str, limit: int = MAX_TEXT) -> str:
    """A required member: text of 1 to ``limit`` characters without control characters."""
    found = parent.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= limit or not found.replace("\u3000", " ").isprintable():
        raise MessageMalformed(what=what, problem=f"{name} is not text of 1 to {limit} characters")
    return found


def optional_text(parent: Mapping[str, Any], name: str, *, what: str, limit: int = MAX_TEXT) -> str | None:
    """The member if it is there; as :func:`text` then. ``null`` is not the same as absent."""
    return text(parent, name, what=what, limit=limit) if name in parent else None


def object_member(parent: Mapping[str, Any], name: str, *, what: str) -> dict[str, Any]:
    """A required member that is an object."""
    found = parent.get(name)
    if not isinstance(found, dict):
        raise MessageMalformed(what=what, problem=f"{name} is not an object")
    return found


def texts(parent: Mapping[str, Any], name: str, *, what: str, most: int) -> tuple[str, ...]:
    """A required member that is a list of at most ``most`` texts."""
    found = parent.get(name)
    if not isinstance(found, list) or len(found) > most or not all(_is_text(one) for one in found):
        raise MessageMalformed(what=what, problem=f"{name} is not a list of at most {most} texts")
    return tuple(found)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable()


def moment(parent: Mapping[str, Any], name: str, *, what: str) -> datetime:
    """A required NumericDate in whole seconds (RFC 7519 section 2), as an aware time."""
    found = parent.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= _LATEST:
        raise MessageMalformed(what=what, problem=f"{name} is not a time in whole seconds")
    return datetime.fromtimestamp(found, UTC)


def rfc3339(parent: Mapping[str, Any], name: str, *, what: str) -> datetime:
    """A required time with offset in RFC 3339, aware."""
    written = text(parent, name, what=what, limit=40)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or len(written) < len("2026-01-01T00:00Z"):
        raise MessageMalformed(what=what, problem=f"{name} is not a time with offset (RFC 3339)")
    return found
