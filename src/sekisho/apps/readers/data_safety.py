"""Google Play's Data safety form as CSV, as the console exports it: what the developer declares.

``Shared`` in this form leaves out processors and what users themselves send on: that a type isn't shared here doesn't
say that nothing leaves the device. Every row is accounted for: understood, answered with nothing, or told as unknown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from sekisho.apps.evidence import Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.items import ITEMS
from sekisho.apps.purposes import PURPOSES
from sekisho.apps.readers.recorded import missing, opened

BYTES_MOST: Final = 8 * 1024 * 1024
"""A real form has some 800 rows and 150 kB."""
ROWS_MOST: Final = 20_000

HEADER: Final = (
    "Question ID (machine readable)", "Response ID (machine readable)", "Response value", "Answer requirement",
    "Human-friendly question label",
)  # fmt: skip

TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "PERSONAL": ("NAME", "EMAIL", "USER_ACCOUNT", "ADDRESS", "PHONE", "RACE_ETHNICITY", "POLITICAL_RELIGIOUS",
                 "SEXUAL_ORIENTATION_GENDER_IDENTITY", "OTHER_PERSONAL"),
    "FINANCIAL": ("CREDIT_DEBIT_BANK_ACCOUNT_NUMBER", "PURCHASE_HISTORY", "CREDIT_SCORE", "OTHER"),
    "LOCATION": ("APPROX_LOCATION", "PRECISE_LOCATION"),
    "SEARCH_AND_BROWSING": ("WEB_BROWSING_HISTORY",),
    "EMAIL_AND_TEXT": ("EMAILS", "SMS_CALL_LOG", "OTHER_MESSAGES"),
    "PHOTOS_AND_VIDEOS": ("PHOTOS", "VIDEOS"),
    "AUDIO": ("AUDIO", "MUSIC", "OTHER_AUDIO"),
    "HEALTH_AND_FITNESS": ("HEALTH", "FITNESS"),
    "CONTACTS": ("CONTACTS",),
    "CALENDAR": ("CALENDAR",),
    "APP_PERFORMANCE": ("CRASH_LOGS", "PERFORMANCE_DIAGNOSTICS", "OTHER_PERFORMANCE"),
    "FILES_AND_DOCS": ("FILES_AND_DOCS",),
    "APP_ACTIVITY": ("USER_INTERACTION", "IN_APP_SEARCH_HISTORY", "APPS_ON_DEVICE", "USER_GENERATED_CONTENT",
                     "OTHER_APP_ACTIVITY"),
    "IDENTIFIERS": ("DEVICE_ID",),
}  # fmt: skip
"""The form's data types by group, each with ``PSL_`` before it in the file."""

_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "PSL_RACE_ETHNICITY": ("other_personal",),
    "PSL_POLITICAL_RELIGIOUS": ("other_personal",),
    "PSL_SEXUAL_ORIENTATION_GENDER_IDENTITY": ("other_personal",),
    "PSL_CREDIT_SCORE": ("payment",),
    "PSL_OTHER": ("payment",),
    "PSL_USER_GENERATED_CONTENT": ("interaction",),
    "PSL_OTHER_APP_ACTIVITY": ("interaction",),
}
"""Types that are no row of the vocabulary by themselves, and the row that has them in it."""

_USAGE: Final = "PSL_DATA_USAGE_RESPONSES"
_YES: Final = frozenset({"true", "TRUE", "True", "yes", "Yes", "1"})


_SAYS: Final = {
    "data_safety_too_large": (
        "ファイルが大きすぎるため読みません。Play Consoleから出力し直してください。",
        "It is too large and isn't read. Export it from Play Console again.",
    ),
    "data_safety_not_utf8": (
        "UTF-8として読めません。表計算ソフトで保存し直していないか確かめてください。",
        "It isn't UTF-8. See whether a spreadsheet saved it.",
    ),
    "data_safety_header": (
        "データ セーフティのCSVの見出しではありません。Play Consoleから出力してください。",
        "These aren't the headings of a Data safety CSV. Export it from Play Console.",
    ),
    "data_safety_too_many_rows": ("行が多すぎるため、残りは読みません。", "Too many rows; the rest isn't read."),
    "data_safety_row": ("列が足りません。出力し直してください。", "It has too few columns. Export it again."),
    "data_safety_broken": (
        "CSVとして読めず、ここから後は読んでいません。出力し直してください。",
        "It isn't CSV from here on; what follows wasn't read. Export it again.",
    ),
}


def _says(path: str, reason: str, offset: int | None = None) -> NotMeasured:
    return missing(path, reason, *_SAYS[reason], offset=offset)


def items_of(play_type: str) -> tuple[str, ...]:
    """The kinds of information that a type of the form covers; none for an unknown type."""
    own = tuple(slug for slug, item in ITEMS.items() if play_type in item.play)
    return own or _BESIDE.get(play_type, ())


def purpose_of(play_purpose: str) -> str | None:
    """The purpose that a purpose of the form stands for; the first where the vocabulary is finer."""
    return next((slug for slug, purpose in PURPOSES.items() if play_purpose in purpose.play), None)


@dataclass(slots=True)
class _Type:
    """What the form says of one data type, with the line where it begins."""

    line: int
    collected: bool = False
    shared: bool = False
    ephemeral: bool = False
    control: str = ""
    purposes: list[tuple[int, str, str]] = field(default_factory=list)
    """Line, purpose as written, ``collection`` or ``sharing``."""


