"""``sekisho log hold``: keep records that somebody lawfully asks to be kept, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.cli.errors import Usage
from sekisho.cli.log_options import as_day, day_type, proven, read_document, stated, token_file_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.logs.holds.letters import Letter
from sekisho.logs.holds.rows import HoldEntry
from sekisho.logs.holds.rules import HOLDS, End, HoldType, Rank, ReleaseReason
from sekisho.logs.holds.scope import HOLDABLE
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.terms import read_terms

_AUTHORITY = ("name", "officer", "rank", "document", "document_date", "law", "contact", "checked", "reason")
_SCOPE = ("kinds", "addresses", "inside", "subjects", "references", "begin", "end")


@click.group()
def hold() -> None:
    """保全: 求められた記録だけを写して残す / Holds: copy out what is asked for, and nothing else."""


@hold.command()
@click.option("--file", "file", metavar="FILE|-", help="保全（JSON）。ほかの指定はこれに重ねる / A hold as JSON.")
@click.option("--type", "type_", type=click.Choice([one.value for one in HoldType]), help="種類 / The type.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in HOLDABLE]),
    help="ログの種類（繰り返し可） / A kind of log; repeatable.",
)
@click.option(
    "--address",
    "addresses",
    multiple=True,
    metavar="ADDRESS[:PORT[-PORT]]",
    help="公開アドレス（繰り返し可） / A public address; repeatable.",
)
@click.option("--inside", multiple=True, metavar="ADDRESS", help="内側のアドレス / An inside address; repeatable.")
@click.option("--subject", "subjects", multiple=True, help="回線・アカウント / A line or account; repeatable.")
@click.option("--record", "references", multiple=True, help="セッション・投稿の番号 / A session's or post's id.")
@click.option("--from", "begin", metavar="TIME", help="対象の時間の始まり / From, with its offset.")
@click.option("--to", "end", metavar="TIME", help="対象の時間の終わり（過去に限る） / To, a time that has come.")
@click.option("--requester", "name", help="求めた者（部署まで） / Who asks.")
@click.option("--officer", help="官職氏名 / The officer's name.")
@click.option("--rank", type=click.Choice([one.value for one in Rank]), help="官職 / The officer's rank.")
@click.option("--document", help="文書番号 / The document's number.")
@click.option("--document-date", type=day_type, help="文書の日付 / The document's date.")
@click.option("--law", help="他の法令の条 / Another law's article.")
@click.option("--contact", help="連絡先 / Contact.")
@click.option("--checked", help="真正であることの確かめ方 / How it was seen to be genuine.")
@click.option("--reason", help="書面がないときの理由 / What makes it needed, where there is no paper.")
@click.option("--received", type=day_type, help="受け付けた日（省くと今日） / Day received; today by default.")
@click.option("--until", type=day_type, help="最後の日 / Its last day.")
@click.option("--silent", is_flag=True, default=None, help="だれにも知らせない（197条5項） / Tell nobody.")
@click.option("--knows", multiple=True, help="内容を知ってよい職員 / Staff who may know of it; repeatable.")
@output_options
@pass_session
def add(session: Session, file: str | None, **given: Any) -> None:
    """保全する。当日のうちに「いつまで保全・いつ消去予定」の文書を出す / Hold records, and write the letter.

    該当する記録だけを保全専用の鍵の下に写し、元の日の根への包含証明を確かめてから有効になります。
    その日のほかの記録は、予定どおり消去されます。

    Only matching records are copied, under the hold's own key, their proofs verified before it is active. The rest of
    the day is purged on its day.
    """
    written = {} if file is None else read_document(file)
    with session.open() as workspace:
        today = japan_date(workspace.clock.now())
        terms = read_terms(_merged(written, given, today.isoformat()))
        actor = stated(workspace, session, Scope.LOG_SEARCH)
        holds = Holds(workspace)
        entry = holds.add(terms, by=actor)
        letter = holds.letter(entry.id, by=actor)
    _tell(session, entry, letter)


def _merged(written: dict[str, Any], given: dict[str, Any], today: str) -> dict[str, Any]:
    """Options over a document; a part that isn't an object stays for the reader to refuse."""
    told = {name: _plain(one) for name, one in given.items() if one not in (None, (), [])}
    made = dict(written)
    for part, names in (("authority", _AUTHORITY), ("scope", _SCOPE)):
        mine = {name: told.pop(name) for name in names if name in told}
        known = made.get(part, {})
        made[part] = known | mine if isinstance(known, dict) else known
    if "type_" in told:
        made["type"] = told.pop("type_")
    made |= told
    made.setdefault("received", today)
    return made


