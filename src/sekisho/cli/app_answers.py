"""``sekisho app questions|answer``: what no program can see, asked of people and answered with papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from sekisho.access.roles import Scope
from sekisho.apps.entered import answers_of
from sekisho.apps.errors import TargetRefused
from sekisho.apps.law.questions import Answer, Answers, load_questions
from sekisho.apps.service import AppScans
from sekisho.cli.app_scan import sha256_of
from sekisho.cli.errors import Usage
from sekisho.cli.log_options import stated
from sekisho.cli.session import Session, output_options, pass_session


@click.command()
@click.option("--service", help="このサービスの答えも / With this service's answers.")
@output_options
@pass_session
def questions(session: Session, service: str | None) -> None:
    """質問票 / The questions that a scan leaves to people."""
    given, today = Answers(), date.max
    if service is not None:
        with session.open("read") as workspace:
            given = AppScans(workspace).answers(service)
    rows = []
    for each in load_questions().values():
        found = given.of(each.id, on=today)
        rows.append({
            "id": each.id, "of": each.scope.value, "ask": {"ja": each.ask.ja, "en": each.ask.en},
            "hint": {"ja": each.hint.ja, "en": each.hint.en}, "choices": list(each.choices),
            "evidence": {"ja": each.evidence.ja, "en": each.evidence.en} if each.needs_evidence else None,
            "answer": None if found is None else {"value": found.value, "who": found.who, "day": found.on.isoformat(),
                                                  "evidence": list(found.evidence), "counts": found.counts},
        })  # fmt: skip
    if session.json:
        session.answer({"questions": rows})
        return
    at = 0 if session.lang == "ja" else 1
    for each in load_questions().values():
        text = (each.ask.ja, each.ask.en)[at]
        session.say(f"{each.id}  [{' / '.join(each.choices)}]")
        session.say(f"  {text}")
        if each.needs_evidence:
            session.say(f"  {('証拠', 'evidence')[at]}: {(each.evidence.ja, each.evidence.en)[at]}")
        found = given.of(each.id, on=today)
        if found is not None:
            session.say(f"  → {found.value}  {found.who}  {found.on}")


@click.command()
@click.argument("service", metavar="SERVICE")
@click.argument("question", metavar="QUESTION", required=False)
@click.argument("value", metavar="VALUE", required=False)
@click.option("--file", "file", type=click.Path(path_type=Path), help="答えのファイル / A file of answers.")
@click.option("--evidence", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="証拠の書類（ハッシュだけを記録） / A paper; its hash is recorded.")  # fmt: skip
@click.option("--recipient", default="", help="この送信先について / For this recipient.")
@output_options
@pass_session
def answer(
    session: Session, service: str, question: str | None, value: str | None, file: Path | None,
    evidence: tuple[Path, ...], recipient: str,
) -> None:  # fmt: skip
    """質問票に答える / Answer a question, or many in a file, for a service.

    だれの答えかは --by の職員です。証拠の書類は、ハッシュだけを台帳に残します。
    """
    if (question is None or value is None) == (file is None):
        raise Usage(problem="QUESTION and VALUE, or --file", command="sekisho app answer")
    with session.open() as workspace:
        by = stated(workspace, session, Scope.REQUEST)
        scans = AppScans(workspace)
        if file is not None:
            try:
                text = file.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError:
                raise TargetRefused(name=str(file), why="not UTF-8") from None
            given = tuple(answers_of(text, name=str(file), hashed=lambda name: sha256_of(file.parent / name)))
        else:
            papers = tuple(sha256_of(path) for path in evidence)
            given = (Answer(question=str(question), value=str(value), who=by.staff_id, on=scans.today(),
                            evidence=papers, recipient=recipient),)  # fmt: skip
        scans.answer(service, given, by=by)
    if session.json:
        session.answer({"service": service, "answers": len(given)})
        return
    session.say_in(f"{service}：{len(given)}件の答えを記録しました。", f"{service}: {len(given)} answers recorded.")
