"""``sekisho disclosure hear``: the sender is asked before anything is disclosed, and told of an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from sekisho.cli.disclosure_options import actor, case_argument, numbers, token_option
from sekisho.cli.log_options import day_type, read_document
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.hearing.letter import Claim, Letter, Sender
from sekisho.disclosure.hearing.record import Answer, Channel, Hearing, Inquiry, Unheard, Why
from sekisho.disclosure.overview import hearing_document
from sekisho.disclosure.service import DisclosureService
from sekisho.workspace import Workspace

_inquiry = click.argument("inquiry", type=click.IntRange(1))
_channel = click.option(
    "--channel", required=True, type=click.Choice([one.value for one in Channel]), help="送り方 / How it was sent."
)
_on = click.option("--on", type=day_type, help="日本の日付（省くと今日） / A date in Japan; today by default.")
_items = click.option("--items", required=True, help="項目（1-3,7 か all） / Items: 1-3,7 or all.")


@click.group()
def hear() -> None:
    """発信者に意見を聴く（照会・回答・聴けない事情・通知） / Hear the sender: letters, answers, notices."""


@hear.command()
@case_argument
@_items
@click.option(
    "--file",
    "file",
    required=True,
    metavar="FILE|-",
    help="宛先 sender と請求の内容 claim（JSON） / Whom it goes to and what it says, as JSON.",
)
@token_option
@output_options
@pass_session
def draft(session: Session, case_id: str, items: str, file: str, token_file: Path | None) -> None:
    """意見照会書の文面を作る（送らない） / Write the letter to one sender; nothing is sent.

    FILE は examples/disclosure/hearing.json の形です。氏名を示さない請求者は「（氏名は示さない）」と書きます。

    FILE looks like examples/disclosure/hearing.json; a claimant who isn't to be named is written as withheld.
    """
    sender, claim = _letter(read_document(file))
    with session.open() as workspace:
        service, by = DisclosureService(workspace), actor(workspace, session, token_file)
        case = service.find(case_id, by=by).case
        every = [] if case is None else [item.number for item in case.items]
        wanted = numbers(items, every, "sekisho disclosure hear draft")
        made, letter = service.hearings.draft(case_id, wanted, sender, claim, by=by)
    if session.json:
        session.answer({"inquiry": made.document(), "letter": letter.document()})
        return
    _say(session, made)
    _say_letter(session, letter)


@hear.command()
@case_argument
@_inquiry
@_channel
@_on
@token_option
@output_options
@pass_session
def sent(
    session: Session, case_id: str, inquiry: int, channel: str, on: datetime | None, token_file: Path | None
) -> None:
    """照会書を送ったことを記録する。2週間が始まる / Register that it was sent: two weeks begin."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).hearings.sent(
            case_id, inquiry, channel=Channel(channel), on=_day(workspace, on), by=by
        )
    _tell(session, found)


@hear.command()
@case_argument
@_inquiry
@_on
@token_option
@output_options
@pass_session
def reached(session: Session, case_id: str, inquiry: int, on: datetime | None, token_file: Path | None) -> None:
    """照会書が届いた日を記録する / Register the day on which it reached the sender."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).hearings.reached(case_id, inquiry, on=_day(workspace, on), by=by)
    _tell(session, found)


@hear.command()
@case_argument
@_inquiry
@click.option("--until", type=day_type, required=True, help="新しい期限 / The new last day.")
@click.option("--reason", required=True, help="延ばす理由 / Why.")
@token_option
@output_options
@pass_session
def extend(session: Session, case_id: str, inquiry: int, until: datetime, reason: str, token_file: Path | None) -> None:
    """回答の期限を延ばす / Give the sender more time."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).hearings.extend(case_id, inquiry, until=until.date(), reason=reason, by=by)
    _tell(session, found)


@hear.command()
@case_argument
@_inquiry
@click.argument("said", type=click.Choice([one.value for one in Answer]), metavar="agrees|opposes|no_answer")
@click.option("--how", default="", help="本人の回答とわかった方法 / How it is known to be theirs.")
@click.option("--reasons", default="", help="不同意の理由 / Their reasons.")
@_on
@token_option
@output_options
@pass_session
def answer(
    session: Session,
    case_id: str,
    inquiry: int,
    said: str,
    how: str,
    reasons: str,
    on: datetime | None,
    token_file: Path | None,
) -> None:
    """回答を記録する。期限までに回答がなければ no_answer / Record the answer, or that none came in time."""
    with session.open() as workspace:
        by, hearings = actor(workspace, session, token_file), DisclosureService(workspace).hearings
        if said == Answer.NO_ANSWER.value:
            found = hearings.no_answer(case_id, inquiry, by=by)
        else:
            day = _day(workspace, on)
            found = hearings.answer(case_id, inquiry, Answer(said), on=day, how=how, reasons=reasons, by=by)
    _tell(session, found)


