"""Who saw a paper or made a call, when, and what was looked at: three fields beside an attested item.

::

    {"kind": "document_shown", "document": "registry_certificate", "at": "2026-11-23", …,
     "seen_by": "staff:clerk-7", "seen_at": "2026-11-23T14:05:00+09:00",
     "looked_at": ["original", "unaltered", "issued_on", "name", "address"]}

The statutory record names who verified (Ordinance art. 8(1)(i)) and the day (iii)(a); with these, each paper names its
own, so that two clerks at one application are told apart. ``seen_by`` is a staff id, never a name: it stands in
decisions and in the ledger. Reads and compares; verifies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.contracts.errors import EvidenceAfterDecision, MissingField, WrongValue
from sekisho.contracts.field_reading import as_moment
from sekisho.engine.facts import Text, Value

SEEN_FIELDS: Final = frozenset({"seen_by", "seen_at", "looked_at"})
"""The fields that an item may have beside the catalogue's."""

KINDS: Final = frozenset(
    {
        "document_shown",
        "document_original",
        "document_copy",
        "supplementary_document",
        "staff_handover",
        "authority_proof",
        "affiliation_proof",
        "payment_link",
        "past_rental_document",
        "handset_shown",
        "registry_record",
        "public_corporate_record",
        "consultation",
    }
)
"""Kinds of evidence that a person sees, receives or does."""

STAFF_PATTERN: Final = "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$"
"""A staff id, also for the JSON Schema."""

_STAFF = re.compile(STAFF_PATTERN.removeprefix("^").removesuffix("$"), re.ASCII)


class Look(Enum):
    """What a person looked at. Each has words for people (:data:`LOOK_WORDS`)."""

    ORIGINAL = "original"
    UNALTERED = "unaltered"
    PHOTO = "photo"
    VALIDITY = "validity"
    ISSUED_ON = "issued_on"
    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    CORPORATION = "corporation"
    NUMBER_CALLED = "number_called"


LOOK_WORDS: Final[Mapping[Look, Text]] = {
    Look.ORIGINAL: Text("原本であること", "that it is the original"),
    Look.UNALTERED: Text("改変の形跡がないこと", "that it shows no alteration"),
    Look.PHOTO: Text("写真と来た人", "the photo and the person who came"),
    Look.VALIDITY: Text("有効期限", "until when it is valid"),
    Look.ISSUED_ON: Text("発行日", "when it was issued"),
    Look.NAME: Text("氏名・名称", "the name"),
    Look.ADDRESS: Text("住居・所在地", "the address"),
    Look.BIRTH_DATE: Text("生年月日", "the date of birth"),
    Look.CORPORATION: Text("書かれた法人", "the corporation it names"),
    Look.NUMBER_CALLED: Text("電話をした先", "whose number was called"),
}

_NEEDED: Final[Mapping[str, Look]] = {
    "issued_once": Look.ORIGINAL,
    "altered": Look.UNALTERED,
    "bears_photo": Look.PHOTO,
    "valid_until": Look.VALIDITY,
    "no_expiry": Look.VALIDITY,
    "issued_on": Look.ISSUED_ON,
    "name_agrees": Look.NAME,
    "address_agrees": Look.ADDRESS,
    "birth_date_agrees": Look.BIRTH_DATE,
    "corporation_agrees": Look.CORPORATION,
    "called": Look.NUMBER_CALLED,
}
"""What must have been looked at for an attribute to be known to whoever attests it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who saw an item, when, and what was looked at. ``seen_at`` is Japan time."""

    seen_by: str
    seen_at: datetime
    looked_at: frozenset[Look]

    def as_document(self) -> dict[str, Any]:
        """For the decision, the record and the ledger: holds nothing personal of the applicant."""
        return {
            "seen_by": self.seen_by,
            "seen_at": self.seen_at.isoformat(),
            "looked_at": [
                {"look": look.value, "ja": LOOK_WORDS[look].ja, "en": LOOK_WORDS[look].en}
                for look in Look
                if look in self.looked_at
            ],
        }


def read_seen(item: Mapping[str, Any], *, path: str, kind: str, at: date, decided: datetime) -> Seen | None:
    """The three fields of an item whose act was on ``at``; None where none is there. All three belong together.

    Raises an ``ApplicationRefused`` that names the field: for a kind nobody sees, a time after the decision or on
    another day than the act, a staff id that could be a name, or nothing looked at.
    """
    if not SEEN_FIELDS & item.keys():
        return None
    for name in sorted(SEEN_FIELDS):
        if name not in item:
            raise MissingField(field=f"{path}.{name}")
    if kind not in KINDS:
        raise WrongValue(field=f"{path}.seen_by", expected="left out: nobody sees evidence of this kind")
    seen_by = item["seen_by"]
    if not isinstance(seen_by, str) or not _STAFF.fullmatch(seen_by):
        raise WrongValue(field=f"{path}.seen_by", expected="a staff id: 1 to 64 letters, digits and . _ : @ -")
    seen_at = as_moment(item["seen_at"], f"{path}.seen_at")
    if seen_at > decided:
        raise EvidenceAfterDecision(
            field=f"{path}.seen_at", at=seen_at.isoformat(), decided_on=japan_date(decided).isoformat()
        )
    if japan_date(seen_at) != at:
        raise WrongValue(field=f"{path}.seen_at", expected=f"a time on the day of the act ({at.isoformat()})")
    return Seen(seen_by, seen_at, _looked_at(item["looked_at"], f"{path}.looked_at"))


def _looked_at(written: object, path: str) -> frozenset[Look]:
    known = {look.value: look for look in Look}
    if (
        not isinstance(written, list)
        or not written
        or not all(isinstance(one, str) and one in known for one in written)
    ):
        raise WrongValue(field=path, expected="a list with at least one of " + ", ".join(known))
    if len(set(written)) != len(written):
        raise WrongValue(field=path, expected="each thing once")
    return frozenset(known[one] for one in written)


def unsupported(attributes: Mapping[str, Value], seen: Seen) -> tuple[str, ...]:
    """The attributes that were attested although what they are read from wasn't looked at, in alphabetical order.

    For the list of what wasn't checked: an attested attribute stays one, and whoever vouches for it is named.
    """
    return tuple(sorted(name for name in attributes if name in _NEEDED and _NEEDED[name] not in seen.looked_at))
