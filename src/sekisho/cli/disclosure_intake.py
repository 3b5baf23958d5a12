"""``sekisho disclosure receive``, ``batch``, ``ask``, ``answer``, ``quote``: requests come in, questions go back."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.cli.disclosure_options import actor, case_argument, line_of, next_line, tell, token_option
from sekisho.cli.errors import FileRefused, Usage, readable
from sekisho.cli.log_options import read_document
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.desk_settings import DeskSettings
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.csv_batch import MAX_BYTES, read_batch
from sekisho.disclosure.intake.desk import IntakeDesk, Taken
from sekisho.disclosure.intake.draft import Draft
from sekisho.disclosure.intake.entries import Asked
from sekisho.disclosure.intake.fees import quote as quoted
from sekisho.disclosure.intake.fees import read_price_table
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.json_form import MAX_JSON, parse, read_head, read_json
from sekisho.disclosure.intake.paper_forms import PAPER_FORMS
from sekisho.disclosure.intake.papers import read_paper
from sekisho.disclosure.intake.refused import Came, Via
from sekisho.disclosure.intake.standard_form import read_standard_form
from sekisho.disclosure.intake.surroundings import read_others
from sekisho.disclosure.intake.validation import Checked
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.service import DisclosureService
from sekisho.workspace import Workspace

FORMS = ("json", "standard", "paper")

_form = click.option(
    "--form",
    type=click.Choice(FORMS),
    default="json",
    show_default=True,
    help="JSON・標準書式・紙から打ち込んだ項目 / JSON, the standard form, or what was typed off a paper.",
)
_type = click.option(
    "--type",
    "type_",
    type=click.Choice([one.value for one in PAPER_FORMS]),
    help="--form paper のときの紙の種類 / Which paper, with --form paper.",
)
_received = click.option(
    "--received-at", metavar="TIME", help="受け付けた時刻（省くと今） / When it came; now by default."
)
_key = click.option("--key", help="同じ受付を二度しないための印 / Makes repeats of one intake one.")
_others = click.option(
    "--others",
    metavar="FILE",
    envvar="SEKISHO_OTHER_PROVIDERS",
    help="他の事業者のアドレス範囲（JSON。省くと設定のもの） / Other providers' prefixes; by default those set. "
    "[SEKISHO_OTHER_PROVIDERS]",
)
_not_known = click.option(
    "--not-known",
    multiple=True,
    type=click.Choice([one.value for one in Code]),
    help="請求者が「わからない」と答えた質問（繰り返し可） / What they answered that they don't know; repeatable.",
)
_again = click.option(
    "--again", default="", help="同じ文書を改めて受け付ける理由 / Why a paper that a case has is taken in again."
)
_dry = click.option("--dry-run", is_flag=True, help="調べるだけで受け付けない / Look it over; enter nothing.")


@click.command()
@click.argument("file", metavar="FILE|-")
@_form
@_type
@_received
@_key
@_others
@_not_known
@_again
@_dry
@click.option("--scan", metavar="FILE", help="紙の画像・PDF。ハッシュを確かめて保管する / The paper's image; kept.")
@token_option
@output_options
@pass_session
def receive(
    session: Session,
    file: str,
    form: str,
    type_: str | None,
    received_at: str | None,
    key: str | None,
    others: str | None,
    not_known: tuple[str, ...],
    again: str,
    dry_run: bool,
    scan: str | None,
    token_file: Path | None,
) -> None:
    """請求を受け付ける。足りない点があれば、その場で質問を作る / Take a request in; ask back at once where it lacks.

    時刻の時差、送信元ポート、文書番号、有効期間などを調べます。時差のない時刻は推測せず、請求者に尋ねます。

    Zone, source port, number, validity and more are looked over. A time without its zone is asked about, never guessed.
    """
    _require_form(form, type_)
    data, too_much = _bytes(file, MAX_JSON)
    image = None if scan is None else _whole(scan, MAX_JSON)
    came, waived = Came.of(Via.COMMAND, form, None if too_much else data), frozenset(Code(one) for one in not_known)
    with session.open("read" if dry_run else "write") as workspace:
        desk, by = _desk(workspace, others), actor(workspace, session, token_file)
        with nullcontext() if dry_run else desk.refused.noting(came, by=by):
            _require_whole(file, data, too_much)
            draft, at = _draft(data, form, type_, image), _moment(received_at)
        if dry_run:
            _tell_checked(session, desk.check(draft, by=by, received_at=at, not_known=waived))
            return
        taken = desk.take(
            draft, by=by, received_at=at, original=image or data, idempotency_key=key, not_known=waived, came=came,
            again=again,
        )  # fmt: skip
        _tell_taken(session, taken)


@click.command()
@click.argument("file", metavar="FILE|-")
@click.option("--head", required=True, metavar="FILE", help="請求者・文書・種類（JSON、項目なし） / All but the items.")
@click.option("--wanted", multiple=True, help="求める情報（subscriber、civil.1 など） / What is asked of each line.")
@click.option("--sha256", default="", help="送付状にあるファイルのSHA-256 / The file's SHA-256, as they state it.")
@_received
@_key
@_others
@_not_known
@_again
@_dry
@token_option
@output_options
@pass_session
def batch(
    session: Session,
    file: str,
    head: str,
    wanted: tuple[str, ...],
    sha256: str,
    received_at: str | None,
    key: str | None,
    others: str | None,
    not_known: tuple[str, ...],
    again: str,
    dry_run: bool,
    token_file: Path | None,
) -> None:
    """アドレスの一覧（CSV）を1件の請求として受け付ける / Take a CSV of addresses in, as one request.

    見出し: address,port,time,zone,protocol,destination,reference（日本語の見出しも可）。UTF-8 か Shift_JIS。
    読めない行は、行番号をつけて請求者への質問にします。

    Heading as above, or in Japanese; UTF-8 or Shift_JIS. A line that can't be read is asked about by its number.
    """
    data, too_much = _bytes(file, MAX_BYTES)
    about = _whole(head, MAX_JSON)
    came, waived = Came.of(Via.COMMAND, "csv", None if too_much else data), frozenset(Code(one) for one in not_known)
    with session.open("read" if dry_run else "write") as workspace:
        desk, by = _desk(workspace, others), actor(workspace, session, token_file)
        with nullcontext() if dry_run else desk.refused.noting(came, by=by):
            _require_whole(file, data, too_much)
            found = read_batch(io.BytesIO(data), Asked(None, wanted))
            draft, at = found.draft(read_head(parse(about)), stated_sha256=sha256), _moment(received_at)
        if dry_run:
            _tell_checked(session, desk.check(draft, by=by, received_at=at, not_known=waived))
            return
        taken = desk.take(
            draft, by=by, received_at=at, original=data, idempotency_key=key, not_known=waived, came=came, again=again
        )
        _tell_taken(session, taken)


@click.command()
@case_argument
@click.argument("question")
@click.option("--field", "fields", multiple=True, help="尋ねる欄（繰り返し可） / A field asked about; repeatable.")
@token_option
@output_options
@pass_session
def ask(session: Session, case_id: str, question: str, fields: tuple[str, ...], token_file: Path | None) -> None:
    """請求者に質問を返す / Ask whoever sent the request."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).question_back(case_id, question, fields=fields, by=by)
        tell(session, entry, "請求者への質問を記録しました。", "The question to the requester is on record.")


