"""``sekisho stop``: who holds numbers, the wholesale tree with its checks, and the settings."""

from __future__ import annotations

from datetime import datetime

import click

from sekisho.access.roles import Scope
from sekisho.cli.errors import Usage
from sekisho.cli.log_options import day_type, read_document, stated
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.cli.stop_text import service_of, tell
from sekisho.stops.checks import questions
from sekisho.stops.desk import SETTINGS
from sekisho.stops.errors import RequestRefused


@click.command()
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def contractor(session: Session, file: str) -> None:
    """番号を持つ契約者を登録する / Enter a contractor.

    JSON: id, name, address, corporate_number, call_forwarding, operator
    """
    written = read_document(file)
    with session.open() as workspace:
        made = service_of(workspace).register.add_contractor(written, by=stated(workspace, session, Scope.REQUEST))
    tell(session, made.document())


@click.command()
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def assign(session: Session, file: str) -> None:
    """番号と契約者を登録する（すべてか、なしか） / Enter who holds numbers, all or none.

    JSON: {"numbers": [{number, contractor, from, until, state: in_use|stock}]}
    """
    rows = read_document(file).get("numbers")
    if not isinstance(rows, list):
        raise RequestRefused(field="numbers", problem="a list")
    with session.open() as workspace:
        made = service_of(workspace).register.assign(rows, by=stated(workspace, session, Scope.REQUEST))
    if session.json:
        session.answer({"numbers": made})
        return
    session.say_in(f"{made} 件の番号を登録しました。", f"{made} numbers are entered.")


@click.command("give-back")
@click.argument("number")
@click.option("--on", type=day_type, required=True, help="契約者のない最初の日 / The first day without a contractor.")
@output_options
@pass_session
def give_back(session: Session, number: str, on: datetime) -> None:
    """番号が契約者から戻ったことを登録する / A number is with nobody from that day; another may be assigned it."""
    with session.open() as workspace:
        service, by = service_of(workspace), stated(workspace, session, Scope.REQUEST)
        service.register.end_assignment(number, on.date(), by=by)
    if session.json:
        session.answer({"on": on.date().isoformat()})
        return
    session.say_in(f"{on.date()} から契約者のない番号にしました。", f"From {on.date()} nobody holds it.")


@click.command()
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def wholesale(session: Session, file: str) -> None:
    """卸の系統に加える（当社が卸すには、承認された確認が要る） / Add to the wholesale tree.

    JSON: giver (us は当社), taker, relation (wholesale|ported), first, last, from, until
    """
    written = read_document(file)
    with session.open() as workspace:
        made = service_of(workspace).checks.give(written, by=stated(workspace, session, Scope.REQUEST))
    if session.json:
        session.answer({"id": made})
        return
    session.say(made)


@click.command()
@output_options
@pass_session
def tree(session: Session) -> None:
    """卸の系統を見る / The wholesale tree."""
    with session.open("read") as workspace:
        found = service_of(workspace).register.edges()
    if session.json:
        session.answer(found)
        return
    for one in found:
        session.say(
            f"{one['first']}–{one['last']}  {one['giver']} → {one['taker']}  {one['relation']}  "
            f"{one['from']} – {one['until'] or ''}  {one['check'] or ''}"
        )


@click.command()
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def check(session: Session, file: str) -> None:
    """卸先の確認を登録する / Enter a check of a wholesale customer. JSON: customer, answers, documents, note"""
    written = read_document(file)
    with session.open() as workspace:
        made = service_of(workspace).checks.enter(written, by=stated(workspace, session, Scope.REQUEST))
    tell(session, made)


@click.command("questions")
@output_options
@pass_session
def questions_(session: Session) -> None:
    """卸先の確認の項目と、その法令についてわかっていること / The questions, and what is known of their law."""
    found = questions()
    if session.json:
        session.answer({"law": {name: str(one) for name, one in found["law"].items()}, "questions": found["questions"]})
        return
    for one in found["questions"]:
        session.say(f"{one['id']}  {one[session.lang]}")
    session.say_in(
        "令和7年法律第46号の条文・省令・施行日は未確認です。",
        "Act, ordinance and day in force weren't read.",
    )


@click.command()
@click.argument("name", type=click.Choice(list(SETTINGS)), required=False)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="設定しない状態に戻す / Unset it.")
@click.option("--source", help="根拠（文書・約款） / Where it is known from.")
@output_options
@pass_session
def setting(session: Session, name: str | None, value: str | None, unset: bool, source: str | None) -> None:
    """設定を見る・変える。件数の基準と拒否の期間は公表されておらず、初めは設定がない / Settings.

    Neither the threshold nor the period of refusal is public, so both begin unset.
    """
    if name is not None and (value is None) != unset:
        raise Usage(problem="a value, or --unset", command="sekisho stop setting")
    if name is None:
        with session.open("read") as workspace:
            found = service_of(workspace).desk.settings()
    else:
        with session.open() as workspace:
            desk = service_of(workspace).desk
            desk.set(name, value, source=source or "", by=stated(workspace, session, Scope.REQUEST))
            found = desk.settings()
    if session.json:
        session.answer(found)
        return
    for each, set_to in found.items():
        session.say(f"{each}  {set_to or '―'}")