@hear.command()
@case_argument
@_items
@click.option("--why", required=True, type=click.Choice([one.value for one in Why]), help="理由の種類 / Why.")
@click.option("--reason", required=True, help="具体的な事情 / What exactly.")
@token_option
@output_options
@pass_session
def unheard(session: Session, case_id: str, items: str, why: str, reason: str, token_file: Path | None) -> None:
    """意見を聴けないと申し出る（別の人の確認が要る） / Say that the sender can't be heard; a second person confirms."""
    with session.open() as workspace:
        service, by = DisclosureService(workspace), actor(workspace, session, token_file)
        case = service.find(case_id, by=by).case
        every = [] if case is None else [item.number for item in case.items]
        wanted = numbers(items, every, "sekisho disclosure hear unheard")
        found = service.hearings.unheard(case_id, wanted, Why(why), reason, by=by)
    _tell_unheard(session, found)


@hear.command()
@case_argument
@click.argument("number", type=click.IntRange(1))
@token_option
@output_options
@pass_session
def confirm(session: Session, case_id: str, number: int, token_file: Path | None) -> None:
    """意見を聴けないことを、別の人が確かめる / Confirm, as a second person, that the sender can't be heard."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).hearings.confirm(case_id, number, by=by)
    _tell_unheard(session, found)


@hear.command()
@case_argument
@click.argument("objector")
@_channel
@click.option("--note", required=True, help="だれに、どう知らせたか / Who was told, and how.")
@_on
@token_option
@output_options
@pass_session
def told(
    session: Session,
    case_id: str,
    objector: str,
    channel: str,
    note: str,
    on: datetime | None,
    token_file: Path | None,
) -> None:
    """不同意だった発信者に、開示命令を受けたことを知らせた / Record that who opposed was told of the order (6条2項)."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        hearings = DisclosureService(workspace).hearings
        found = hearings.tell(case_id, objector, channel=Channel(channel), on=_day(workspace, on), note=note, by=by)
        left = hearings.untold(case_id, by=by)
    _tell_hearing(session, found, left)


@hear.command()
@case_argument
@token_option
@output_options
@pass_session
def show(session: Session, case_id: str, token_file: Path | None) -> None:
    """意見聴取の記録 / What was recorded of the hearing."""
    with session.open("read") as workspace:
        by, hearings = actor(workspace, session, token_file), DisclosureService(workspace).hearings
        found, left = hearings.find(case_id, by=by), hearings.untold(case_id, by=by)
    _tell_hearing(session, found, left)


# --- how -------------------------------------------------------------------------------------------------------------


def _letter(written: dict[str, Any]) -> tuple[Sender, Claim]:
    return Sender(**_part(written, "sender", Sender)), Claim(**_part(written, "claim", Claim))


def _part(written: dict[str, Any], name: str, kind: type[Sender] | type[Claim]) -> dict[str, str]:
    part, fields = written.get(name), kind.__dataclass_fields__
    if not isinstance(part, dict) or set(part) != set(fields):
        raise CaseRefused(field=name, problem=f"an object with {', '.join(fields)}")
    if any(not isinstance(text, str) for text in part.values()):
        raise CaseRefused(field=name, problem="texts")
    return part


def _day(workspace: Workspace, on: datetime | None) -> date:
    return japan_date(workspace.clock.now()) if on is None else on.date()


def _tell(session: Session, found: Inquiry) -> None:
    if session.json:
        session.answer({"inquiry": found.document()})
        return
    _say(session, found)


def _say(session: Session, found: Inquiry) -> None:
    due = "" if found.due is None else f"  → {found.due}"
    said = f"#{found.number}  {found.stands}  {found.stage.value}{due}"
    items = ", ".join(str(one) for one in found.items)
    session.say_in(f"照会 {said}  項目 {items}", f"Inquiry {said}  items {items}")


def _tell_unheard(session: Session, found: Unheard) -> None:
    if session.json:
        session.answer({"unheard": found.document()})
        return
    _say_unheard(session, found)


def _say_unheard(session: Session, found: Unheard) -> None:
    by = found.confirmed_by
    if by is None:
        ja, en = "確認待ち（まだ効力はありません）", "to be confirmed by somebody else; counts for nothing yet"
    else:
        ja, en = f"確認 {by}", f"confirmed by {by}"
    said = f"#{found.number}  {found.why.value}"
    session.say_in(f"聴けない事情 {said}  {ja}", f"Unheard {said}  {en}")


def _tell_hearing(session: Session, found: Hearing, left: Sequence[str]) -> None:
    if session.json:
        session.answer(hearing_document(found, left))
        return
    for one in found.inquiries:
        _say(session, one)
    for each in found.unheard:
        _say_unheard(session, each)
    for who in left:
        session.say_in(f"開示命令を知らせる相手: {who}", f"To be told of the order: {who}")
    if not (found.inquiries or found.unheard):
        session.say_in("意見聴取の記録はありません。", "Nobody was heard yet.")


def _say_letter(session: Session, letter: Letter) -> None:
    session.say("")
    for line in (
        f"{letter.sender.name} 様  {letter.sender.address}",
        f"{letter.operator}  {letter.written_on}",
        f"{letter.claim.place}  {letter.claim.posted}",
        f"{letter.claim.right}: {letter.claim.reasons}",
        letter.answer_within.in_(session.lang),
    ):
        session.say(f"  {line}")
