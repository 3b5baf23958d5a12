"""``sekisho rulebook coverage | check | publish``: whether the rulebook is whole, and fixing what its ids mean."""

from __future__ import annotations

import sys
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from sekisho.cli.rulebook_desks import desk_law, folder_desk_option, rules_of_others
from sekisho.cli.rulebook_options import day_option, lang_option
from sekisho.cli.session import Session, json_option, pass_session
from sekisho.engine.facts import Catalogue
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rulebook
from sekisho.rulebook.coverage import Coverage
from sekisho.rulebook.coverage import coverage as cover
from sekisho.rulebook.coverage_text import coverage_document, coverage_text, measures_page
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.examples import run_examples
from sekisho.rulebook.loader import load_folder
from sekisho.rulebook.measures import load_measures
from sekisho.rulebook.publish import prepare, read_lock, read_sources, write_lock

_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=None,
    help="規則集のフォルダー（既定: 同梱のもの） / The rulebook's folder (default: the one shipped).",
)


@click.command()
@_FOLDER
@folder_desk_option
@day_option(
    "--since", "義務はこの日から調べる（既定: 最初の義務の日）", "Look at duties from that day (default: the first)"
)
@click.option("--all", "everything", is_flag=True, help="気になる点・施策も一つずつ / Notes and measures one by one.")
@click.option(
    "--measures-page",
    "measures_page_wanted",
    is_flag=True,
    help="docs/measures.md の中身を出す / Print docs/measures.md.",
)
@lang_option
@json_option
@pass_session
def coverage(
    session: Session,
    folder: Path | None,
    desk: str,
    since: datetime | None,
    everything: bool,
    measures_page_wanted: bool,
) -> None:
    """条文・規則・施策・義務に抜けがないことを確かめる。抜けがあれば終了コード1 / Prove that nothing is missing."""
    law = desk_law(desk)
    found = _covered(load_folder(folder or law.folder, law.catalogue), law.catalogue, desk, since)
    if measures_page_wanted:
        click.echo(measures_page(found.measures), nl=False)
        return
    if session.json:
        session.answer(coverage_document(found))
    else:
        session.say(coverage_text(found, law.catalogue, session.lang, everything=everything))
    if not found.complete:
        sys.exit(1)


@click.command()
@_FOLDER
@folder_desk_option
@lang_option
@json_option
@pass_session
def check(session: Session, folder: Path | None, desk: str) -> None:
    """読み込み、例をすべて動かし、抜けを調べる。だめなら終了コード1 / Load it, run every example, look for holes."""
    law = desk_law(desk)
    chosen, catalogue = folder or law.folder, law.catalogue
    problems: list[dict[str, Any]] = []
    document: dict[str, Any] = {"folder": str(chosen), "ok": False, "problems": problems}
    try:
        rulebook = load_folder(chosen, catalogue)
        results = list(run_examples(LawEngine(rulebook, catalogue)))
    except RulebookRefused as error:
        problems.append({**error.fields, "text": {"ja": error.sentence("ja"), "en": error.sentence("en")}})
        _tell_check(session, document)
        return
    for result in results:
        if result.agrees:
            continue
        rule, name = result.rule, result.example.name
        wanted, found = _said(result.example.expect, result.example.reason), _said(result.found, result.reason)
        ja = f"規則 {rule.id} の例「{name}」: 期待は {wanted}、実際は {found}"
        problems.append(
            _at(rule.file, rule.line, ja, f"rule {rule.id}, example '{name}': expected {wanted}, found {found}")
        )
    covered = _covered(rulebook, catalogue, desk, None)
    problems += [_at(hole.file, hole.line, hole.text.ja, hole.text.en) for hole in covered.holes]
    for gap in covered.duties.holes:
        said = f"{gap.event}: {gap.duty}: {gap.fault.value} ({gap.start})"
        problems.append(_at("events.yaml", 0, said, said))
    document.update(
        ok=not problems,
        rulebook=rulebook.content_hash,
        rules=len(rulebook.rules),
        provisions=len(rulebook.provisions),
        examples=len(results),
    )
    _tell_check(session, document)


def _tell_check(session: Session, document: dict[str, Any]) -> None:
    if session.json:
        session.answer(document)
    for problem in document["problems"]:
        session.say(f"{problem['file']}:{problem['line']}: {problem['text'][session.lang]}")
    if document["ok"]:
        counted = (document["rules"], document["provisions"], document["examples"], document["rulebook"][:8])
        session.say_in(
            "問題はありません: 規則 {}・条文 {}・例 {}（規則集 {}）".format(*counted),
            "No problem: {} rules, {} provisions, {} examples (rulebook {})".format(*counted),
        )
    else:
        session.say_in(f"問題 {len(document['problems'])} 件", f"{len(document['problems'])} problems")
        sys.exit(1)


@click.command()
@_FOLDER
@folder_desk_option
@click.option("--dry-run", is_flag=True, help="書かずに、何が変わるかだけ / Say what would be written, and don't.")
@lang_option
@json_option
@pass_session
def publish(session: Session, folder: Path | None, desk: str, dry_run: bool) -> None:
    """新しい規則IDの意味を rules.lock.json に固定する。変わった意味は拒む / Fix what new rule ids mean in the lock."""
    law = desk_law(desk)
    chosen = folder or law.folder
    made = prepare(read_sources(chosen), law.catalogue, read_lock(chosen))
    written = not dry_run and write_lock(chosen, made)
    if session.json:
        session.answer({"new": list(made.new), "dated": list(made.dated), "written": written, "rules": len(made.lock)})
        return
    for name in made.new:
        session.say(f"+ {name}")
    for name in made.dated:
        session.say_in(f"~ {name}（日付が決まった）", f"~ {name} (its date is set)")
    session.say_in(
        f"新しい規則 {len(made.new)}・日付の決まった規則 {len(made.dated)}・全 {len(made.lock)}"
        + ("" if written else "（書いていません）"),
        f"{len(made.new)} new, {len(made.dated)} dated, {len(made.lock)} in all"
        + ("" if written else " (nothing written)"),
    )


def _covered(rulebook: Rulebook, catalogue: Catalogue, desk: str, since: datetime | None) -> Coverage:
    return cover(
        rulebook,
        catalogue,
        load_measures(),
        also=rules_of_others(desk),
        module_exists=lambda name: find_spec(name) is not None,
        since=since.date() if since is not None else None,
    )


def _at(file: str, line: int, ja: str, en: str) -> dict[str, Any]:
    return {"file": file, "line": line, "text": {"ja": ja, "en": en}}


def _said(verdict: str, reason: str | None) -> str:
    return f"{verdict} ({reason})" if reason is not None else verdict
