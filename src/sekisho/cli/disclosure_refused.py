"""``sekisho disclosure refused``: what came and couldn't be entered as a case."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from sekisho.cli.disclosure_options import actor, token_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import JAPAN
from sekisho.disclosure.intake.refused import MAX_LISTED, MORE, RefusedIntake, RefusedIntakes

_HASH: Final = 12
"""Digits of a SHA-256 that a person is shown; all of them with ``--json``."""


@click.command()
@click.option(
    "--limit", type=click.IntRange(1, MAX_LISTED), default=50, show_default=True, help="件数 / How many."
)
@token_option
@output_options
@pass_session
def refused(session: Session, limit: int, token_file: Path | None) -> None:
    """案件にできなかった受付の一覧（新しい順） / What came and couldn't be entered as a case, the latest first.

    日時、人、経路、理由、届いたもののハッシュを残します。中身は残しません。1時間に60件までです。

    When, by whom, how, why, and the hash of what came; never what it said. At most 60 in an hour.
    """
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        found = RefusedIntakes(workspace).every(by=by, limit=limit)
    if session.json:
        session.answer({"refused": [one.document() for one in found]})
        return
    if not found:
        session.say_in("案件にできなかった受付はありません。", "Nothing was refused at intake.")
    for one in found:
        session.say(_line(one, session.lang))


def _line(one: RefusedIntake, lang: str) -> str:
    said, at = one.said, 0 if lang == "ja" else 1
    when = one.at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S")
    if said.get("step") == MORE:
        more = ("この1時間は上限に達したため、ほかは記録していません", "the hour was full: others aren't on record")[at]
        return f"{when}  {more}"
    way = "/".join(str(said[name]) for name in ("via", "form") if said.get(name)) or one.kind
    who = said.get("by") or said.get("party") or ("不明", "unknown")[at]
    field = f" ({said['field']})" if said.get("field") else ""
    digest = str(said.get("sha256") or "—")[:_HASH]
    return f"{when}  {way}  {who}  {said.get('reason')}{field}  {digest}"