def _plain(one: Any) -> Any:
    if isinstance(one, datetime):
        return one.date().isoformat()
    return list(one) if isinstance(one, tuple) else one


@hold.command()
@click.argument("hold_id", metavar="HOLD")
@token_file_option
@click.option("--yes", is_flag=True, help="確かめずに承認する / Don't ask.")
@output_options
@pass_session
def approve(session: Session, hold_id: str, token_file: Path, yes: bool) -> None:
    """根拠が任意のもの（任意の依頼・特別の理由）を承認する / Approve one that rests on the operator's own judgement."""
    with session.open() as workspace:
        actor = proven(workspace, token_file)
        holds = Holds(workspace)
        session.confirm(f"保全 {hold_id} を承認しますか", f"Approve hold {hold_id}?", yes=yes)
        entry = holds.approve(hold_id, by=actor)
    _tell(session, entry, None)


@hold.command()
@click.argument("hold_id", metavar="HOLD")
@output_options
@pass_session
def make(session: Session, hold_id: str) -> None:
    """承認された保全を行う / Carry out an approved hold."""
    with session.open() as workspace:
        actor = stated(workspace, session, Scope.LOG_SEARCH)
        holds = Holds(workspace)
        entry = holds.make(hold_id, by=actor)
        letter = holds.letter(entry.id, by=actor)
    _tell(session, entry, letter)


@hold.command()
@click.argument("hold_id", metavar="HOLD")
@output_options
@pass_session
def withdraw(session: Session, hold_id: str) -> None:
    """承認前の保全を取り下げる。何も写していない / Withdraw one that wasn't approved yet; nothing was copied."""
    with session.open() as workspace:
        entry = Holds(workspace).withdraw(hold_id, by=stated(workspace, session, Scope.LOG_SEARCH))
    _tell(session, entry, None)


@hold.command()
@click.argument("hold_id", metavar="HOLD")
@click.option("--until", type=day_type, help="新しい最後の日 / The new last day.")
@click.option("--document", default="", help="延長を求める文書の番号 / The document's number.")
@click.option("--document-date", type=day_type, help="文書の日付 / The document's date.")
@click.option("--checked", default="", help="真正であることの確かめ方 / How it was seen to be genuine.")
@click.option("--why", default="", help="特に必要な理由 / What makes it specially needed.")
@click.option("--still-needed", metavar="NOTE", help="期限のない保全: 確かめた結果 / Of one without a last day.")
@output_options
@pass_session
def extend(
    session: Session,
    hold_id: str,
    until: datetime | None,
    document: str,
    document_date: datetime | None,
    checked: str,
    why: str,
    still_needed: str | None,
) -> None:
    """延長する（保全要請は30日以内、通算60日まで） / Extend; a preservation request by 30 days, 60 in total."""
    if (until is None) == (still_needed is None):
        raise Usage(problem="give --until, or --still-needed", command="sekisho log hold extend")
    with session.open() as workspace:
        actor = stated(workspace, session, Scope.LOG_SEARCH)
        holds = Holds(workspace)
        if still_needed is not None:
            entry = holds.review(hold_id, note=still_needed, by=actor)
        else:
            today = japan_date(workspace.clock.now())
            entry = holds.extend(
                hold_id,
                as_day(until) or today,
                document=document,
                document_date=as_day(document_date) or today,
                checked=checked,
                why=why,
                by=actor,
            )
        letter = holds.letter(entry.id, by=actor)
    _tell(session, entry, letter)


