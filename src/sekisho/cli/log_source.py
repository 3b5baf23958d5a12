"""``sekisho log source``: where logs come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.formats.registry import formats
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.lookup.asked import japan_text
from sekisho.logs.manifest import SegmentEntry
from sekisho.logs.service import LogService
from sekisho.logs.source_rows import document
from sekisho.logs.sources import MAX_SETTINGS, Source, SourceSpec, prefixes

_KINDS = [spec.kind.value for spec in KINDS.values() if not spec.written_by_sekisho]


@click.group()
def source() -> None:
    """ログの出所を宣言する・見る / Declare and list the sources of logs."""


@source.command()
@click.argument("name")
@click.option("--provider", required=True, help="事業者 / The provider.")
@click.option("--service", required=True, help="役務 / The service.")
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="ログの種類 / What kind of log.")
@click.option("--format", "format_", required=True, help="形式（`sekisho log source formats`） / Its format.")
@click.option("--zone", default="Asia/Tokyo", show_default=True, help="時差のない時刻の時間帯 / Zone of local times.")
@click.option(
    "--acknowledged", is_flag=True, help="届かない記録があれば必ず分かる送り方 / Nothing is lost without being noticed."
)
@click.option(
    "--covers",
    multiple=True,
    metavar="PREFIX",
    help="この出所が答えるグローバルアドレス（繰り返し可） / Public prefixes it answers for; repeatable.",
)
@click.option(
    "--heartbeat", type=click.IntRange(1), metavar="SECONDS", help="これより長い無音は欠落 / A longer silence is a gap."
)
@click.option(
    "--longest",
    type=click.IntRange(1),
    metavar="SECONDS",
    help="開始しか記録しない出所での最長の時間 / Longest duration, where only starts are logged.",
)
@click.option(
    "--settings",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="形式と時計の設定（JSON） / Settings of format and clock, JSON.",
)
@output_options
@pass_session
def add(
    session: Session,
    name: str,
    provider: str,
    service: str,
    kind: str,
    format_: str,
    zone: str,
    acknowledged: bool,
    covers: tuple[str, ...],
    heartbeat: int | None,
    longest: int | None,
    settings: Path | None,
) -> None:
    """出所を宣言し、台帳に記す / Declare a source, on record."""
    given: dict[str, Any] = {} if settings is None else _settings(settings)
    given |= {
        label: value
        for label, value in (("heartbeat_seconds", heartbeat), ("longest_seconds", longest))
        if value is not None
    }
    spec = SourceSpec(
        name, provider, service, LogKind(kind), format_, zone, acknowledged, prefixes(covers), given
    )
    staff = session.require_staff()
    with session.open() as workspace:
        with workspace.database.read() as connection:
            actor = stated_principal(connection, staff, required=Scope.LOG_SEARCH)
        made = LogService(workspace).add_source(spec, by=actor.staff_id)
    if session.json:
        session.answer(_document(made))
    session.say_in(
        f"出所 {made.number}「{name}」を宣言しました（{kind}、{format_}）。",
        f"Source {made.number}, {name}, is declared ({kind}, {format_}).",
    )


@source.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """宣言した出所の一覧 / The declared sources."""
    with session.open("read", keys=False) as workspace:
        found = LogService(workspace).sources()
    if session.json:
        session.answer([_document(one) for one in found])
        return
    for one in found:
        covers = ", ".join(str(prefix) for prefix in one.spec.covers) or "*"
        kinds = "+".join([one.spec.kind.value, *sorted(one.kinds - {one.spec.kind})])
        session.say(f"{one.number:>5}  {one.spec.name}  {kinds}  {one.spec.format}  {covers}")
    if not found:
        session.say_in("出所はまだありません。", "There is no source yet.")


@source.command("give-up")
@click.argument("name", metavar="SOURCE")
@output_options
@pass_session
def give_up(session: Session, name: str) -> None:
    """壊れた表をあきらめ、出所の取込みを続ける / Give up damaged tables so that a source is taken in again.

    割当て中のものを記した表が壊れたりなくなったりして、どのバックアップにもないときに使います。読める表はそのままです。
    失われた間の答えは「欠落」のままです。

    For a table of what is still held that is damaged or missing and in no backup. Tables that can be read stay. Answers
    about the time that is lost stay coverage_gap.
    """
    staff = session.require_staff()
    with session.open() as workspace:
        with workspace.database.read() as connection:
            actor = stated_principal(connection, staff, required=Scope.LOG_SEARCH)
        done = LogService(workspace).give_up(name, by=actor.staff_id)
    gap = None if done.gap is None else (japan_text(done.gap.begin), japan_text(done.gap.end))
    if session.json:
        session.answer(
            {
                "source": name,
                "ledger_index": done.ledger_index,
                "lost": [_table(one) for one in done.lost],
                "copies": [_table(one) for one in done.copies],
                "gap": None if gap is None else {"begin": gap[0], "end": gap[1]},
            }
        )
        return
    for one in done.lost:
        session.say_in(
            f"{one.segment.kind.value} {one.segment.day}: 表 {one.segment.id} をあきらめました。",
            f"{one.segment.kind.value} {one.segment.day}: the table {one.segment.id} is given up.",
        )
    for one in done.copies:
        session.say_in(
            f"{one.segment.kind.value} {one.segment.day}: 表 {one.segment.id} の内容は封緘した記録にあります。",
            f"{one.segment.kind.value} {one.segment.day}: the sealed segment has what the table {one.segment.id} had.",
        )
    if gap is not None:
        session.say_in(
            f"{gap[0]} から {gap[1]} まで、この出所の記録は欠落として扱います。",
            f"From {gap[0]} to {gap[1]} this source has a gap.",
        )
    session.say_in(
        f"台帳 #{done.ledger_index} に記しました。取込みを続けられます。",
        f"On record as ledger #{done.ledger_index}. The source can be taken in again.",
    )


@source.command("formats")
@output_options
@pass_session
def formats_(session: Session) -> None:
    """使える形式の一覧 / The formats there are."""
    if session.json:
        session.answer(dict(formats()))
        return
    for name, about in formats().items():
        session.say(f"{name:<18} {about}")


def _table(entry: SegmentEntry) -> dict[str, str]:
    return {"kind": entry.segment.kind.value, "day": entry.segment.day.isoformat(), "id": entry.segment.id}


def _document(found: Source) -> dict[str, Any]:
    return {"number": found.number, **document(found.spec)}


def _settings(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        content = file.read(MAX_SETTINGS + 1)
    try:
        found = orjson.loads(content[:MAX_SETTINGS])
    except orjson.JSONDecodeError:
        raise FileRefused(path=readable(path), why="not JSON") from None
    if not isinstance(found, dict) or len(content) > MAX_SETTINGS:
        raise FileRefused(path=readable(path), why="not a JSON object of at most 1 MiB")
    return found
