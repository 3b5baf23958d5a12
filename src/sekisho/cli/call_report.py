"""``sekisho call report``, ``warning``, ``alarms``: what the calls of a month came to, and what waits for a person."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.calls.analytics.alarms import Alarms
from sekisho.calls.analytics.months import Month
from sekisho.calls.analytics.page import page, paper
from sekisho.calls.analytics.service import Reports
from sekisho.cli.call_options import opened, token_option
from sekisho.cli.disclosure_deliver import write_new
from sekisho.cli.session import Session, output_options, pass_session

_month = click.option("--month", required=True, metavar="2026-10", help="どの月か / Which month.")


@click.command()
@_month
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="HTMLを書き出す / Write the page.")
@click.option("--pdf", type=click.Path(path_type=Path), metavar="FILE", help="PDFを書き出す / Write it for print.")
@token_option
@output_options
@pass_session
def report(session: Session, month: str, html: Path | None, pdf: Path | None, token_file: Path | None) -> None:
    """通話の月次報告（番号は出ない） / The month's report on calls; no number is in it.

    国・番号帯・国番号は、10件以上のものだけを名前で示します。
    Countries, ranges and codes are named from ten calls on.
    """
    wanted = Month.read(month)
    with opened(session, token_file) as (service, by):
        found = Reports(service.desk).month(wanted, by=by)
        operator = service.desk.workspace.name
    if html is not None:
        write_new(html, page(found, operator).encode())
    if pdf is not None:
        from sekisho.pdf import pdf_of  # noqa: PLC0415  a second to load, needed for a PDF alone

        write_new(pdf, pdf_of(paper(found, operator, session.lang), page="call-report").data)
    if session.json:
        session.answer(found.document())
        return
    share = found.failed_share or 0.0
    altered = sum(calls for outcome, _, calls, _ in found.outcomes if outcome in ("anonymise", "reject"))
    session.say_in(
        f"{found.month} 判定した通話 {found.calls:,} 件、非通知・不接続 {altered:,} 件、判定できず {share:.3%}、"
        f"失われた記録 {found.missing:,} 件",
        f"{found.month}: {found.calls:,} calls judged, {altered:,} withheld or refused, {share:.3%} not judged, "
        f"{found.missing:,} records missing",
    )
    for one in found.countries.rows:
        change = "" if one.change is None else f" ({one.change:+.0%})"
        session.say(f"  +{one.name} {one.region or ''}: {one.calls:,}{change}")
    for trunk in found.canaries:
        if trunk.results.get("not_caught"):
            session.say_in(
                f"! 回線「{trunk.trunk}」: 自己試験で止まらず", f"! Trunk {trunk.trunk}: canaries not caught"
            )


@click.command()
@_month
@click.option(
    "--form", type=click.Choice(["page", "sms", "poster"]), help="どの文か。既定はすべて / Which text; all by default."
)
@token_option
@output_options
@pass_session
def warning(session: Session, month: str, form: str | None, token_file: Path | None) -> None:
    """注意喚起の文（月の件数だけから作る） / Public warnings, made of nothing but the month's figures.

    100件未満の件数は書きません。増減は、前月と2割以上違い、記録が揃っているときだけ書きます。
    Counts below a hundred aren't told; that something grew is told from a fifth on, where both months are whole.
    """
    wanted = Month.read(month)
    with opened(session, token_file) as (service, by):
        found = Reports(service.desk).texts(wanted, by=by)
    document = found.document()
    if session.json:
        session.answer(document)
        return
    for name in [form] if form else ["page", "sms", "poster"]:
        if form is None:
            session.say(f"── {name}")
        session.say(document[name][session.lang])


@click.group()
def alarms() -> None:
    """通話の警報 / Alarms about calls."""


@alarms.command("list")
@click.option("--all", "everything", is_flag=True, help="対応済みも示す / Those that are done as well.")
@token_option
@output_options
@pass_session
def list_(session: Session, everything: bool, token_file: Path | None) -> None:
    """未対応の警報を示す / The alarms that wait for somebody. The caller's number of one is covered by secrecy."""
    with opened(session, token_file) as (service, by):
        found = Alarms(service.desk).every(all_states=everything, by=by)
    if session.json:
        session.answer([one.document() for one in found])
        return
    for one in found:
        said = one.said
        session.say(f"{one.id}  {one.at:%Y-%m-%d %H:%M}Z  {one.trunk}  {one.pattern}  {said['subject']}  {one.state}")
    if not found:
        session.say_in("警報はありません。", "No alarms.")


@alarms.command()
@click.argument("alarm")
@click.option("--done", required=True, help="何をしたか / What was done.")
@token_option
@output_options
@pass_session
def acknowledge(session: Session, alarm: str, done: str, token_file: Path | None) -> None:
    """警報を確かめ、対応を記録する / Record that somebody looked at an alarm, and what was done."""
    with opened(session, token_file) as (service, by):
        found = Alarms(service.desk).acknowledge(alarm, done, by=by)
    if session.json:
        session.answer(found.document())
        return
    session.say_in(f"警報「{found.id}」への対応を記録しました。", f"Recorded what was done about alarm {found.id}.")
