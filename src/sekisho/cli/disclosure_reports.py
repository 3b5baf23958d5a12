"""``sekisho disclosure report``, ``inspection``, ``own-answer``: what the desk tells others about itself."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.disclosure_deliver import write_new
from sekisho.cli.disclosure_options import actor, case_argument, token_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.reports.halves import Half
from sekisho.disclosure.reports.inspection import Inspections
from sekisho.disclosure.reports.personal_answer import PersonalAnswers
from sekisho.disclosure.reports.published import TransparencyReports
from sekisho.disclosure.reports.transparency_page import page
from sekisho.disclosure.service import DisclosureService


@click.command()
@click.argument("half", metavar="2026-H2")
@click.option("--publish", "publishing", is_flag=True, help="公表する版として確定する / Fix it as what is published.")
@click.option(
    "--html", "html", type=click.Path(path_type=Path), metavar="FILE", help="HTMLを書き出す / Write the page."
)
@click.option("--csv", "csv", type=click.Path(path_type=Path), metavar="FILE", help="CSVを書き出す / Write the table.")
@token_option
@output_options
@pass_session
def report(
    session: Session, half: str, publishing: bool, html: Path | None, csv: Path | None, token_file: Path | None
) -> None:
    """半期の透明性報告（小さい数は伏せる） / The half-yearly transparency report; small counts are hidden."""
    wanted = Half.read(half)
    with session.open("write" if publishing else "read") as workspace:
        by, reports = actor(workspace, session, token_file), TransparencyReports(workspace)
        found = reports.preview(wanted, by=by)
        made = reports.publish(wanted, by=by) if publishing else {}
    document = made.get("report", found.document())
    if html is not None:
        write_new(html, str(made.get(session.lang, page(found, session.lang))).encode())
    if csv is not None:
        write_new(csv, str(made.get("csv", found.csv())).encode())
    if session.json:
        session.answer({"published": publishing, **document})
        return
    session.say(str(made.get("csv", found.csv())).rstrip("\n"))


@click.command()
@case_argument
@click.option("--why", required=True, help="だれの求めで、何のために / At whose request, for what.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE.zip", help="書き出す先 / Where to."
)
@token_option
@output_options
@pass_session
def inspection(session: Session, case_id: str, why: str, out: Path, token_file: Path | None) -> None:
    """1件の検査用の一式（手元だけで検証できる） / Everything about one case, to be verified offline."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        made = Inspections(DisclosureService(workspace)).make(case_id, why, by=by)
    write_new(out, made.data)
    if session.json:
        session.answer({"case": case_id, "file": str(out), "sha256": made.sha256, "secret": made.secret})
        return
    session.say_in(
        f"{out} に書き出しました。中の verify.py で検証できます。", f"Written to {out}; verify.py in it checks it."
    )


@click.command("own-answer")
@case_argument
@token_option
@output_options
@pass_session
def own_answer(session: Session, case_id: str, token_file: Path | None) -> None:
    """本人からの開示請求への回答（秘密の照会は出ない） / The answer to a data subject; no secret inquiry shows."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = PersonalAnswers(DisclosureService(workspace).steps).answer(case_id, by=by)
    document = found.document()
    if session.json:
        session.answer(document)
        return
    given = document.get("given", [])
    session.say_in(f"第三者への提供: {len(given)}件", f"Given to others: {len(given)}")
    for one in given:
        session.say("  " + "  ".join(str(part) for part in one.values()))
