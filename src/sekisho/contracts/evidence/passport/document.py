"""A passport's files in one JSON document: for the command line, and for looking at a kept case again.

::

    {"sod": "<base64>", "groups": {"1": "<base64>", "2": "<base64>"},
     "com": "<base64>", "signer": "<base64 of DER>",                              optional
     "active": {"nonce": "<64 hexadecimal digits>", "response": "<base64>"},       optional
     "reader": {"chip_authentication": true, "access": "pace"},                    optional
     "stated": {"name": "…", "birth_date": "1990-04-01"}}                          optional

``nonce`` is that of a challenge made here (purpose ``passport_chip``); the chip was asked what follows from it. Outside
a workspace ``challenge`` with the eight bytes themselves may stand in its place: then nobody can tell that it was ours
and used once, and the report leaves that to the caller. Reads, believes nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.contracts.application import MAX_RAW_BYTES, parse_json
from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.jpki.ports import NONCE_BYTES
from sekisho.contracts.evidence.passport.challenge import chip_challenge
from sekisho.contracts.evidence.passport.model import Access, ActiveAnswer, ReadersReport, Stated, UnverifiedPassport
from sekisho.contracts.evidence.passport.names import MAX_STATED
from sekisho.contracts.evidence.passport.profile import CHALLENGE, GROUP_TAGS
from sekisho.contracts.individual_number import in_free_text

_FIELDS: Final = {
    "": ({"sod", "groups"}, {"com", "signer", "active", "reader", "stated"}),
    "groups": (set[str](), {str(number) for number in GROUP_TAGS}),
    "active": ({"response"}, {"nonce", "challenge"}),
    "reader": (set[str](), {"chip_authentication", "access"}),
    "stated": (set[str](), {"name", "birth_date"}),
}
"""Required and optional fields of each object; a field that is in neither is refused."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CHALLENGE = re.compile(rf"[0-9a-fA-F]{{{2 * CHALLENGE}}}", re.ASCII)
_NONCE = re.compile(rf"[0-9a-fA-F]{{{2 * NONCE_BYTES}}}", re.ASCII)
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class PassportDocument:
    """What a document holds."""

    files: UnverifiedPassport
    stated: Stated


def read_document(raw: bytes) -> PassportDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = _object({"": parse_json(raw, limit=MAX_RAW_BYTES)}, "")
    groups = _object(root, "groups")
    files = UnverifiedPassport(
        sod=_base64(root, "sod"),
        groups={int(number): _base64(groups, number, "groups.") for number in groups},
        com=_base64(root, "com") if "com" in root else None,
        signer=_base64(root, "signer") if "signer" in root else None,
        active=_active(root) if "active" in root else None,
        reader=_reader(root) if "reader" in root else ReadersReport(),
    )
    return PassportDocument(files, _stated(root) if "stated" in root else Stated())


def _active(root: Mapping[str, Any]) -> ActiveAnswer:
    said = _object(root, "active")
    if "nonce" in said:
        if "challenge" in said:
            raise WrongValue(field="active.challenge", expected="left out: it follows from the nonce")
        nonce = said["nonce"]
        if not isinstance(nonce, str) or _NONCE.fullmatch(nonce) is None:
            raise WrongValue(field="active.nonce", expected=f"{2 * NONCE_BYTES} hexadecimal digits")
        kept = bytes.fromhex(nonce)
        return ActiveAnswer(chip_challenge(kept), _base64(said, "response", "active."), kept)
    if "challenge" not in said:
        raise MissingField(field="active.nonce")
    challenge = said["challenge"]
    if not isinstance(challenge, str) or _CHALLENGE.fullmatch(challenge) is None:
        raise WrongValue(field="active.challenge", expected=f"{2 * CHALLENGE} hexadecimal digits")
    return ActiveAnswer(bytes.fromhex(challenge), _base64(said, "response", "active."))


def _reader(root: Mapping[str, Any]) -> ReadersReport:
    said = _object(root, "reader")
    done = said.get("chip_authentication")
    if "chip_authentication" in said and not isinstance(done, bool):
        raise WrongValue(field="reader.chip_authentication", expected="true or false")
    access = None
    if "access" in said:
        known = {one.value: one for one in Access}
        if not isinstance(said["access"], str) or said["access"] not in known:
            raise WrongValue(field="reader.access", expected=" or ".join(known))
        access = known[said["access"]]
    return ReadersReport(done, access)


def _stated(root: Mapping[str, Any]) -> Stated:
    said = _object(root, "stated")
    name = said.get("name")
    if "name" in said:
        # The ideographic space parts Japanese names, and Python doesn't count it as printable.
        if (
            not isinstance(name, str)
            or not name.replace("\u3000", " ").isprintable()
            or not 0 < len(name) <= MAX_STATED
        ):
            raise WrongValue(field="stated.name", expected=f"text of 1 to {MAX_STATED} printable characters")
        if in_free_text(name):
            raise IndividualNumber(field="stated.name")
    return Stated(name, _day(said["birth_date"]) if "birth_date" in said else None)


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    required, optional = _FIELDS[name]
    found = parent[name]
    if not isinstance(found, dict):
        raise WrongValue(field=name, expected="an object")
    prefix = f"{name}." if name else ""
    for field in found:
        if field not in required | optional:
            raise UnknownField(field=prefix + ascii(field)[1:-1][:_SHOWN])
    for field in sorted(required):
        if field not in found:
            raise MissingField(field=prefix + field)
    return found


def _base64(parent: Mapping[str, Any], name: str, prefix: str = "") -> bytes:
    found = parent[name]
    try:
        return base64.b64decode(found if isinstance(found, str) else "*", validate=True)
    except (binascii.Error, ValueError):
        raise WrongValue(field=prefix + name, expected="base64") from None


def _day(found: object) -> date:
    if isinstance(found, str) and _DAY.fullmatch(found):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    raise WrongValue(field="stated.birth_date", expected="a date that exists (YYYY-MM-DD)")
