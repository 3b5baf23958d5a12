"""``sekisho rulebook worklist | confirm | adopt``: legal confirmation in a workspace.

A confirmation says that a named person compared this very content of a rule with the text that is hashed beside it.
What was read must therefore be given: a file, or, for an address, a file with the text read there (``--text``).
Nothing is fetched, and an address alone is refused: its hash would prove nothing about what anybody read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.rulebook_desks import desk_law, desk_option
from sekisho.cli.rulebook_options import day_of, lang_option
from sekisho.cli.session import Session, json_option, pass_session
from sekisho.engine.rules import Strength
from sekisho.rulebook.errors import SourceTextEmpty, SourceTextMissing, SourceTextTooLarge, SourceTextTwice
from sekisho.rulebook.worklist import load_sources_list, worklist_document, worklist_text
from sekisho.rulebook.worklist import worklist as work
from sekisho.workspace import Workspace
from sekisho.workspace.legal_texts import LegalTexts

MAX_TEXT_BYTES = 50_000_000
"""An act with all its supplementary provisions is below five megabytes, a scanned gazette below fifty."""

_BY = click.option("--by", "staff", help="照合した職員ID / Staff id of who acts. [SEKISHO_STAFF]")


@click.command()
@click.option("--all", "everything", is_flag=True, help="規則を一つも省かずに / Every rule, none left out.")
@desk_option
@lang_option
@json_option
@pass_session
def worklist(session: Session, everything: bool, desk: str) -> None:
    """条文との照合を待つ規則を、先に読むべき条文の順に / Rules waiting for confirmation, by the text to read first."""
    with session.open("read", keys=False) as workspace:
        rulebook = desk_law(desk).rulebook
        unconfirmed = LegalTexts(workspace, rulebook).unconfirmed()
        required = workspace.legal_confirmation == "required"
    total = sum(rule.strength is Strength.DUTY for rule in rulebook.rules.values())
    items = work(load_sources_list(), unconfirmed)
    if session.json:
        session.answer(
            {
                "legal_confirmation": "required" if required else "shown",
                "duties": total,
                "unconfirmed": len(unconfirmed),
                "sources": worklist_document(items, rulebook, on=day_of(None)),
            }
        )
        return
    session.say(worklist_text(items, total, session.lang, everything=everything))
    if not required:
        session.say_in(
            "この作業領域は shown です: 照合していない規則でも判断し、そのことを示します。",
            "This workspace is 'shown': rules nobody confirmed decide too, and that is said.",
        )


@click.command()
@click.argument("rule")
@click.option("--source", required=True, metavar="FILE|URL", help="読んだ条文のファイルかアドレス / What was read.")
@click.option(
    "--text",
    type=click.Path(path_type=Path, dir_okay=False),
    help="アドレスのとき、そこで読んだ条文を保存したファイル / For an address: a file with the text read there.",
)
@_BY
@desk_option
@lang_option
@json_option
@pass_session
def confirm(session: Session, rule: str, source: str, text: Path | None, staff: str | None, desk: str) -> None:
    """規則 RULE を条文と照合したことを記録する / Record that RULE was compared with the text of the law.

    照合したのはこの内容の規則だけです。規則が変われば、もう一度照合します。何も取りに行きません。
    """
    content = _what_was_read(source, text)
    with session.open() as workspace:
        by = _who(workspace, staff or session.require_staff())
        index = _texts(workspace, desk).confirm_rule(rule, source=source, source_bytes=content, by=by)
    digest = hashlib.sha256(content).hexdigest()
    if session.json:
        session.answer(
            {"rule": rule, "source": source, "source_hash": digest, "confirmed_by": by, "ledger_index": index}
        )
        return
    session.say_in(
        f"{rule} を {source}（sha256 {digest[:16]}…）と照合したと記録しました。台帳 #{index}",
        f"Recorded: {rule} was compared with {source} (sha256 {digest[:16]}…). Ledger #{index}",
    )


@click.command()
@click.argument("instrument")
@_BY
@desk_option
@lang_option
@json_option
@pass_session
def adopt(session: Session, instrument: str, staff: str | None, desk: str) -> None:
    """業界・社内の規則 INSTRUMENT を採用し、以後この作業領域で拘束させる / Let INSTRUMENT bind here from now on."""
    with session.open() as workspace:
        by = _who(workspace, staff or session.require_staff())
        index = _texts(workspace, desk).adopt(instrument, by=by)
    if session.json:
        session.answer({"instrument": instrument, "adopted_by": by, "ledger_index": index})
        return
    session.say_in(f"{instrument} を採用しました。台帳 #{index}", f"Adopted {instrument}. Ledger #{index}")


def _texts(workspace: Workspace, desk: str) -> LegalTexts:
    return LegalTexts(workspace, desk_law(desk).rulebook)


def _who(workspace: Workspace, staff: str) -> str:
    """Who acts, as stated at this machine; only a person whose role allows it may say what the law says."""
    with workspace.database.read() as connection:
        principal = stated_principal(connection, staff, required=Scope.RULEBOOK_CONFIRM)
    return f"stated:{principal.staff_id}"


def _what_was_read(source: str, text: Path | None) -> bytes:
    """The bytes of the text that was read."""
    address = source.startswith(("https://", "http://"))
    if address and text is None:
        raise SourceTextMissing(source=source)
    if not address and text is not None:
        raise SourceTextTwice(source=source, text=str(text))
    path = text if text is not None else Path(source)
    with path.open("rb") as stream:
        content = stream.read(MAX_TEXT_BYTES + 1)
    if not content.strip():
        raise SourceTextEmpty(path=str(path))
    if len(content) > MAX_TEXT_BYTES:
        raise SourceTextTooLarge(path=str(path), limit=MAX_TEXT_BYTES)
    return content
