"""Claims about a person (OpenID Connect Core section 5.1) as name, address and date of birth, and their comparison."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sekisho.contracts import agreement
from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.errors import MessageMalformed
from sekisho.contracts.evidence.verifier import Person

_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_PARTS: Final = ("region", "locality", "street_address")
"""Of an address without ``formatted``, in the order in which Japanese addresses are written."""


def person_of(claims: Mapping[str, Any], *, what: str) -> Person:
    """What the claims say; None for what they don't. Raises ``MessageMalformed`` for a claim of another form."""
    return Person(_name(claims, what), _address(claims, what), _birth(claims, what))


def _name(claims: Mapping[str, Any], what: str) -> str | None:
    if "name" in claims:
        return messages.text(claims, "name", what=what)
    parts = [messages.optional_text(claims, part, what=what) for part in ("family_name", "given_name")]
    return None if None in parts else " ".join(part for part in parts if part is not None)


def _address(claims: Mapping[str, Any], what: str) -> str | None:
    if "address" not in claims:
        return None
    if isinstance(claims["address"], str):  # not the form of Core section 5.1.1, and seen all the same [U]
        return messages.text(claims, "address", what=what)
    written = messages.object_member(claims, "address", what=what)
    if "formatted" in written:
        # Core section 5.1.1: it may be of several lines.
        lines = written["formatted"].splitlines() if isinstance(written["formatted"], str) else []
        return messages.text({"formatted": "".join(lines)}, "formatted", what=what)
    parts = [messages.optional_text(written, part, what=what) for part in _PARTS]
    return "".join(part for part in parts if part is not None) or None


def _birth(claims: Mapping[str, Any], what: str) -> date | None:
    if "birthdate" not in claims:
        return None
    # Core section 5.1 has YYYY-MM-DD, with 0000 for a year that isn't told; YYYYMMDD is seen all the same [U].
    found = _DAY.fullmatch(messages.text(claims, "birthdate", what=what, limit=10))
    try:
        if found is not None:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise MessageMalformed(what=what, problem="birthdate is not a date that exists")


def agreements(shown: Person, stated: Person) -> dict[str, bool]:
    """``name_agrees``, ``address_agrees``, ``birth_date_agrees``, where both say it and it can be told."""
    found: dict[str, bool | None] = {}
    if shown.name is not None and stated.name is not None:
        found["name_agrees"] = agreement.names_agree(shown.name, stated.name)
    if shown.address is not None and stated.address is not None:
        found["address_agrees"] = agreement.addresses_agree(shown.address, stated.address)
    if shown.birth_date is not None and stated.birth_date is not None:
        found["birth_date_agrees"] = shown.birth_date == stated.birth_date
    return {name: value for name, value in found.items() if value is not None}
