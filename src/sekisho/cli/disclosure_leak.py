"""``sekisho disclosure leak``: three reports of one incident, their terms, and the form; nothing is submitted by it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sekisho.cli.disclosure_deliver import write_new
from sekisho.cli.disclosure_options import actor, term_title, token_option
from sekisho.cli.log_options import day_type, read_document
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.disclosure.leak_report import FIELDS, Category, LeakReport, Stage
from sekisho.disclosure.leaks import Leaks
from sekisho.disclosure.reading import moment
from sekisho.disclosure.reports.leak_paper import pdf

_report = click.argument("report", metavar="REPORT")
_fields = click.option("--file", "file", metavar="FILE|-", help="様式の10欄（JSON） / The form's ten fields, as JSON.")


@click.group()
def leak() -> None:
    """漏えい等の報告（通信の秘密・特定利用者情報・個人データ）と期限 / Leak reports and their terms."""


@leak.command("open")
@click.option("--noticed-at", required=True, metavar="TIME", help="知った時刻 / When it became known, with its offset.")
@click.option(
    "--category",
    "categories",
    multiple=True,
    required=True,
    type=click.Choice([one.value for one in Category]),
    help="何の漏えいか（繰り返し可） / What leaked; repeatable.",
)
@click.option("--malice", is_flag=True, help="不正の目的によるもの（期限が延びる） / With an improper purpose.")
@_fields
@token_option
@output_options
@pass_session
def open_(
    session: Session,
    noticed_at: str,
    categories: tuple[str, ...],
    malice: bool,
    file: str | None,
    token_file: Path | None,
) -> None:
    """漏えい等を記録する。区分ごとに報告と期限ができる / Take an incident down: a report for each category."""
    at = moment(noticed_at, "noticed_at")
    fields = {} if file is None else read_document(file)
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        kinds = frozenset(Category(one) for one in categories)
        found = Leaks(workspace).open(at, kinds, fields, malice=malice, by=by)
    _tell(session, found)


@leak.command()
@_report
@click.option("--file", "file", required=True, metavar="FILE|-", help="書く欄（JSON） / Fields to fill in, as JSON.")
@token_option
@output_options
@pass_session
def fill(session: Session, report: str, file: str, token_file: Path | None) -> None:
    """様式の欄を書く / Fill in fields of the form."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = Leaks(workspace).fill(report, read_document(file), by=by)
    _tell(session, (found,))


@leak.command()
@_report
@click.argument("stage", type=click.Choice([one.value for one in Stage]), metavar="first|details")
@click.option("--on", type=day_type, help="報告した日（省くと今日） / The day; today by default.")
@click.option("--office", required=True, help="報告先 / To which office.")
@click.option("--reference", default="", help="受付番号 / Its reference.")
@token_option
@output_options
@pass_session
def submitted(
    session: Session,
    report: str,
    stage: str,
    on: datetime | None,
    office: str,
    reference: str,
    token_file: Path | None,
) -> None:
    """人が報告したことを記録する（このコマンドは送らない） / Record that a person submitted it; nothing is sent."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        day = japan_date(workspace.clock.now()) if on is None else on.date()
        found = Leaks(workspace).submitted(report, Stage(stage), on=day, office=office, reference=reference, by=by)
    _tell(session, (found,))


@leak.command("not-needed")
@_report
@click.option("--why", required=True, help="報告が要らない理由 / Why none is needed.")
@token_option
@output_options
@pass_session
def not_needed(session: Session, report: str, why: str, token_file: Path | None) -> None:
    """報告が要らないことを、別の人が記録する / Record, as another person, that no report is needed."""
    with session.open() as workspace:
        found = Leaks(workspace).not_needed(report, why, by=actor(workspace, session, token_file))
    _tell(session, (found,))


@leak.command("list")
@token_option
@output_options
@pass_session
def list_(session: Session, token_file: Path | None) -> None:
    """報告の一覧と期限 / All reports, with their terms."""
    with session.open("read") as workspace:
        by, leaks = actor(workspace, session, token_file), Leaks(workspace)
        found = leaks.every(by=by)
        terms = {one.id: leaks.deadlines(one.id, by=by) for one in found}
    if session.json:
        session.answer(
            [
                {
                    **one.document(),
                    "deadlines": [
                        {"kind": term.kind, "due_on": term.due_on.isoformat(), "state": term.state}
                        for term in terms[one.id]
                    ],
                }
                for one in found
            ]
        )
        return
    for one in found:
        _say(session, one)
        for term in terms[one.id]:
            session.say(f"    {term.due_on}  {term_title(term.kind, session.lang)}  {term.state}")
    if not found:
        session.say_in("漏えい等の記録はありません。", "No leak is on record.")


@leak.command("print")
@_report
@click.argument("stage", type=click.Choice([one.value for one in Stage]), metavar="first|details")
@click.option("--office", default="", help="報告先 / To which office.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE.pdf", help="書き出すファイル / Where to."
)
@token_option
@output_options
@pass_session
def print_(session: Session, report: str, stage: str, office: str, out: Path, token_file: Path | None) -> None:
    """報告書をPDFにする / Print the form as PDF."""
    with session.open("read") as workspace:
        found = Leaks(workspace).find(report, by=actor(workspace, session, token_file))
        made = pdf(found, Stage(stage), japan_date(workspace.clock.now()), office=office)
    write_new(out, made.data)
    if session.json:
        session.answer(
            {"report": report, "file": str(out), "missing": [one.value for one in found.missing(Stage(stage))]}
        )
        return
    session.say_in(f"{out} に書き出しました。", f"Written to {out}.")
    for name in found.missing(Stage(stage)):
        session.say_in(f"  未記入: {FIELDS[name].ja}", f"  empty: {FIELDS[name].en}")


def _tell(session: Session, found: tuple[LeakReport, ...]) -> None:
    if session.json:
        session.answer([one.document() for one in found])
        return
    for one in found:
        _say(session, one)


def _say(session: Session, one: LeakReport) -> None:
    session.say(f"{one.id}  {one.category.value}  {one.state.value}  {one.noticed_at.isoformat()}")
