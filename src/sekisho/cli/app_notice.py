"""``sekisho app notice``: the notice's pages from a scan and from what the operator confirmed."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.apps.notice.draft import draft
from sekisho.apps.notice.entries import read_entries
from sekisho.apps.notice.errors import NoticeDrifted, NoticeIncomplete
from sekisho.apps.notice.model import NoticeDocument
from sekisho.apps.notice.pages import COPY, PAGE_EN, PAGE_JA, Drift, drift, pages, with_history
from sekisho.apps.notice.render import packaged_template
from sekisho.apps.notice.scanned import BYTES_MOST, flows_in
from sekisho.apps.notice.sketch import sketch
from sekisho.apps.recipients import shipped
from sekisho.apps.shown import shown
from sekisho.cli.errors import FileRefused, Usage, readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock, japan_date

MAX_TEXT = 1 << 20
"""Bytes of an entries file or template: what their readers take at most, and one more is refused by them."""

_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("scan", type=_file, required=False)
@click.option("--entries", type=_file, metavar="FILE", help="事業者が確かめた内容（YAML） / What was confirmed (YAML).")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="公表ページを置くフォルダー / Where the pages are or go.")  # fmt: skip
@click.option("--template", type=_file, metavar="FILE", help="同梱の代わりに使う様式 / A template in place of ours.")
@click.option("--check", is_flag=True, help="作り直して比べるだけ。違えば終了コード1 / Only compare; exits 1 on drift.")
@click.option("--sketch", "sketched", is_flag=True,
              help="記入のない送信先の欄の下書きを出す / Print entries to fill in.")  # fmt: skip
@click.option("--print-template", is_flag=True, help="同梱の様式を出す / Print the packaged template.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="この日の時点 / As of this day (Japan).")
@output_options
@pass_session
def notice(
    session: Session, *, scan: Path | None, entries: Path | None, out: Path | None, template: Path | None, check: bool,
    sketched: bool, print_template: bool, day: datetime | None,
) -> None:  # fmt: skip
    """公表ページを作る、又は作り直して比べる / Make the notice's pages, or make them again and compare.

    SCANは `sekisho app scan --json` の結果。--outに notice.html、notice.en.html、notice.json を書きます。
    だれも確かめていないことは「要確認」と書かれ、どの記入が足りないかが示されます。
    --checkは何も書かず、公表中のものと違うか、要確認が残っていれば、終了コード1で終わります。

    SCAN is what `sekisho app scan --json` wrote. What nobody confirmed stands as 要確認 on the page, and the missing
    entries are listed. With --check nothing is written; drift, or places to be confirmed, exit 1.
    """
    if print_template:
        click.echo(packaged_template(), nl=False)
        return
    if scan is None or entries is None or (out is None and not sketched):
        raise Usage(problem="SCAN, --entries and --out are needed", command="sekisho app notice")
    flows = flows_in(_read(scan, BYTES_MOST), readable(scan))
    given = read_entries(_text(entries), readable(entries))
    on = day.date() if day is not None else japan_date(SystemClock().now().astimezone(UTC))
    document = draft(flows, given, on=on)
    if sketched:
        _sketch(session, sketch(document, flows, shipped()))
        return
    assert out is not None  # noqa: S101  said above
    before = {name: _read(out / name, BYTES_MOST) for name in (PAGE_JA, PAGE_EN, COPY) if (out / name).is_file()}
    document = with_history(document, before)
    made = pages(document, _text(template) if template is not None else None)
    missing = document.missing
    found = drift(made, before, document)
    if not check:
        out.mkdir(parents=True, exist_ok=True)
        for name in found.files:
            _write(out / name, made[name])
    _tell(session, document, found, check=check, out=out)
    if check and found.drifted:
        first = found.differences[0].sentence(session.lang) if found.differences else found.files[0]
        raise NoticeDrifted(count=len(found.differences) or len(found.files), first=first,
                            differences=[each.as_document() for each in found.differences])  # fmt: skip
    if check and missing:
        raise NoticeIncomplete(count=len(missing), first=missing[0].sentence(session.lang),
                               missing=[each.as_document() for each in missing])  # fmt: skip


def _tell(session: Session, document: NoticeDocument, found: Drift, *, check: bool, out: Path) -> None:
    missing = document.missing
    if session.json:
        if check and (found.drifted or missing):
            return  # the error is the one document
        session.answer({
            "files": list(found.files), "written": not check, "complete": not missing,
            "recipients": len(document.rows) + len(document.stops), "not_needed": len(document.not_needed),
            "missing": [each.as_document() for each in missing], "unseen": list(document.unseen),
            "in_file": list(document.in_file), "jargon": [list(each) for each in document.jargon],
            "differences": [each.as_document() for each in found.differences],
        })  # fmt: skip
        return
    names = ", ".join(found.files)
    told = len(document.rows) + len(document.stops)
    if check:
        session.say_in(f"公表中のものと{'違います：' + names if names else '同じです'}（送信先{told}件）",
                       f"{'Differs: ' + names if names else 'The same as published'} ({told} recipients)")  # fmt: skip
    else:
        left = len(document.not_needed)
        session.say_in(f"{readable(out)}：{names or '変わりません'}（送信先{told}件、載せないもの{left}件）",
                       f"{readable(out)}: {names or 'unchanged'} ({told} recipients, {left} not needed)")  # fmt: skip
    if found.unreadable:
        session.say_in(f"前の{COPY}は読めないので、何が変わったかは言えません。",
                       f"The {COPY} that is there can't be read, so what changed can't be told.")  # fmt: skip
    for each in found.differences:
        session.say(f"  ~ {shown(each.sentence(session.lang))}")
    if missing:
        session.say_in(
            f"要確認 {len(missing)}件（公表できません）：", f"To be confirmed: {len(missing)}. Not to be published yet:"
        )
    for gap in missing:
        session.say(f"  ? {shown(gap.sentence(session.lang))}")
    _notes(session, document)


def _notes(session: Session, document: NoticeDocument) -> None:
    """What is good to know and holds nothing up."""
    if document.unseen:
        names = ", ".join(map(shown, document.unseen))
        session.say_in(f"記入があり、この計測では観測していない（違反ではない）：{names}",
                       f"Entries that this scan didn't see (no offence): {names}")  # fmt: skip
    if document.in_file:
        names = ", ".join(map(shown, document.in_file))
        session.say_in(f"アプリに組み込まれ、送信は観測していない（動かして測るか、取り除く）：{names}",
                       f"In the app's file, nothing sent observed (measure or remove): {names}")  # fmt: skip
    for where, term in document.jargon:
        session.say_in(
            f"専門用語がある（言い換える）：{shown(where)}：{term}", f"Technical term: {shown(where)}: {term}"
        )


def _sketch(session: Session, text: str) -> None:
    if session.json:
        session.answer({"sketch": text})
    elif text:
        click.echo(text, nl=False)
    else:
        session.say_in("記入のない送信先はありません。", "Every recipient has an entry.")


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise FileRefused(path=readable(path), why=error.strerror or str(error)) from None


def _text(path: Path) -> str:
    try:
        return _read(path, MAX_TEXT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(path=readable(path), why="not UTF-8") from None


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing: a reader of the page never gets half of one."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with open(descriptor, "wb") as opened:  # noqa: PTH123  a descriptor, so that what is made is what is written
            opened.write(data)
            os.fchmod(opened.fileno(), 0o644)
        Path(name).replace(path)
    except OSError as error:
        raise FileRefused(path=readable(path), why=error.strerror or str(error)) from None
