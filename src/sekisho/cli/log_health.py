"""``sekisho log health`` and ``sekisho log quarantine``: how well each source is heard, and what couldn't be read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from sekisho.cli.errors import readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import JAPAN
from sekisho.logs.errors import SourceUnwell
from sekisho.logs.health import SourceHealth
from sekisho.logs.intervals.days import microseconds, moment_of
from sekisho.logs.service import LogService

SHOWN_GAPS = 5
"""Latest gaps shown to a person; ``--json`` has all."""


@click.command()
@click.option("--check", is_flag=True, help="異常があれば 1 で終わる（監視用） / End with 1 if a source is unwell.")
@output_options
@pass_session
def health(session: Session, check: bool) -> None:
    """出所ごとの受信の状態 / How well each source is heard."""
    with session.open("read", keys=False) as workspace:
        logs = LogService(workspace)
        found = logs.health()
        told = {one.source: logs.listener_status(one.source) for one in found}
        now = microseconds(workspace.clock.now())
    unwell = {one.name: problems for one in found if (problems := _problems(one, now))}
    if session.json:
        session.answer([
            {**_document(one, unwell.get(one.name, [])), "listener": told[one.source]} for one in found
        ])
    else:
        for one in found:
            _show(session, one, unwell.get(one.name, []))
            _show_listener(session, told[one.source])
        if not found:
            session.say_in("出所はまだありません。", "There is no source yet.")
    if check and unwell:
        if session.json:
            raise click.exceptions.Exit(SourceUnwell.exit_code)
        raise SourceUnwell(sources="; ".join(f"{name}: {', '.join(why)}" for name, why in unwell.items()))


@click.command()
@click.argument("input_id", metavar="INPUT")
@output_options
@pass_session
def quarantine(session: Session, input_id: str) -> None:
    """隔離した記録の番号と理由（中身は出さない） / Numbers and reasons of quarantined records, not their bytes."""
    with session.open("read") as workspace:
        found = [(one.record, one.reason) for one in LogService(workspace).quarantined(input_id)]
    if session.json:
        session.answer([{"record": record, "reason": reason} for record, reason in found])
        return
    for record, reason in found:
        session.say(f"{record:>12,}  {readable(reason)}")
    if not found:
        session.say_in("隔離した記録はありません。", "Nothing was quarantined.")


def _problems(one: SourceHealth, now: int) -> list[str]:
    """What is wrong with a source, as slugs."""
    found = {
        "never_heard": one.last_record is None,
        "silent": one.is_silent(now),
        "inside_always_zero": one.inside_always_zero,
        "port_not_logged": one.ports_missing,
        "template_misses": one.events > 0 and one.template_misses * 100 > one.events,
    }
    return [slug for slug, true in found.items() if true]


def _document(one: SourceHealth, problems: list[str]) -> dict[str, Any]:
    return {
        **asdict(one),
        "ingested_at": None if one.ingested_at is None else one.ingested_at.isoformat(),
        "last_record": None if one.last_record is None else _time(one.last_record),
        "gaps": [asdict(gap) | {"begin": _time(gap.begin), "end": _time(gap.end)} for gap in one.gaps],
        "problems": problems,
    }


def _show(session: Session, one: SourceHealth, problems: list[str]) -> None:
    last = "–" if one.last_record is None else _time(one.last_record)
    rate = "–" if one.rate is None else f"{one.rate:,.1f}/s"
    session.say(f"{'!' if problems else ' '} {one.source:>5}  {one.name}  {last}  {rate}  {one.records:,}")
    for slug in problems:
        session.say(f"         {_WORDS[slug][0 if session.lang == 'ja' else 1]}")
    offset = one.clock.received or one.clock.logged
    if offset is not None:
        told = f"{timedelta(microseconds=offset.p50).total_seconds():+.3f}s"
        session.say_in(f"         時計のずれ（中央値） {told}", f"         clock offset (median) {told}")
    for gap in one.gaps[-SHOWN_GAPS:]:
        session.say(f"         {gap.reason}  {_time(gap.begin)} – {_time(gap.end)}  {gap.missing or ''}".rstrip())
    counts = {
        name: getattr(one, name) for name in ("quarantined", "refused", "sequence_missing", "port_not_logged")
    }
    if any(counts.values()):
        session.say("         " + "  ".join(f"{name} {count:,}" for name, count in counts.items() if count))


def _show_listener(session: Session, status: dict[str, Any] | None) -> None:
    """What its listener last said: where it listens, and what it had to drop."""
    if status is None:
        return
    where = " ".join(map(str, status.get("endpoints", ())))
    counts = {name: status.get(name) for name in ("received", "durable")}
    dropped = {**status.get("dropped", {}), **status.get("refused", {})}
    parts = [f"{name} {count:,}" for name, count in (counts | dropped).items() if isinstance(count, int)]
    session.say(f"         {where}  {'  '.join(parts)}")


_WORDS = {
    "never_heard": (
        "まだ1件も届いていません。機器と転送、`sekisho log ingest` を確かめてください。",
        "Nothing has come yet: check the device, the transfer and `sekisho log ingest`.",
    ),
    "silent": ("ふだんより長く記録が届いていません。", "No record for longer than usual."),
    "inside_always_zero": (
        "内側のアドレスが常に 0 です。機器の出力設定を確かめてください。",
        "The inside address is always 0: check what the device exports.",
    ),
    "port_not_logged": (
        "送信元ポートのない記録です（共有アドレスでは、だれか分かりません）。サーバーのログ形式に加えてください。",
        "Records without a source port, which name nobody behind a shared address: add it to the server's log format.",
    ),
    "template_misses": (
        "読めない形の記録が 1% を超えています。形式の設定を確かめてください。",
        "More than 1 % of the records don't fit the format: check its settings.",
    ),
}


def _time(moment: int) -> str:
    return moment_of(moment).astimezone(JAPAN).isoformat(timespec="seconds")
