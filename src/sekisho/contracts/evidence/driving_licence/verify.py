"""Verify a licence card read by its chip.

(0) the files aren't larger than any such file
(1) each file is tag, length, value, strictly; what nobody knows is named
(2) the entries can be read, and the photo is an image; an individual number in a text is refused with nothing recorded
(3) a configured police commission's key signed all of DF1/EF01, DF1/EF02 and DF2/EF01
(4) whether name or address were changed later: EF04 to EF06, which the signature doesn't cover
(5) name, address and date of birth are compared with the application's
(6) the licence hasn't expired
(7) the PINs: the reading application's word

The signature needs both PINs and the registered domicile (本籍), a sensitive item most operators don't want. Without
them, or without a configured key, the chip is read but not authenticated, and the report says so. Name and address are
compared only if EF04 was read and records no change of them: nothing that stands in it ever becomes a fact.

Step 3 says that the data is what the police issued, not that the chip is the one it was issued in. Nothing here looks
at the person. A last day that falls on a holiday runs to the next working day (道路交通法92条の2); that isn't worked
out, so such a licence is refused from the day after the written one.
"""

from __future__ import annotations

from datetime import datetime

from sekisho.clock import japan_date
from sekisho.contracts.evidence.chip.errors import ChipFileRefused
from sekisho.contracts.evidence.chip.tlv import Item, by_tag, require_size
from sekisho.contracts.evidence.driving_licence import parse, words
from sekisho.contracts.evidence.driving_licence.errors import LicenceExpired, LicenceKeyUnknown, ReaderContradicts
from sekisho.contracts.evidence.driving_licence.keys import who_signed
from sekisho.contracts.evidence.driving_licence.model import (
    Change,
    Changes,
    Entries,
    LicenceResult,
    PoliceKey,
    UnverifiedLicence,
    VerifiedLicence,
)
from sekisho.contracts.evidence.driving_licence.profile import (
    BEHIND_SECOND_PIN,
    MAX_FILE,
    SIGNED_FILES,
    LicenceFile,
    LicenceProfile,
)
from sekisho.contracts.evidence.driving_licence.steps import CARD_STEPS
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.jpki.model import Attributes, Comparison, Stated
from sekisho.contracts.evidence.steps import Walk
from sekisho.contracts.evidence.verifier import Person
from sekisho.engine.facts import Text, Value


def verify_licence(
    licence: UnverifiedLicence,
    *,
    keys: tuple[PoliceKey, ...],
    profile: LicenceProfile,
    moment: datetime,
    stated: Person,
) -> LicenceResult:
    """Verify ``licence`` as of ``moment`` (aware). For what the files hold only an individual number is raised: the
    report says what else failed.

    The facts are attributes of a ``chip_read`` item; ``at``, ``person``, ``software`` and ``displayed_on_screen`` are
    the caller's to add.
    """
    return _Verification(licence, keys, profile, moment, stated).run()


