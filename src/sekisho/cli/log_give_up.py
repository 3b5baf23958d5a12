"""``sekisho log give-up``: segments of a day that isn't sealed, which no backup has."""

from __future__ import annotations

from datetime import datetime

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import japan_text
from sekisho.logs.service import LogService


@click.command("give-up")
@click.argument("kind", type=click.Choice([kind.value for kind in LogKind]))
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@output_options
@pass_session
def give_up(session: Session, kind: str, day: datetime) -> None:
    """壊れた記録ファイルをあきらめ、その日を封緘する / Give up damaged segments so that a day can be sealed.

    封緘前の記録ファイルが壊れたりなくなったりして、どのバックアップにもないときに使います。読めるファイルはそのままです。
    その日についての答えは「欠落」のままです。

    For segments of a day that isn't sealed, damaged or missing and in no backup. Segments that can be read stay.
    Answers about that day stay coverage_gap.
    """
    staff = session.require_staff()
    with session.open() as workspace:
        with workspace.database.read() as connection:
            actor = stated_principal(connection, staff, required=Scope.LOG_SEARCH)
        done = LogService(workspace).give_up_day(LogKind(kind), day.date(), by=actor.staff_id)
    if session.json:
        session.answer(
            {
                "kind": done.kind.value,
                "day": done.day.isoformat(),
                "ledger_index": done.ledger_index,
                "lost": [{"id": one.segment.id, "rows": one.rows} for one in done.lost],
                "sources": list(done.sources),
                "gap": {"begin": japan_text(done.gap.begin), "end": japan_text(done.gap.end)},
            }
        )
        return
    for one in done.lost:
        session.say_in(
            f"{done.kind.value} {done.day}: 記録ファイル {one.segment.id}（{one.rows:,} 行）をあきらめました。",
            f"{done.kind.value} {done.day}: the segment {one.segment.id} ({one.rows:,} rows) is given up.",
        )
    session.say_in(
        f"この日、次の出所の記録は欠落として扱います: {'、'.join(done.sources) or '–'}",
        f"On that day these sources have a gap: {', '.join(done.sources) or '–'}",
    )
    session.say_in(
        f"台帳 #{done.ledger_index} に記しました。この日を封緘できます。",
        f"On record as ledger #{done.ledger_index}. The day can be sealed.",
    )
