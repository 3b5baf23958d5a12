"""``sekisho log seal``: the day's segments become one for good."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from sekisho.cli.errors import Usage
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.day_desk import GRACE
from sekisho.logs.kinds import LogKind
from sekisho.logs.service import LogService


@click.command()
@click.option("--kind", type=click.Choice([kind.value for kind in LogKind]), help="この種類の1日だけ / One kind's day.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="その日（日本の日付） / The day, in Japan.")
@click.option(
    "--grace",
    type=click.IntRange(0),
    default=int(GRACE.total_seconds()) // 3600,
    show_default=True,
    metavar="HOURS",
    help="一日の終わりから待つ時間 / Hours to wait after the day's end.",
)
@output_options
@pass_session
def seal(session: Session, kind: str | None, day: datetime | None, grace: int) -> None:
    """終わった日を封緘し、根を台帳に記す / Seal the days that are over, their roots in the ledger.

    封緘した後に届いた記録は、小さな別ファイルとして加わります。

    What comes later is added in a small segment of its own.
    """
    if (kind is None) != (day is None):
        raise Usage(problem="--kind and --day go together", command="sekisho log seal")
    wait = timedelta(hours=grace)
    with session.open() as workspace:
        logs = LogService(workspace)
        if kind is None or day is None:
            done = logs.seal_due(grace=wait)
        else:
            one = logs.seal(LogKind(kind), day.date(), grace=wait)
            done = () if one is None else (one,)
    if session.json:
        session.answer(
            [
                {
                    "kind": one.kind.value,
                    "day": one.day.isoformat(),
                    "ledger_index": one.ledger_index,
                    "rows": one.rows,
                    "segments": one.segments,
                }
                for one in done
            ]
        )
        return
    for one in done:
        session.say_in(
            f"{one.kind.value} {one.day}: {one.rows:,} 行を封緘しました（台帳 #{one.ledger_index}）。",
            f"{one.kind.value} {one.day}: {one.rows:,} rows sealed (ledger #{one.ledger_index}).",
        )
    if not done:
        session.say_in("封緘する日はありません。", "There is no day to seal.")
