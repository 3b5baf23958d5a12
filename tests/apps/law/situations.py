"""Situations in few words: a website (or app) that does everything right, and what is changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from sekisho.apps.evidence import Consent, Place
from sekisho.apps.law.catalogue import Actor
from sekisho.apps.law.facts import (
    FIRST_SCREEN,
    Banner,
    Choice,
    Coverage,
    Display,
    Embedded,
    Fact,
    History,
    Inapplicable,
    Known,
    Medium,
    Notice,
    NoticeRow,
    OptOut,
    OptOutItem,
    OptOutKind,
    Reach,
    Sending,
    ServiceFacts,
    Stated,
    Unmeasured,
)
from sekisho.apps.law.questions import Answer, Answers
from sekisho.rulebook.document import read

FOLDER: Final = Path(__file__).parent
TODAY: Final = date(2026, 11, 20)
GONE: Final = Unmeasured("blocked", "開けませんでした。", "It couldn't be opened.")
SHA: Final = "ab" * 32
CARRIED: Final = ("cookie_id", "ip_address", "user_agent")
STATES: Final = ("before", "accepted", "rejected", "opted_out")
HERE: Final = Place(path="request 1")
_TOLD: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LATER: Final = datetime(2026, 2, 1, tzinfo=UTC)


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one file of situations."""
    found: list[dict[str, Any]] = read((FOLDER / name).read_text(encoding="utf-8"), name).plain()["rows"]
    return found


def day_of(given: Mapping[str, Any]) -> date:
    """The day on which it is judged."""
    day: date = given.get("on", TODAY)
    return day


def facts_of(given: Mapping[str, Any]) -> ServiceFacts:
    """What was scanned in this situation."""
    medium = Medium(given.get("medium", "web"))
    page = FIRST_SCREEN if medium is Medium.APP else "home"
    return ServiceFacts(
        service="町の便り",
        medium=medium,
        roles=frozenset(Actor),
        coverage=GONE if given.get("coverage") == "unmeasured" else Known(Coverage(
            states=frozenset(map(Consent, given.get("coverage", STATES))), blocked=tuple(given.get("blocked", ())))),
        sendings=_sendings(given.get("sendings", [{}])),
        embedded=_embedded(given, medium),
        notice=_notice(given),
        display=_of(given.get("display", {"px": 14}), lambda one: Display(
            font_px=float(one["px"]), visible=one.get("visible", True), folded=one.get("folded", False))),
        reach=_of(given.get("reach", {page: 1}), lambda one: tuple(
            Reach(page=name, clicks=None if clicks == "none" else clicks, whole=True) for name, clicks in one.items())),
        banner=_of(given.get("banner", "unmeasured"), lambda one: Banner(
            at_once=one["at_once"], shows_all=one["all"], rest_clicks=one.get("rest"))),
        history=_of(given.get("history", {"adco": "before", "statco": "before"}), lambda one: tuple(
            map(_history, one.items()))),
        opt_out=_of(given.get("opt_out", {}), lambda one: OptOut(
            items=frozenset(OptOutItem) - frozenset(map(OptOutItem, one.get("missing", ()))),
            kind=OptOutKind(one.get("kind", "sending")), read_whole=one.get("whole", True))),
        choice=_of(given.get("choice", "unmeasured"), lambda one: Choice(
            accept_steps=one["accept"], reject_steps=None if one["reject"] == "none" else one["reject"],
            area_ratio=float(one["ratio"]))),
        observations={name: _flag(value) for name, value in given.get("observe", {}).items()},
    )  # fmt: skip


def answers_of(given: Mapping[str, Any]) -> Answers:
    """What was answered in this situation."""
    wanted: dict[tuple[str, str], str] = {
        ("covered", ""): given.get("covered", "yes"),
        ("basis", ""): given.get("basis", "publication"),
        ("inventory_confirmed", ""): "yes",
        ("truly_necessary", ""): "yes",
        ("consent_covers", ""): "yes",
    }
    wanted.update({(name, ""): value for name, value in given.get("answers", {}).items()})
    wanted.update({("basis", who): value for who, value in given.get("basis_of", {}).items()})
    dated: date = given.get("dated", date(2026, 11, 1))
    found = []
    for (question, who), value in wanted.items():
        if value == "unanswered":
            continue
        given_value = {"no_evidence": "yes", "later": "yes", "na": "not_applicable"}.get(value, value)
        on = date(2026, 12, 1) if value == "later" else dated
        found.append(Answer(question=question, value=given_value, who="法務 花子", on=on, recipient=who,
                            evidence=() if value == "no_evidence" else (SHA,)))  # fmt: skip
    return Answers(found)


def _of(given: Any, make: Any) -> Any:
    return GONE if given == "unmeasured" else Known(make(given), (HERE,))


def _sendings(given: Any) -> Fact[tuple[Sending, ...]]:
    if given == "unmeasured":
        return GONE
    return Known(() if given == "none" else tuple(map(_sending, given)))


def _sending(one: Mapping[str, Any]) -> Sending:
    return Sending(
        recipient=one.get("to", "adco"), name=one.get("to", "adco"),
        information=frozenset(one.get("info", CARRIED)),
        states=frozenset(map(Consent, one.get("states", ("before", "accepted")))),
        pages=tuple(one.get("pages", ("home",))), own=one.get("own", False), alias_of=one.get("alias", ""),
        identifier_elsewhere=_flag(one.get("elsewhere", "unmeasured")),
        vendor_purposes=frozenset(one.get("vendor", ())), cleartext=one.get("cleartext", False), places=(HERE,),
    )  # fmt: skip


def _embedded(given: Mapping[str, Any], medium: Medium) -> Fact[tuple[Embedded, ...]]:
    if given.get("embedded") == "unmeasured":
        return GONE
    if medium is Medium.WEB:
        return Inapplicable("サイトに組み込まれた部品のファイルはない。", "A site has no file with modules.")
    return Known(tuple(Embedded(recipient=who, name=who, place=Place(path="classes.dex"))
                       for who in given.get("embedded", ())))  # fmt: skip


def _notice(given: Mapping[str, Any]) -> Fact[Notice]:
    about = given.get("notice", {})
    if about == "unmeasured":
        return GONE
    if about == "absent":
        return Known(Notice(exists=False), (HERE,))
    return Known(Notice(
        rows=tuple(map(_row, given.get("rows", [{}]))), read_whole=about.get("whole", True),
        japanese={"yes": True, "no": False, "unknown": None}[about.get("japanese", "yes")],
        jargon=tuple(about.get("jargon", ())),
    ), (HERE,))  # fmt: skip


def _row(one: Mapping[str, Any]) -> NoticeRow:
    return NoticeRow(
        recipient=one.get("to", "adco"), handler=Stated(one.get("handler", "clear")),
        information=frozenset(one.get("info", CARRIED)), information_stated=Stated(one.get("information", "clear")),
        sender_purpose=Stated(one.get("sender", "clear")), recipient_purpose=Stated(one.get("recipient", "clear")),
        purposes=frozenset(one.get("purposes", ("analytics",))), place=Place(path="row 1"),
    )  # fmt: skip


def _history(pair: tuple[str, str]) -> History:
    who, how = pair
    told = {"before": _TOLD, "after": datetime(2026, 3, 1, tzinfo=UTC), "never": None}[how]
    return History(recipient=who, first_sent=_LATER, first_told=told)


def _flag(value: str) -> Fact[bool]:
    if value == "unmeasured":
        return GONE
    if value == "na":
        return Inapplicable("ありません。", "There is none.")
    return Known({"yes": True, "no": False}[value], (HERE,))