def read(data: BinaryIO | bytes, *, name: str) -> Reading:
    """What the form in ``data`` declares: a piece for each type, purpose and manner (collected, shared).

    Pieces name no recipient, since the form doesn't. Whether data is encrypted in transit and can be deleted, and
    each type's manner, are facts. Never raises for what the file holds.
    """
    target = opened(data)
    content = target.file.read(BYTES_MOST + 1)
    types: dict[str, _Type] = {}
    facts: dict[tuple[str, str], None] = {}
    said: list[NotMeasured] = []
    for each in _rows(content):
        if isinstance(each, NotMeasured):
            said.append(each)
        else:
            said.extend(_take(each, types, facts))
    pieces = [piece for play_type, told in types.items() for piece in _pieces(play_type, told)]
    for play_type, told in types.items():
        manner = [word for word, on in (("collected", told.collected), ("shared", told.shared),
                                        ("ephemeral", told.ephemeral)) if on]  # fmt: skip
        facts.setdefault((play_type, " ".join([*manner, told.control]).strip() or "mentioned"))
    return Reading(
        target=Target(name=name, sha256=target.sha256, kind=TargetKind.PLAY_DATA_SAFETY),
        pieces=tuple(dict.fromkeys(pieces)),
        not_measured=tuple(said),
        facts=tuple(facts),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    question: str
    response: str
    value: str


def _rows(content: bytes) -> Iterator[_Row | NotMeasured]:
    if len(content) > BYTES_MOST:
        yield _says("csv", "data_safety_too_large")
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield _says("csv", "data_safety_not_utf8", error.start)
        return
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(cell.strip() for cell in next(rows, ()))
        if header != HEADER:
            yield _says("line 1", "data_safety_header")
            return
        for number, row in enumerate(rows, 2):
            if number > ROWS_MOST:
                yield _says(f"line {number}", "data_safety_too_many_rows")
                return
            if not any(row):
                continue
            if len(row) < 3:
                yield _says(f"line {number}", "data_safety_row")
                continue
            yield _Row(number, row[0].strip(), row[1].strip(), row[2].strip())
    except csv.Error:
        yield _says(f"line {rows.line_num}", "data_safety_broken")


def _take(row: _Row, types: dict[str, _Type], facts: dict[tuple[str, str], None]) -> Iterator[NotMeasured]:
    """One row into what is known; something it doesn't understand is told where it was answered."""
    answered = row.value != "" and row.value.lower() != "false"
    if not answered:
        return
    parts = row.question.split(":")
    if parts[0] == _USAGE and len(parts) == 3:
        if not items_of(parts[1]):
            yield _unknown(row, parts[1])
            return
        told = types.setdefault(parts[1], _Type(row.line))
        if row.value in _YES:
            yield from _usage(row, parts[2], told)
    elif parts[0].startswith("PSL_DATA_TYPES_"):
        if not items_of(row.response):
            yield _unknown(row, row.response)
        elif row.value in _YES:
            types.setdefault(row.response, _Type(row.line))
    else:
        # A question about the app as a whole: whatever it is, its answer is kept as it stands.
        facts.setdefault((row.question, f"{row.response} {row.value}".strip()[:1000]))


def _usage(row: _Row, question: str, told: _Type) -> Iterator[NotMeasured]:
    response = row.response
    if question == "PSL_DATA_USAGE_COLLECTION_AND_SHARING":
        told.collected |= response == "PSL_DATA_USAGE_ONLY_COLLECTED"
        told.shared |= response == "PSL_DATA_USAGE_ONLY_SHARED"
        if response not in {"PSL_DATA_USAGE_ONLY_COLLECTED", "PSL_DATA_USAGE_ONLY_SHARED"}:
            yield _unknown(row, response)
    elif question == "PSL_DATA_USAGE_EPHEMERAL":
        told.ephemeral = True
    elif question == "DATA_USAGE_USER_CONTROL":
        told.control = response.removeprefix("PSL_DATA_USAGE_USER_CONTROL_").lower()
    elif question in {"DATA_USAGE_COLLECTION_PURPOSE", "DATA_USAGE_SHARING_PURPOSE"}:
        if purpose_of(response) is None:
            yield _unknown(row, response)
        else:
            manner = "collection" if question == "DATA_USAGE_COLLECTION_PURPOSE" else "sharing"
            told.purposes.append((row.line, response, manner))
    else:
        yield _unknown(row, question)


def _unknown(row: _Row, what: str) -> NotMeasured:
    shown = what[:80]
    return missing(f"line {row.line}", "data_safety_unknown_id",
                   f"「{shown}」という回答の意味が分かりません。様式が変わった可能性があります。",
                   f"What '{shown}' means isn't known. The form may have changed.")  # fmt: skip


def _pieces(play_type: str, told: _Type) -> Iterator[Piece]:
    for item in items_of(play_type):
        for line, purpose, manner in told.purposes:
            yield _piece(line, item, purpose_of(purpose), f"{play_type} {manner} {purpose}")
        if not told.purposes:
            manner = " and ".join(word for word, on in (("collected", told.collected), ("shared", told.shared)) if on)
            yield _piece(told.line, item, None, f"{play_type} {manner}".strip())


def _piece(line: int, item: str, purpose: str | None, words: str) -> Piece:
    return Piece(grade=Grade.DECLARED, place=Place(path=f"line {line}"), information=item, purpose=purpose, words=words)
