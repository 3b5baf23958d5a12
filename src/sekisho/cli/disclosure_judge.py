"""``sekisho disclosure check``, ``review``, ``decide``, ``refuse``, ``withdraw``, ``close``: a case is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from sekisho.cli.disclosure_options import (
    actor,
    case_argument,
    fact_line,
    note_option,
    numbers,
    tell,
    token_option,
)
from sekisho.cli.disclosure_text import permissions_text
from sekisho.cli.errors import Usage
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import FactRefused
from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.judging import judgement
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.record import Origin
from sekisho.disclosure.service import DisclosureService
from sekisho.engine.facts import FactType

_TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}


@click.command()
@case_argument
@click.argument("fact", metavar="FACT[=VALUE]")
@click.option("--note", default="", help="だれに、どの番号で、どう確かめたか / Whom was asked, at which number, how.")
@click.option(
    "--declared", is_flag=True, help="確かめず、書面の記載だけを入れる / Only what the paper says, unchecked."
)
@token_option
@output_options
@pass_session
def check(session: Session, case_id: str, fact: str, note: str, declared: bool, token_file: Path | None) -> None:
    """確かめた事実を記録する（文書番号の確認、公表された番号への折り返し など） / Record what was checked, and how.

    例 / e.g.: sekisho disclosure check CASE authenticity.called_back --note "代表番号 03-0000-0110、課長に確認"
    """
    name, _, written = fact.partition("=")
    value = value_of(name, written or "true")
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        origin = Origin.DECLARED if declared else Origin.CHECKED
        entry = DisclosureService(workspace).set_fact(case_id, name, value, origin=origin, note=note, by=by)
        ja, en = (fact_line(name, value, lang) for lang in ("ja", "en"))
        if declared:
            ja = f"{ja}（申告のみ。確かめたら --declared なしで記録）"
            en = f"{en} (declared; once checked, without --declared)"
        tell(session, entry, f"記録しました: {ja}", f"On record: {en}")


@click.command()
@case_argument
@note_option
@token_option
@output_options
@pass_session
def review(session: Session, case_id: str, note: str, token_file: Path | None) -> None:
    """受け付けた人とは別の人が、請求を確かめたことを記録する / Say, as a second person, that it can be judged."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).review(case_id, note, by=by)
        tell(session, entry, "確認を記録しました。", "The review is on record.")


@click.command()
@case_argument
@click.option("--disclose", metavar="ITEMS", help="開示する項目（1-3,7 か all） / Items to disclose: 1-3,7 or all.")
@click.option("--forward", metavar="ITEMS", help="次の提供者を知らせる項目 / Items passed on to the next provider.")
@click.option("--refuse", "refused", metavar="ITEMS", help="開示しない項目 / Items refused.")
@click.option("--note", default="", help="決定の理由（決定には必須） / Why; needed for a decision.")
@click.option("--all-acts", is_flag=True, help="行えないことの理由も全部表示 / Every reason of what can't be done too.")
@token_option
@output_options
@pass_session
def decide(
    session: Session,
    case_id: str,
    disclose: str | None,
    forward: str | None,
    refused: str | None,
    note: str,
    all_acts: bool,
    token_file: Path | None,
) -> None:
    """検索・保全・開示してよいか、だれに、いつまでかを条文とともに示す。項目を渡すと決定を記録する

    / What may be searched, held and disclosed, to whom, until when, with citations. With items: decide them.
    """
    asked = {Choice.DISCLOSE: disclose, Choice.FORWARD: forward, Choice.REFUSE: refused}
    deciding = any(one is not None for one in asked.values())
    with session.open("write" if deciding else "read") as workspace:
        service, by = DisclosureService(workspace), actor(workspace, session, token_file)
        if deciding:
            case = service.find(case_id, by=by).case
            every = [] if case is None else [item.number for item in case.items]
            entry = service.deciding.decide(case_id, _choices(asked, note, every), by=by)
            decisions = [one.document() for one in service.deciding.decisions(case_id, by=by)]
            tell(session, entry, "決定を記録しました。", "The decision is on record.", {"decisions": decisions})
            return
        document = judgement(workspace, service, case_id, by=by)
    if session.json:
        session.answer(document)
    else:
        session.say(permissions_text(document, session.lang, everything=all_acts))


@click.command()
@case_argument
@click.option(
    "--reason", required=True, type=click.Choice([one.value for one in RefusalReason]), help="集計する理由 / Why."
)
@note_option
@token_option
@output_options
@pass_session
def refuse(session: Session, case_id: str, reason: str, note: str, token_file: Path | None) -> None:
    """請求の全体を断る / Refuse the whole request."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).refuse(case_id, RefusalReason(reason), note, by=by)
        tell(session, entry, "断ったことを記録しました。", "The refusal is on record.")


@click.command()
@case_argument
@click.option("--document", required=True, help="取下げの書面 / How they said so.")
@token_option
@output_options
@pass_session
def withdraw(session: Session, case_id: str, document: str, token_file: Path | None) -> None:
    """請求者が取り下げたことを記録する / Record that the requester withdrew it."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).withdraw(case_id, document, by=by)
        tell(session, entry, "取下げを記録しました。", "The withdrawal is on record.")


@click.command()
@case_argument
@note_option
@token_option
@output_options
@pass_session
def close(session: Session, case_id: str, note: str, token_file: Path | None) -> None:
    """案件を終える。作業用の写しは次の `sekisho due` で消える / Close; `sekisho due` destroys the working copies."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).close(case_id, note, by=by)
        tell(session, entry, "案件を終えました。", "The case is closed.")


def _choices(asked: dict[Choice, str | None], note: str, every: list[int]) -> dict[int, tuple[Choice, str]]:
    made: dict[int, tuple[Choice, str]] = {}
    for choice, written in asked.items():
        if written is None:
            continue
        for number in numbers(written, every, "sekisho disclosure decide"):
            if number in made:
                raise Usage(problem=f"item {number} is named twice", command="sekisho disclosure decide")
            made[number] = (choice, note)
    return made


def value_of(name: str, written: str) -> Any:
    """What was written, as the fact's type takes it. Whether it fits is the case's to say."""
    spec = CATALOGUE.facts.get(name)
    if spec is None:
        raise FactRefused(field=name[:60], problem="no such fact")
    if spec.type is FactType.BOOL:
        if written.lower() not in _TRUTHS:
            raise FactRefused(field=name, problem="true or false")
        return _TRUTHS[written.lower()]
    if spec.type is FactType.INT:
        try:
            return int(written)
        except ValueError:
            raise FactRefused(field=name, problem="a whole number") from None
    return written
