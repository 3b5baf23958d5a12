"""``sekisho contract``: decide applications, look decisions up, export facts for simulations."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import click

from sekisho.cli.callers import caller_of
from sekisho.cli.contract_account import account
from sekisho.cli.contract_certificates import destruction_certificate
from sekisho.cli.contract_checklist import checklist_command
from sekisho.cli.contract_evidence import challenge, evidence
from sekisho.cli.contract_life import COMMANDS as LIFE_COMMANDS
from sekisho.cli.contract_outside import outside
from sekisho.cli.contract_post import delivery
from sekisho.cli.contract_sign_in import credential
from sekisho.cli.contract_text import decision_text, explanation_text
from sekisho.cli.contract_trust import trust
from sekisho.cli.contract_verify import verify
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.progress import Progress
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.application import MAX_BYTES, parse_json
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.service import Answer, Asking, ContractService
from sekisho.engine.verdicts import Verdict
from sekisho.errors import SekishoError


@click.group()
def contract() -> None:
    """契約の本人確認を判断する / Decide identity verification at contracts."""


for command in (verify, challenge, evidence, trust, outside, checklist_command, credential, account):
    contract.add_command(command)
for command in (*LIFE_COMMANDS, delivery, destruction_certificate):
    contract.add_command(command)


@contract.command()
@click.argument("sources", metavar="FILE|-...", nargs=-1, required=True)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="この日の法令で判断する（仮定） / Under the law of that day."
)
@click.option(
    "--as-known-at", type=click.DateTime(["%Y-%m-%d"]), help="この日に知られていた法令で / As known on that day."
)
@click.option(
    "--lines", is_flag=True, help="JSON Lines として読む（.jsonl は自動） / Read JSON Lines (.jsonl: automatic)."
)
@click.option("--explain", is_flag=True, help="規則ごとの条件の木を出す / Show the tree of conditions per rule.")
@output_options
@pass_session
def decide(
    session: Session,
    sources: tuple[str, ...],
    as_of: datetime | None,
    as_known_at: datetime | None,
    lines: bool,
    explain: bool,
) -> None:
    """申込み（JSON 1件、または JSON Lines）を判断して台帳に記す / Decide applications and write them to the ledger."""
    asking = Asking(_day(as_of), _day(as_known_at), explain)
    refused = 0
    for source in sources:
        _require_readable(source)
    with session.open() as workspace, Progress() as progress:
        service, caller = ContractService(workspace), caller_of(workspace, session)
        stream = len(sources) > 1 or _is_stream(sources[0], lines)
        for source in sources:
            for number, raw in _records(source, lines):
                progress(number)
                try:
                    answer = service.decide(parse_json(raw, line=number), caller, asking)
                except SekishoError as error:
                    if not stream:
                        raise
                    # One bad record doesn't end the run: it is named by its line, and the exit code says so at the end.
                    refused = max(refused, error.exit_code)
                    _refused(session, source, number, error)
                else:
                    _show(session, answer, explain, stream=stream)
    if refused:
        sys.exit(refused)


@contract.command()
@click.argument("decision")
@output_options
@pass_session
def show(session: Session, decision: str) -> None:
    """記録した判断を表示する / Show a decision that was stored."""
    with session.open("read") as workspace:
        answer = ContractService(workspace).find(decision)
    document = {"id": answer.id, "ledger_index": answer.ledger_index, **answer.document}
    if session.json:
        session.answer(document)
        return
    session.say(f"{document['application']}  {document['verdict']}  {document['as_of']}  #{answer.ledger_index}")
    for rule in document["deciding"]:
        session.say(f"  {rule['rule']}  {'・'.join(cited['label'][session.lang] for cited in rule['provisions'])}")


@contract.command("export-facts")
@click.argument("directory", type=click.Path(path_type=Path))
@output_options
@pass_session
def export_facts(session: Session, directory: Path) -> None:
    """判断済みの申込みを試算用の列形式で書き出す（氏名・住所・番号なし） / Export facts for simulations.

    書き出すのは事実と証拠の属性と日付だけです。仮定の判断と、鍵を破棄した判断は入りません。

    Facts, attributes of evidence and dates only, under the decision's id. Hypothetical decisions, and those whose key
    was destroyed, are left out.
    """
    from sekisho.engine.column_files import write_columns  # noqa: PLC0415  as above
    from sekisho.engine.columns import CaseColumns, PastCase  # noqa: PLC0415  numpy and pyarrow, for this command alone

    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise FileRefused(path=readable(directory), why="not an empty folder")
    past: list[PastCase] = []
    with session.open("read") as workspace, Progress() as progress:
        service = ContractService(workspace)
        for found in service.cases():
            past.append(PastCase(found.id, found.as_of, found.as_known_at, Verdict(found.verdict), found.case))
            progress(len(past))
        left_out = service.count_decisions() - len(past)
    write_columns(CaseColumns.from_cases(past, CATALOGUE).ordered(), directory)
    if session.json:
        session.answer({"directory": str(directory), "cases": len(past), "left_out": left_out})
    session.say_in(
        f"{len(past)} 件を {directory} に書き出しました（仮定の判断と鍵を破棄した判断 {left_out} 件を除く）。",
        f"Wrote {len(past)} cases to {directory} ({left_out} hypothetical or unreadable ones left out).",
    )


def _show(session: Session, answer: Answer, explain: bool, *, stream: bool) -> None:
    if session.json:
        document = {"id": answer.id, "ledger_index": answer.ledger_index, **answer.document}
        (session.line if stream else session.answer)(document)
        return
    session.say(decision_text(answer.document, session.lang, ledger_index=answer.ledger_index, decision_id=answer.id))
    if explain:
        session.say(explanation_text(answer.document, session.lang))
    if stream:
        session.say("")


def _refused(session: Session, source: str, number: int, error: SekishoError) -> None:
    if session.json:
        session.line({"source": source, "line": number, "error": error.as_document()})
    else:
        click.echo(f"{source}:{number}: {error.sentence(session.lang)}", err=True)


def _is_stream(source: str, lines: bool) -> bool:
    return lines or source.endswith(".jsonl")


def _records(source: str, lines: bool) -> Iterator[tuple[int, bytes]]:
    """The one application of a file, or each line of a stream with its number.

    An over-long line is cut to one byte too many, so that it is refused, and the rest of it is skipped.
    """
    with _stream(source) as stream:
        if not _is_stream(source, lines):
            yield 1, stream.read(MAX_BYTES + 1)
            return
        number = 0
        while line := stream.readline(MAX_BYTES + 1):
            number += 1
            rest = line
            while len(rest) > MAX_BYTES and not rest.endswith(b"\n"):
                rest = stream.readline(MAX_BYTES + 1)
            if line.strip():
                yield number, line


def _require_readable(source: str) -> None:
    """Before anything is decided: of several files, none is found missing half-way."""
    if source == "-":
        return
    path = Path(source)
    if path.is_dir():
        raise FileRefused(path=readable(path), why="a folder")
    path.stat()
    if not os.access(path, os.R_OK):
        raise FileRefused(path=readable(path), why="not readable")


def _stream(source: str) -> BinaryIO:
    return sys.stdin.buffer if source == "-" else Path(source).open("rb")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None
