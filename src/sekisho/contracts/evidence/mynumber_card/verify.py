"""Read a My Number card's own items (券面事項).

(0) the files aren't larger than any such file
(1) each file is tag, length, value, strictly; what nobody knows is named
(2) the four items can be read, and the photo is an image
(3) where both applications were read, they agree in date of birth and sex
(4) the issuer's signature: never verified
(5) name, address and date of birth are compared with the application's
(6) the card hasn't expired, where its last day was read
(7) PIN and verification number: the reading application's word

An individual number is refused before step 0, by file, by tag, or by its digits; one that only turns up in a text or
inside a file stops everything, and there is no report that could be kept.

Step 4: the signature beside the four items (0408/0003) comes with a hash of the individual number, which stands for it
(番号法2条) and may not be taken; what the signature of the card's face (0402/0002, DF28) covers, and where its
certificate's issuer is published, we don't know. So ``authenticity`` is always ``read_not_authenticated``: the items
are what the reading application read after the PIN, weaker than the signing certificate's.
"""

from __future__ import annotations

from datetime import datetime

from sekisho.clock import japan_date
from sekisho.contracts.evidence.chip.tlv import label, require_size
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.jpki.model import Attributes, Comparison, Stated
from sekisho.contracts.evidence.mynumber_card import parse, words
from sekisho.contracts.evidence.mynumber_card.errors import CardExpired, CardItemsContradict, CardReaderContradicts
from sekisho.contracts.evidence.mynumber_card.model import CardResult, Face, FourItems, UnverifiedCard
from sekisho.contracts.evidence.mynumber_card.profile import MAX_FILE, CardFile
from sekisho.contracts.evidence.mynumber_card.steps import STEPS
from sekisho.contracts.evidence.steps import NO_REASON, Walk
from sekisho.contracts.evidence.verifier import Person
from sekisho.engine.facts import Text, Value

_MAX_LISTED = 8


def verify_card(card: UnverifiedCard, *, moment: datetime, stated: Person) -> CardResult:
    """Read ``card`` as of ``moment`` (aware). For what the files hold only an individual number is raised.

    The facts are attributes of a ``chip_read`` item; ``at``, ``person``, ``software`` and ``displayed_on_screen`` are
    the caller's to add.
    """
    return _Verification(card, moment, stated).run()


class _Verification:
    def __init__(self, card: UnverifiedCard, moment: datetime, stated: Person) -> None:
        self._card = card
        self._moment = moment
        self._stated = stated
        self._walk = Walk(STEPS)
        self._items: FourItems | None = None
        self._face: Face | None = None

    def run(self) -> CardResult:
        try:
            self._steps()
        except EvidenceRefused as error:
            findings: dict[str, Value] = {"document": "mynumber_card"}
            if isinstance(error, CardExpired) and self._face is not None and self._face.expiry is not None:
                findings |= {"valid_until": self._face.expiry, "no_expiry": False}
            report = self._walk.refused(error, findings=findings, left_to_caller=self._left())
        else:
            report = self._walk.report(self._facts(), left_to_caller=self._left())
        return CardResult(report, self._moment, self._items, self._face)

    def _steps(self) -> None:
        walk, files = self._walk, self._card.files
        with walk.step(0):
            for file, data in files.items():
                require_size(data, file=file.value, limit=MAX_FILE[file])
        with walk.step(1) as note:
            values, unknown = parse.read_files(files)
            note.text = _unknown(unknown)
        with walk.step(2):
            if CardFile.ITEMS in values:
                self._items = parse.read_four_items(values[CardFile.ITEMS])
            if CardFile.FACE in values:
                self._face = parse.read_face(values[CardFile.FACE])
        self._agree()
        walk.leave(4, words.NO_SIGNATURE)
        with walk.step(5, self._comparison().told()):
            pass
        expiry = None if self._face is None else self._face.expiry
        if expiry is None:
            walk.leave(6, words.EXPIRY_UNKNOWN)
        else:
            with walk.step(6):
                if expiry < japan_date(self._moment):  # the last day itself is a valid one
                    raise CardExpired(expiry=expiry.isoformat())
        self._entered()

    def _agree(self) -> None:
        items, face = self._items, self._face
        if items is None or face is None:
            self._walk.leave(3, words.ONE_APPLICATION)
            return
        with self._walk.step(3):
            if items.sex != face.sex:
                raise CardItemsContradict(item="sex")
            if None not in (items.birth_date, face.birth_date) and items.birth_date != face.birth_date:
                raise CardItemsContradict(item="birth_date")

    def _comparison(self) -> Comparison:
        items, face = self._items, self._face
        # Of two dates of birth, the one that is known: step 3 saw that they don't contradict each other.
        birth = next((one.birth_date for one in (items, face) if one is not None and one.birth_date is not None), None)
        shown = Attributes(None if items is None else items.name, None if items is None else items.address, birth, None)
        return Comparison.of(shown, Stated(self._stated.name, self._stated.address, self._stated.birth_date))

    def _entered(self) -> None:
        word = self._card.reader
        if word.pin is None and word.number_b is None:
            self._walk.leave(7, words.NO_WORD)
            return
        with self._walk.step(7, words.entered(word)):
            if word.pin is False and CardFile.ITEMS in self._card.files:
                raise CardReaderContradicts(pin="PIN", file=CardFile.ITEMS.value)
            if word.number_b is False and CardFile.FACE in self._card.files:
                raise CardReaderContradicts(pin="照合番号B", file=CardFile.FACE.value)

    def _facts(self) -> dict[str, Value]:
        shows = {"birth_date"}
        if self._items is not None:
            shows |= {"name", "address"}
        facts: dict[str, Value] = {"document": "mynumber_card", "authenticity": "read_not_authenticated"}
        if self._face is not None:
            shows |= {"photo"} | self._face.images
            if self._face.expiry is not None:
                facts |= {"valid_until": self._face.expiry, "no_expiry": False}
        return facts | {"shows": frozenset(shows)} | self._comparison().facts()

    def _left(self) -> tuple[Text, ...]:
        return words.left(images_only=self._items is None and self._face is not None)


def _unknown(found: list[tuple[str, int]]) -> Text:
    shown = ", ".join(f"{file} {label(tag)}" for file, tag in found[:_MAX_LISTED])
    return (
        Text(f"知らない項目（読んでいません）: {shown}", f"items not known, and not read: {shown}")
        if found
        else NO_REASON
    )
