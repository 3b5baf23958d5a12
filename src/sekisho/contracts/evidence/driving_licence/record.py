"""Verify the licence record on a My Number card (マイナ免許証).

(0) the files aren't larger than any such file
(1) each file is tag, length, value, strictly; what nobody knows is named
(2) a configured police commission's key signed all of WEF02
(3) comparison with the application: never, since the record holds no name and no address
(4) the licence hasn't expired, where the profile says which item is its last day
(5) the PIN: the reading application's word

The facts say that a licence record was read, and whether it is the police's; they say nothing of who holds it.
"""

from __future__ import annotations

from datetime import date, datetime

from sekisho.clock import japan_date
from sekisho.contracts.evidence.chip.errors import ChipFileRefused
from sekisho.contracts.evidence.chip.tlv import ItemForm, read_items, require_size
from sekisho.contracts.evidence.driving_licence import parse, words
from sekisho.contracts.evidence.driving_licence.errors import LicenceExpired, LicenceItemMissing, LicenceKeyUnknown
from sekisho.contracts.evidence.driving_licence.keys import who_signed
from sekisho.contracts.evidence.driving_licence.model import (
    LicenceResult,
    PoliceKey,
    UnverifiedRecord,
    VerifiedRecord,
)
from sekisho.contracts.evidence.driving_licence.profile import MAX_RECORD, LicenceProfile
from sekisho.contracts.evidence.driving_licence.steps import RECORD_STEPS
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.steps import Walk
from sekisho.engine.facts import Value

WEF02, WEF03 = "WEF02", "WEF03"
_LEFT = (words.HOLDER, words.RECORD_LEFT)


def verify_record(
    record: UnverifiedRecord, *, keys: tuple[PoliceKey, ...], profile: LicenceProfile, moment: datetime
) -> LicenceResult:
    """Verify ``record`` as of ``moment`` (aware). Never raises for what the files hold: the report says what failed."""
    walk = Walk(RECORD_STEPS)
    expiry: date | None = None
    number: str | None = None
    try:
        with walk.step(0):
            for file, data in ((WEF02, record.wef02), (WEF03, record.wef03)):
                require_size(data or b"", file=file, limit=MAX_RECORD)
        with walk.step(1) as note:
            values, unknown = parse.read_record(record.wef02, profile, file=WEF02)
            signature: dict[int, bytes] = {}
            if record.wef03 is not None:
                signature, more = parse.read_record(record.wef03, profile, file=WEF03)
                unknown += more
            note.text = words.unknown_items(unknown)
            if profile.record_number is not None:
                number = parse.read_number(_needed(values, profile.record_number, "number"))
            if profile.record_expiry is not None:
                expiry = parse.read_expiry(_needed(values, profile.record_expiry, "expiry"))
        key = _signed_by(walk, record, signature, keys, profile)
        walk.leave(3, words.NOT_IN_RECORD)
        if expiry is None:
            walk.leave(4, words.RECORD_EXPIRY_UNKNOWN)
        else:
            with walk.step(4):
                if expiry < japan_date(moment):
                    raise LicenceExpired(expiry=expiry.isoformat())
    except EvidenceRefused as error:
        report = walk.refused(error, findings=_findings(error, expiry), left_to_caller=_LEFT)
        return LicenceResult(report, moment, number=number)
    if record.reader.pin_1 is None:
        walk.leave(5, words.NO_WORD)
    else:
        with walk.step(5, words.pins(record.reader.pin_1, record.reader.pin_2, record.reader.application)):
            pass
    facts: dict[str, Value] = {
        "document": "driving_licence",
        "authenticity": "read_not_authenticated" if key is None else "signature_verified",
        "shows": frozenset[str](),
    }
    if expiry is not None:
        facts |= {"valid_until": expiry, "no_expiry": False}
    verified = None if key is None else VerifiedRecord(key, walk.proof(0, 1, 2))
    return LicenceResult(walk.report(facts, left_to_caller=_LEFT), moment, verified, number=number)


def _signed_by(
    walk: Walk,
    record: UnverifiedRecord,
    signature: dict[int, bytes],
    keys: tuple[PoliceKey, ...],
    profile: LicenceProfile,
) -> PoliceKey | None:
    """Step 2; None where it can't be told, which step 2 then says."""
    if not keys:
        walk.leave(2, words.NO_KEY_FOR_RECORD)
        return None
    if record.wef03 is None:
        walk.leave(2, words.NO_RECORD_SIGNATURE)
        return None
    items = read_items(record.wef02, ItemForm(wide=profile.record_wide), file=WEF02)
    data = parse.signed_part(record.wef02, items, profile.signed_extent)
    try:
        with walk.step(2) as note:
            key = who_signed(signature, profile.record_signature, data, keys)
            note.text = words.signed_by(key)
            return key
    except LicenceKeyUnknown:
        return None


def _needed(values: dict[int, bytes], tag: int, item: str) -> bytes:
    found = values.get(tag, b"")
    if not found:
        raise LicenceItemMissing(item=item)
    return found


def _findings(error: EvidenceRefused, expiry: date | None) -> dict[str, Value]:
    if isinstance(error, LicenceExpired) and expiry is not None:
        return {"document": "driving_licence", "valid_until": expiry, "no_expiry": False}
    if isinstance(error, ChipFileRefused):
        return {"document": "driving_licence"}
    return {"document": "driving_licence", "authenticity": "failed"}
