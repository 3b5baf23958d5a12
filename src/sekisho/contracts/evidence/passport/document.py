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

from dataclasses import dataclass
from typing import Final

from sekisho.contracts.application import MAX_RAW_BYTES
from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.jpki.ports import NONCE_BYTES
from sekisho.contracts.evidence.passport.challenge import chip_challenge
from sekisho.contracts.evidence.passport.model import Access, ActiveAnswer, ReadersReport, Stated, UnverifiedPassport
from sekisho.contracts.evidence.passport.names import MAX_STATED
from sekisho.contracts.evidence.passport.profile import CHALLENGE, GROUP_TAGS

_GROUPS: Final = frozenset(str(number) for number in GROUP_TAGS)
_ACCESS: Final = {one.value: one for one in Access}


@dataclass(frozen=True, slots=True)
class PassportDocument:
    """What a document holds."""

    files: UnverifiedPassport
    stated: Stated


def read_document(raw: bytes) -> PassportDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(
        raw,
        required={"sod", "groups"},
        optional={"com", "signer", "active", "reader", "stated"},
        limit=MAX_RAW_BYTES,
    )
    groups = root.object("groups", optional=_GROUPS)
    files = UnverifiedPassport(
        sod=root.octets("sod"),
        groups={int(number): groups.octets(number) for number in groups.found},
        com=root.optional_octets("com"),
        signer=root.optional_octets("signer"),
        active=_active(root) if root.has("active") else None,
        reader=_reader(root),
    )
    said = root.object("stated", optional={"name", "birth_date"})
    return PassportDocument(
        files, Stated(said.optional_text("name", limit=MAX_STATED), said.optional_day("birth_date"))
    )


def _active(root: Fields) -> ActiveAnswer:
    said = root.object("active", required={"response"}, optional={"nonce", "challenge"})
    if said.has("nonce"):
        if said.has("challenge"):
            raise WrongValue(field="active.challenge", expected="left out: it follows from the nonce")
        kept = said.hexadecimal("nonce", NONCE_BYTES)
        return ActiveAnswer(chip_challenge(kept), said.octets("response"), kept)
    if not said.has("challenge"):
        raise MissingField(field="active.nonce")
    return ActiveAnswer(said.hexadecimal("challenge", CHALLENGE), said.octets("response"))


def _reader(root: Fields) -> ReadersReport:
    said = root.object("reader", optional={"chip_authentication", "access"})
    access = _ACCESS[said.choice("access", tuple(_ACCESS))] if said.has("access") else None
    return ReadersReport(said.optional_truth("chip_authentication"), access)
