"""Situations in few words: what was seen, what the notice has, and what is changed in that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sekisho.apps.evidence import Grade, Piece, Place, Target, TargetKind
from sekisho.apps.flows import Flow, FlowKey, Seen
from sekisho.apps.law.facts import (
    NOT_LOOKED,
    Denied,
    Fact,
    Inapplicable,
    Known,
    Notice,
    NoticeRow,
    Stated,
    Unmeasured,
)
from sekisho.rulebook.document import read

FOLDER: Final = Path(__file__).parent
GONE: Final = Unmeasured("picture", "画像で読めません。", "It is a picture.")
HAR: Final = Target(name="town.har", sha256="11", kind=TargetKind.HAR)
APK: Final = Target(name="town.apk", sha256="22", kind=TargetKind.ANDROID)
POLICY: Final = Target(name="policy.html", sha256="33", kind=TargetKind.POLICY)
PLAY: Final = Target(name="play.csv", sha256="44", kind=TargetKind.PLAY_DATA_SAFETY)
_DEFAULT: Final = ("cookie_id", "ip_address")


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one file of situations."""
    found: list[dict[str, Any]] = read((FOLDER / name).read_text(encoding="utf-8"), name).plain()["rows"]
    return found


def seen(target: Target, grade: Grade, number: int = 1, **more: Any) -> Seen:
    """A piece at a place of a target."""
    return target, Piece(grade=grade, place=Place(path=f"request {number}"), **more)


def flow(who: str, information: str | None = None, purpose: str | None = None, *, own: bool = False,
         former: tuple[str, ...] = (), observed: tuple[Seen, ...] = (), embedded: tuple[Seen, ...] = (),
         declared: tuple[Seen, ...] = ()) -> Flow:  # fmt: skip
    """A flow to a recipient (a domain where there is a dot in it)."""
    is_domain = "." in who
    key = FlowKey(recipient=None if is_domain else who, domain=who if is_domain else None, service=who,
                  information=information, purpose=purpose, own=own)  # fmt: skip
    return Flow(key=key, former=former, observed=observed, embedded=embedded, declared=declared)


def flows_of(given: Mapping[str, Any]) -> tuple[Flow, ...]:
    """What was seen in this situation."""
    return tuple(_flows(given))


def _flows(given: Mapping[str, Any]) -> Iterator[Flow]:
    for who, what in given.get("seen", {"adco": _DEFAULT}).items():
        for each in what:
            information, _, purpose = each.partition(":")
            yield flow(
                who,
                None if information == "-" else information,
                purpose or None,
                observed=(seen(HAR, Grade.OBSERVED, information=None if information == "-" else information),),
            )
    for who in given.get("embedded", ()):
        yield flow(who, embedded=(seen(APK, Grade.EMBEDDED, signature=f"jp.{who}"),))
    for who in given.get("written", ()):
        yield flow(who, embedded=(seen(APK, Grade.EMBEDDED, host=who),))
    for information in given.get("own", ()):
        yield flow("town.example", information, own=True, observed=(seen(HAR, Grade.OBSERVED),))
    for information in given.get("store", ()):
        key = FlowKey(recipient=None, domain=None, service="", information=information, purpose=None)
        yield Flow(key=key, declared=(seen(PLAY, Grade.DECLARED),))
    for who, names in given.get("former", {}).items():
        pieces = [seen(POLICY, Grade.DECLARED, company=name) for name in names]
        pieces += [seen(POLICY, Grade.DECLARED, 2, company=who)] if who in given.get("present", ()) else []
        yield flow(who, former=tuple(names), declared=tuple(pieces))


def notice_of(given: Mapping[str, Any]) -> Fact[Notice]:
    """The notice in this situation."""
    kind = given.get("notice", "read")
    if kind == "unmeasured":
        return GONE
    if kind == "not_looked":
        return NOT_LOOKED
    if kind == "inapplicable":
        return Inapplicable("送信がない。", "Nothing is sent.")
    if kind == "absent":
        return Known(Notice(exists=False))
    return Known(Notice(
        rows=tuple(_row(number, row) for number, row in enumerate(given.get("rows", [{}]), 1)),
        read_whole=given.get("whole", True),
        denied=tuple(Denied(recipient=each.get("recipient", ""), information=frozenset(each.get("information", ())))
                     for each in given.get("denied", ())),
    ))  # fmt: skip


def _row(number: int, row: Mapping[str, Any]) -> NoticeRow:
    return NoticeRow(
        recipient=row.get("to", "adco"), handler=Stated(row.get("handler", "clear")),
        information=frozenset(row.get("information", _DEFAULT)),
        information_stated=Stated(row.get("stated", "clear")), sender_purpose=Stated(row.get("sender", "clear")),
        recipient_purpose=Stated(row.get("recipient", "clear")),
        purposes=frozenset(row.get("purposes", ("advertising",))), place=Place(path=f"row {number}"),
    )  # fmt: skip