@click.command()
@case_argument
@click.argument("file", metavar="FILE|-")
@_form
@_type
@_others
@_not_known
@click.option("--scan", metavar="FILE", help="回答の画像・PDF / The answer's image.")
@token_option
@output_options
@pass_session
def answer(
    session: Session,
    case_id: str,
    file: str,
    form: str,
    type_: str | None,
    others: str | None,
    not_known: tuple[str, ...],
    scan: str | None,
    token_file: Path | None,
) -> None:
    """質問への回答を反映した請求の全体を入れる / Enter the whole request as it is after their answer."""
    _require_form(form, type_)
    data, too_much = _bytes(file, MAX_JSON)
    image = None if scan is None else _whole(scan, MAX_JSON)
    came, waived = Came.of(Via.COMMAND, form, None if too_much else data), frozenset(Code(one) for one in not_known)
    with session.open() as workspace:
        desk, by = _desk(workspace, others), actor(workspace, session, token_file)
        DisclosureService(workspace).find(case_id, by=by)
        with desk.refused.noting(came, by=by, answer=True):
            _require_whole(file, data, too_much)
            draft = _draft(data, form, type_, image)
        taken = desk.answered(case_id, draft, by=by, original=image or data, not_known=waived, came=came)
        _tell_taken(session, taken)


