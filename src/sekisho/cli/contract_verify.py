"""``sekisho contract verify``: verify one piece of evidence and show what was checked, what wasn't, and the facts.

Needs no workspace and writes nothing. Kinds and uses of trust files are those of the registry.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.cli.errors import FileRefused, Usage, readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock
from sekisho.contracts.application import MAX_RAW_BYTES
from sekisho.contracts.evidence.verifier import Asked, TrustFile, verified
from sekisho.contracts.evidence.verifiers import VERIFIERS, uses
from sekisho.engine.facts import Text

_MARKS = {"done": "✓", "failed": "✗", "not_done": "–", "could_not_check": "?"}
_TITLES = {
    "facts": Text("事実", "facts"),
    "findings": Text("わかったこと（事実にはなりません）", "findings (not facts)"),
}
_LEFT = Text("ここで確かめていないこと", "left to you")


def uses_epilog() -> str:
    """The uses of ``--trust`` for ``--help``, which wraps everything but what is marked so."""
    listed = [f"  {use.name}\n      {use.title.ja} / {use.title.en}" for use in uses().values()]
    return "\b\n--trust の用途 / uses of --trust:\n" + "\n".join(listed)


@click.command(epilog=uses_epilog())
@click.argument("source", metavar="FILE")
@click.option("--kind", required=True, type=click.Choice(list(VERIFIERS)), help="証拠の種類 / Kind of evidence.")
@click.option(
    "--trust",
    "trusted",
    multiple=True,
    nargs=2,
    metavar="USE FILE",
    help="確かめて信頼する証明書や失効リストと、その用途（下の一覧） / "
    "Certificate or list that you confirmed, and what it is for (listed below).",
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="この時点で確かめる（例 2026-11-23T12:00:00+0900、既定は今） / As of this time (default: now).",
)
@output_options
@pass_session
def verify(
    session: Session,
    source: str,
    kind: str,
    trusted: tuple[tuple[str, str], ...],
    at: datetime | None,
) -> None:
    """証拠を検証し、手順ごとの結果と事実を出す / Verify evidence: what was checked, what wasn't, and the facts."""
    moment = at or SystemClock().now()
    raw = read_at_most(source, MAX_RAW_BYTES)
    prepared = VERIFIERS[kind].prepare(_trust(kind, trusted), moment=moment)
    report = verified(prepared, raw, Asked(application="", moment=moment)).report
    if session.json:
        session.answer(report.as_document())
    else:
        session.say(report_text(report.as_document(), session.lang))
    if report.failure is not None:
        sys.exit(report.failure.exit_code)


def _trust(kind: str, trusted: tuple[tuple[str, str], ...]) -> dict[str, list[TrustFile]]:
    limits = {use.name: use.limit for use in VERIFIERS[kind].uses}
    found: dict[str, list[TrustFile]] = {}
    for use, path in trusted:
        if use not in limits:
            listed = ", ".join(limits)
            raise Usage(problem=f"--trust {use}: --kind {kind} has {listed}", command="sekisho contract verify")
        found.setdefault(use, []).append(TrustFile(path, read_at_most(path, limits[use])))
    return found


def report_text(document: dict[str, Any], lang: str) -> str:
    """A report for a person, made from its document alone, so that text and ``--json`` can't differ."""
    lines = [f"{document['kind']} → {document['yields']}", ""]
    for step in document["steps"]:
        note = f"  — {step['reason'][lang]}" if step["reason"][lang] else ""
        lines.append(f"  {_MARKS[step['state']]} {step['number']:>2}  {step['title'][lang]}{note}")
    if document["failure"] is not None:
        lines += ["", "  " + document["failure"]["message"][lang]]
    for name, title in _TITLES.items():
        if document[name]:
            lines += ["", title.in_(lang)]
            lines += [f"  {one}: {_shown(value)}" for one, value in document[name].items()]
    if document["left_to_caller"]:
        lines += ["", _LEFT.in_(lang), *(f"  {text[lang]}" for text in document["left_to_caller"])]
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list) else str(value)


def read_at_most(name: str, limit: int) -> bytes:
    """At most one byte more than ``limit``, so that the reader refuses a larger file itself."""
    if name == "-":
        return sys.stdin.buffer.read(limit + 1)
    path = Path(name)
    if path.is_dir():
        raise FileRefused(path=readable(path), why="a folder")
    with path.open("rb") as file:
        return file.read(limit + 1)