@hold.command()
@click.argument("hold_id", metavar="HOLD")
@click.option(
    "--reason", "why", required=True, type=click.Choice([one.value for one in ReleaseReason]), help="理由 / Why."
)
@click.option("--document", default="", help="取消書面・裁判所の通知など / The paper it rests on.")
@click.option("--decided-on", type=day_type, help="決定の告知を受けた日 / Day on which a decision was served.")
@click.option("--ended-on", type=day_type, help="事件が終わった日 / Day on which the case ended.")
@output_options
@pass_session
def release(
    session: Session, hold_id: str, why: str, document: str, decided_on: datetime | None, ended_on: datetime | None
) -> None:
    """解除する。写しは次の `sekisho due` で鍵ごと消去し、証明書を残す / Release; `sekisho due` destroys the copies."""
    with session.open() as workspace:
        actor = stated(workspace, session, Scope.LOG_SEARCH)
        entry = Holds(workspace).release(
            hold_id,
            ReleaseReason(why),
            document=document,
            decided_on=as_day(decided_on),
            ended_on=as_day(ended_on),
            by=actor,
        )
    _tell(session, entry, None)


@hold.command()
@click.argument("hold_id", metavar="HOLD")
@output_options
@pass_session
def letter(session: Session, hold_id: str) -> None:
    """「いつまで保全・いつ消去予定」の文書を出す / Print the letter."""
    with session.open("read") as workspace:
        found = Holds(workspace).letter(hold_id, by=stated(workspace, session, Scope.READ))
    if session.json:
        session.answer({**found.document_json(), "text": {"ja": found.text("ja"), "en": found.text("en")}})
        return
    session.say(found.text(session.lang).rstrip("\n"))


@hold.command("list")
@click.option("--all", "everything", is_flag=True, help="解除済みも / Released ones as well.")
@output_options
@pass_session
def list_(session: Session, everything: bool) -> None:
    """保全の一覧（知ってよいものだけ） / Holds that one may know of."""
    with session.open("read") as workspace:
        found = Holds(workspace).every(by=stated(workspace, session, Scope.READ))
    shown = [one for one in found if everything or one.state.value not in ("released", "withdrawn")]
    if session.json:
        session.answer([one.document() for one in shown])
        return
    for one in shown:
        session.say(_line(one, session.lang))
    if not shown:
        session.say_in("保全はありません。", "There is no hold.")


def _tell(session: Session, entry: HoldEntry, letter: Letter | None) -> None:
    if session.json:
        said = entry.document()
        if letter is not None:
            said["letter"] = {**letter.document_json(), "text": {"ja": letter.text("ja"), "en": letter.text("en")}}
        session.answer(said)
        return
    session.say(_line(entry, session.lang))
    if entry.state.value == "requested":
        session.say_in(
            f"承認が要ります。`sekisho log hold approve {entry.id}` の後、`sekisho log hold make {entry.id}` を"
            "行ってください。それまで何も写していません。",
            f"It needs approval: `sekisho log hold approve {entry.id}`, then `sekisho log hold make {entry.id}`. "
            "Nothing is copied until then.",
        )
    elif letter is not None:
        session.say("")
        session.say(letter.text(session.lang).rstrip("\n"))


def _line(entry: HoldEntry, lang: str) -> str:
    spec = HOLDS[entry.type]
    title = spec.title.ja if lang == "ja" else spec.title.en
    if entry.until is not None:
        ends = f"→ {entry.until}"
    elif spec.end is End.CASE:
        ends = "事件の終わりまで" if lang == "ja" else "until the case ends"
    else:
        ends = "必要がなくなるまで" if lang == "ja" else "until the need ceases"
    return f"{entry.id}  {entry.state.value}  {title}  {entry.received}  {ends}"
