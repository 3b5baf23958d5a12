"""What each step of a case does over HTTP: the fields of its body, and the service's function that takes them.

Nothing is decided here: scope, proof, parts and law are asked by the functions themselves, the same ones that the
command line calls.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.api.disclosure_read import a_day, choice, item_numbers, maybe_day, text, texts, whole
from sekisho.clock import Clock, japan_date
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.recipient import read_key
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Handed, Mode
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.hearing.letter import Claim, Sender
from sekisho.disclosure.hearing.record import Answer, Why
from sekisho.disclosure.hearing.record import Channel as Sending
from sekisho.disclosure.overview import listed, paper_document
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.reading import checked_value
from sekisho.disclosure.record import MAX_ITEMS, Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.service import DisclosureService
from sekisho.logs.holds.rules import ReleaseReason

UPLOADS: Final = ("request_scan", "evidence", "answer_letter", "correspondence")
"""Kinds of paper that people add: what the desk makes itself has kinds of its own, which nobody can lay under."""

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the steps act on."""

    service: DisclosureService
    delivery: DeliveryDesk
    clock: Clock


def _case(entry: CaseEntry) -> Told:
    return {"case": listed(entry)}


# --- judging ---------------------------------------------------------------------------------------------------------


def question(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Ask whoever sent it."""
    fields = texts(said, "fields")
    return _case(desk.service.question_back(case, text(said, "question"), fields=fields, by=by))


def fact(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Record what was checked."""
    name = text(said, "name")
    origin = choice({"origin": "checked", **said}, "origin", Origin)
    value = checked_value(name, said.get("value"))
    return _case(desk.service.set_fact(case, name, value, origin=origin, note=text(said, "note", ""), by=by))


def review(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Review, by a second person."""
    return _case(desk.service.review(case, text(said, "note"), by=by))


def refuse(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Refuse the whole request."""
    reason = choice(said, "reason", RefusalReason)
    return _case(desk.service.refuse(case, reason, text(said, "note"), by=by))


def withdraw(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Record a withdrawal."""
    return _case(desk.service.withdraw(case, text(said, "document"), by=by))


def close(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Close."""
    return _case(desk.service.close(case, text(said, "note"), by=by))


def member(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Let a colleague know."""
    return _case(desk.service.name_member(case, text(said, "staff_id"), by=by))


def term(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Set a term."""
    started, due = a_day(said, "started_on"), a_day(said, "due_on")
    return _case(desk.service.set_deadline(case, text(said, "kind"), started_on=started, due_on=due, by=by))


def term_ended(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """End a term."""
    return _case(desk.service.end_deadline(case, text(said, "kind"), note=text(said, "note", ""), by=by))


def decide(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Decide items."""
    made: dict[int, tuple[Choice, str]] = {}
    decisions = said.get("decisions")
    if not isinstance(decisions, list) or not 0 < len(decisions) <= MAX_ITEMS:
        raise CaseRefused(field="decisions", problem=f"a list of 1 to {MAX_ITEMS}")
    for one in decisions:
        if not isinstance(one, dict) or not set(one) <= {"items", "choice", "note"}:
            raise CaseRefused(field="decisions", problem="objects with items, choice and note")
        for number in item_numbers(one):
            if number in made:
                raise CaseRefused(field="decisions.items", problem=f"item {number} once")
            made[number] = (choice(one, "choice", Choice), text(one, "note"))
    entry = desk.service.deciding.decide(case, made, by=by)
    return {**_case(entry), "decisions": [one.document() for one in desk.service.deciding.decisions(case, by=by)]}


# --- searching and holding -------------------------------------------------------------------------------------------


def request(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Ask for the search."""
    del said
    return {"grants": [one.document() for one in desk.service.searching.request(case, by=by)]}


def approve(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Approve it: two people. ``grants`` are those that the approver was shown."""
    shown = texts(said, "grants") if "grants" in said else None
    return {"grants": [one.document() for one in desk.service.searching.approve(case, by=by, shown=shown)]}


def run(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Run it."""
    del said
    return _case(desk.service.searching.run(case, by=by))


def hold(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Hold."""
    held = desk.service.holding.hold(case, until=maybe_day(said, "until"), by=by)
    return {"holds": [one.document() for one in held]}


def hold_approved(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Approve what is to be held on the operator's own judgement."""
    del said
    return {"holds": [one.document() for one in desk.service.holding.approve(case, by=by)]}


def hold_reviewed(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Say that what has no last day is still needed."""
    return {"holds": [one.document() for one in desk.service.holding.review(case, text(said, "note"), by=by)]}


def hold_extended(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Extend an earlier hold."""
    until, why = a_day(said, "until"), text(said, "why")
    held = desk.service.holding.extend(case, text(said, "of"), until=until, why=why, by=by)
    return {"holds": [one.document() for one in held]}


def hold_released(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Release a hold."""
    days = {name: maybe_day(said, name) for name in ("decided_on", "ended_on")}
    reason, document = choice(said, "reason", ReleaseReason), text(said, "document", "")
    return _case(desk.service.holding.release(case, reason, document=document, by=by, **days))


# --- an emergency ----------------------------------------------------------------------------------------------------


def called(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Call the outside approver."""
    return _case(desk.service.emergencies.call(case, text(said, "staff_id"), by=by))


def outside(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Approve from outside."""
    return _case(desk.service.emergencies.approve(case, text(said, "note"), by=by))


def afterwards(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Review afterwards."""
    return _case(desk.service.emergencies.review_afterwards(case, text(said, "note"), by=by))


# --- the sender's hearing --------------------------------------------------------------------------------------------


def draft(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Write a letter to the sender."""
    sender, claim = _part(said, "sender", Sender), _part(said, "claim", Claim)
    inquiry, letter = desk.service.hearings.draft(case, item_numbers(said), sender, claim, by=by)
    return {"inquiry": inquiry.document(), "letter": letter.document()}


def _part(said: Mapping[str, Any], name: str, kind: Any) -> Any:
    part = said.get(name)
    if not isinstance(part, dict) or set(part) != set(kind.__dataclass_fields__):
        raise CaseRefused(field=name, problem=f"an object with {', '.join(kind.__dataclass_fields__)}")
    return kind(**{each: text(part, each) for each in part})


def sent(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """It was sent."""
    channel, on = choice(said, "channel", Sending), a_day(said, "on", japan_date(desk.clock.now()))
    found = desk.service.hearings.sent(case, whole(said, "inquiry"), channel=channel, on=on, by=by)
    return {"inquiry": found.document()}


def reached(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """It arrived."""
    on = a_day(said, "on", japan_date(desk.clock.now()))
    return {"inquiry": desk.service.hearings.reached(case, whole(said, "inquiry"), on=on, by=by).document()}


def longer(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Give more time."""
    until, reason = a_day(said, "until"), text(said, "reason")
    found = desk.service.hearings.extend(case, whole(said, "inquiry"), until=until, reason=reason, by=by)
    return {"inquiry": found.document()}


def answered(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Record the answer."""
    answer, inquiry = choice(said, "answer", Answer), whole(said, "inquiry")
    hearings = desk.service.hearings
    if answer is Answer.NO_ANSWER:
        return {"inquiry": hearings.no_answer(case, inquiry, by=by).document()}
    on, how = a_day(said, "on", japan_date(desk.clock.now())), text(said, "how")
    reasons = text(said, "reasons", "")
    return {"inquiry": hearings.answer(case, inquiry, answer, on=on, how=how, reasons=reasons, by=by).document()}


def unheard(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Say that the sender can't be heard."""
    why, reason = choice(said, "why", Why), text(said, "reason")
    return {"unheard": desk.service.hearings.unheard(case, item_numbers(said), why, reason, by=by).document()}


def confirmed(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Confirm that."""
    return {"unheard": desk.service.hearings.confirm(case, whole(said, "number"), by=by).document()}


def told(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """The objector was told."""
    channel, on = choice(said, "channel", Sending), a_day(said, "on", japan_date(desk.clock.now()))
    objector, note = text(said, "objector"), text(said, "note")
    desk.service.hearings.tell(case, objector, channel=channel, on=on, note=note, by=by)
    return {"to_be_told": desk.service.hearings.untold(case, by=by)}


# --- papers and packages ---------------------------------------------------------------------------------------------


def paper(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Add a paper."""
    written = said.get("data")
    try:
        if not isinstance(written, str):
            raise CaseRefused(field="data", problem="Base64")
        data = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise CaseRefused(field="data", problem="Base64") from None
    keep = choice({"keep": Keep.RECORD.value, **said}, "keep", Keep)
    return {"paper": paper_document(desk.service.papers.attach(case, _slug(said), data, keep=keep, by=by))}


def _slug(said: Mapping[str, Any]) -> str:
    kind = text(said, "kind")
    if kind not in UPLOADS:
        raise CaseRefused(field="kind", problem=f"one of {', '.join(UPLOADS)}")
    return kind


def packed(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Pack what was decided."""
    mode = choice(said, "mode", Mode)
    key = read_key(text(said, "key").encode()) if "key" in said else None
    made, passphrase = desk.delivery.prepare(
        case,
        text(said, "recipient", "requester"),
        text(said, "name"),
        mode=mode,
        key=key,
        letters=texts(said, "letters"),
        by=by,
    )
    return {"package": made.document(), "passphrase": passphrase}


def _handed(handed: Handed) -> Told:
    return {
        "package": handed.package.document(),
        "ledger_index": handed.ledger_index,
        "data": base64.b64encode(handed.data).decode(),
        "key": None if handed.key is None else handed.key.decode(),
    }


def released(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Hand it over."""
    channel, how = choice(said, "channel", Channel), text(said, "how")
    return _handed(desk.delivery.release(case, text(said, "package"), channel=channel, how=how, by=by))


def again(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Hand it over again."""
    channel, how = choice(said, "channel", Channel), text(said, "how")
    return _handed(desk.delivery.redeliver(case, text(said, "package"), channel=channel, how=how, by=by))


def receipt(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Register the receipt."""
    on = a_day(said, "received_on", japan_date(desk.clock.now()))
    signed, digest = text(said, "signed_by"), said.get("sha256")
    stated = None if digest is None else text(said, "sha256")
    package = text(said, "package")
    return _case(desk.delivery.receipt(case, package, received_on=on, signed_by=signed, sha256=stated, by=by))


def wait(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Begin the time for objections."""
    return _case(desk.delivery.wait(case, text(said, "note"), by=by))