@click.command()
@case_argument
@click.option("--prices", metavar="FILE", help="単価（JSON。省くと設定の値） / Prices, as JSON; by default those set.")
@token_option
@output_options
@pass_session
def quote(session: Session, case_id: str, prices: str | None, token_file: Path | None) -> None:
    """手数料を見積もる（識別子1件ごと。同じものは1件） / Quote the fee: for each identifier, the same one once."""
    given = None if prices is None else read_price_table(read_document(prices))
    with session.open("read") as workspace:
        table = given or DeskSettings(workspace).prices()
        entry = DisclosureService(workspace).find(case_id, by=actor(workspace, session, token_file))
        found = quoted(entry.type, () if entry.case is None else entry.case.items, table)
    if session.json:
        session.answer(found.document())
        return
    session.say_in(
        f"{found.identifiers}件 × {found.per_identifier:,}円 = {found.total:,}円"
        + (f"（重複 {found.duplicates}件は数えません）" if found.duplicates else ""),
        f"{found.identifiers} × ¥{found.per_identifier:,} = ¥{found.total:,}"
        + (f" ({found.duplicates} named again, not counted)" if found.duplicates else ""),
    )
    session.say(found.basis.in_(session.lang))


# --- how -------------------------------------------------------------------------------------------------------------


def _desk(workspace: Workspace, others: str | None) -> IntakeDesk:
    known = None if others is None else read_others(read_document(others))
    return IntakeDesk(workspace, DisclosureService(workspace), others=known)


def _bytes(file: str, limit: int) -> tuple[bytes, bool]:
    """What a file holds, and whether that is more than ``limit``: then all the rest was left where it is."""
    if file == "-":
        found = sys.stdin.buffer.read(limit + 1)
    else:
        with Path(file).open("rb") as opened:
            found = opened.read(limit + 1)
    return found, len(found) > limit


def _require_whole(file: str, data: bytes, too_much: bool) -> None:
    if too_much:
        raise FileRefused(path=readable(file), why=f"more than {len(data) - 1} bytes")


def _whole(file: str, limit: int) -> bytes:
    found, too_much = _bytes(file, limit)
    _require_whole(file, found, too_much)
    return found


def _require_form(form: str, type_: str | None) -> None:
    if (form == "paper") != (type_ is not None):
        raise Usage(
            problem="--form paper needs --type, and no other form has one", command="sekisho disclosure receive"
        )


def _draft(data: bytes, form: str, type_: str | None, image: bytes | None) -> Draft:
    if form == "json":
        return read_json(data)
    written: Mapping[str, Any] = parse(data)
    if form == "standard":
        return read_standard_form(written)
    digest = "" if image is None else _sha256(image)
    return read_paper(CaseType(type_ or ""), written, computed_sha256=digest)


def _sha256(data: bytes) -> str:
    import hashlib  # noqa: PLC0415  only where an image is attached

    return hashlib.sha256(data).hexdigest()


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise CaseRefused(field="received_at", problem="a time with its offset, such as 2026-11-23T10:00:00+09:00")
    return found


def _tell_taken(session: Session, taken: Taken) -> None:
    if session.json:
        letter = None if taken.letter is None else taken.letter.json()
        session.answer({**taken.entry.document(), "intake": taken.checked.document(), "letter": letter})
        return
    session.say_in(f"受け付けました: {taken.entry.id}", f"Taken in: {taken.entry.id}")
    _findings(session, taken.checked)
    session.say(line_of(taken.entry, session.lang))
    session.say(next_line(taken.entry, session.lang))


def _tell_checked(session: Session, checked: Checked) -> None:
    if session.json:
        session.answer({"entered": False, "intake": checked.document()})
        return
    session.say_in("調べました（受け付けていません）。", "Looked over; nothing was entered.")
    _findings(session, checked)
    if not checked.findings:
        session.say_in("足りないところはありません。", "Nothing is lacking.")


def _findings(session: Session, checked: Checked) -> None:
    words = {"question": ("質問", "question"), "refusal": ("不備", "refusal"), "note": ("注", "note")}
    at = 0 if session.lang == "ja" else 1
    for one in checked.findings[:20]:
        place = f" #{one.item}" if one.item is not None else f" L{one.line}" if one.line is not None else ""
        session.say(f"  {words[one.kind.value][at]}{place}: {one.text.in_(session.lang)}")
    if len(checked.findings) > 20:
        rest = len(checked.findings) - 20
        session.say_in(f"  ほか {rest} 件（--json に全部）", f"  {rest} more (all of them with --json)")