class _Verification:
    def __init__(
        self,
        licence: UnverifiedLicence,
        keys: tuple[PoliceKey, ...],
        profile: LicenceProfile,
        moment: datetime,
        stated: Person,
    ) -> None:
        self._files = licence.files
        self._reader = licence.reader
        self._keys = keys
        self._profile = profile
        self._moment = moment
        self._stated = stated
        self._walk = Walk(CARD_STEPS)
        self._entries: Entries | None = None
        self._changes: Changes | None = None

    def run(self) -> LicenceResult:
        try:
            return self._steps()
        except EvidenceRefused as error:
            report = self._walk.refused(error, findings=self._findings(error), left_to_caller=self._left())
            return LicenceResult(report, self._moment, None, self._entries, self._changes, self._number())

    def _steps(self) -> LicenceResult:
        walk = self._walk
        with walk.step(0):
            for file, data in self._files.items():
                require_size(data, file=file.value, limit=MAX_FILE[file])
        with walk.step(1) as note:
            items, unknown = parse.read_card(self._files)
            note.text = words.unknown_items(unknown)
        with walk.step(2):
            parse.refuse_individual_number(items)
            entries = self._entries = parse.read_entries(items[LicenceFile.ENTRIES])
            photo = None
            if LicenceFile.PHOTO in items:
                photo = parse.read_photo(items[LicenceFile.PHOTO])
        key = self._signed_by(items)
        changes = self._changes = self._changed(items)
        comparison = self._compare(entries, changes)
        with walk.step(5, comparison.told()):
            pass
        with walk.step(6):
            if entries.expiry < japan_date(self._moment):
                raise LicenceExpired(expiry=entries.expiry.isoformat())
        self._pins()
        shows = {"name", "address", "birth_date"} | ({"photo"} if LicenceFile.PHOTO in self._files else set())
        facts: dict[str, Value] = {
            "document": "driving_licence",
            "authenticity": "read_not_authenticated" if key is None else "signature_verified",
            "shows": frozenset(shows),
            "valid_until": entries.expiry,
            "no_expiry": False,
        }
        if entries.issued_on is not None:
            facts["issued_on"] = entries.issued_on
        verified = None if key is None else VerifiedLicence(entries, key, walk.proof(0, 1, 2, 3, 6))
        report = walk.report(facts | comparison.facts(), left_to_caller=self._left())
        return LicenceResult(report, self._moment, verified, entries, changes, entries.number, photo)

    def _signed_by(self, items: dict[LicenceFile, tuple[Item, ...]]) -> PoliceKey | None:
        """Step 3; None where it can't be told, which step 3 then says."""
        lacking = self._lacking()
        if lacking is not None:
            self._walk.leave(3, lacking)
            return None
        # §電子署名: SHA-256 over all of the three files, one after the other.
        data = b"".join(
            parse.signed_part(self._files[file], items[file], self._profile.signed_extent) for file in SIGNED_FILES
        )
        try:
            with self._walk.step(3) as note:
                signature = by_tag(items[LicenceFile.SIGNATURE])
                key = who_signed(signature, self._profile.signature, data, self._keys)
                note.text = words.signed_by(key)
                return key
        except LicenceKeyUnknown:
            return None

    def _lacking(self) -> Text | None:
        if not self._keys:
            return words.NO_KEY
        for file, why in (
            (LicenceFile.DOMICILE, words.NO_DOMICILE),
            (LicenceFile.PHOTO, words.NO_PHOTO),
            (LicenceFile.SIGNATURE, words.NO_SIGNATURE),
        ):
            if file not in self._files:
                return why
        return None

    def _changed(self, items: dict[LicenceFile, tuple[Item, ...]]) -> Changes:
        if LicenceFile.CHANGES not in items:
            self._walk.leave(4, words.NO_CHANGES_READ)
            return Changes(Change.NOT_READ, Change.NOT_READ)
        with self._walk.step(4) as note:
            changes = parse.read_changes(items[LicenceFile.CHANGES], self._profile)
            note.text = words.changes_found(changes.name, changes.address)
        return changes

    def _compare(self, entries: Entries, changes: Changes) -> Comparison:
        """An item that isn't known to be the present one isn't compared: neither old nor unsigned ones count."""
        shown = Attributes(
            entries.name if changes.name is Change.NONE else None,
            entries.address if changes.address is Change.NONE else None,
            entries.birth_date,
            None,
        )
        return Comparison.of(shown, Stated(self._stated.name, self._stated.address, self._stated.birth_date))

    def _pins(self) -> None:
        first, second = self._reader.pin_1, self._reader.pin_2
        if first is None and second is None:
            self._walk.leave(7, words.NO_WORD)
            return
        with self._walk.step(7, words.pins(first, second, self._reader.application)):
            if first is False:
                raise ReaderContradicts(pin=1, file=LicenceFile.ENTRIES.value)
            for file in sorted(BEHIND_SECOND_PIN & set(self._files)):
                if second is False:
                    raise ReaderContradicts(pin=2, file=file.value)

    def _left(self) -> tuple[Text, ...]:
        left = [words.HOLDER, words.COPY]
        if self._changes is not None:
            if Change.NONE in (self._changes.name, self._changes.address):
                left.append(words.CHANGES_BY_READER)
            for ja, en, change in (("氏名", "name", self._changes.name), ("住所", "address", self._changes.address)):
                if change is not Change.NONE:
                    left.append(words.changed(ja, en, change))
        return tuple(left)

    def _findings(self, error: EvidenceRefused) -> dict[str, Value]:
        """What can be said of it all the same: an expired one may well be real."""
        if isinstance(error, LicenceExpired) and self._entries is not None:
            return {"document": "driving_licence", "valid_until": self._entries.expiry, "no_expiry": False}
        if isinstance(error, (ChipFileRefused, ReaderContradicts)):
            return {"document": "driving_licence"}
        return {"document": "driving_licence", "authenticity": "failed"}

    def _number(self) -> str | None:
        return None if self._entries is None else self._entries.number
