"""``sekisho disclosure retention-study``: what longer retention and faster answers would save. Needs no workspace."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.errors import Usage
from sekisho.cli.log_options import read_document
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.study.answer import document, make
from sekisho.disclosure.study.chart import changes_chart, lost_chart
from sekisho.disclosure.study.questions import Asked
from sekisho.disclosure.study.reading import read_times
from sekisho.disclosure.study.routes import DEFAULT_DELAYS, RETENTION, Route
from sekisho.disclosure.study.simulate import DRAWS, MOST_HOPS, SEED, Setting, Study
from sekisho.disclosure.study.times import Delay, Triangle
from sekisho.disclosure.study.words import lines_of
from sekisho.logs.sizing import Mode, inputs


@click.command("retention-study")
@click.option("--days", multiple=True, type=int, help="保存日数（繰り返し可） / Days kept; repeatable.")
@click.option(
    "--delay",
    "delays",
    multiple=True,
    type=(float, float),
    metavar="MEDIAN P90",
    help="申立てまでの日数の中央値と90%点（繰り返し可） / Days until filing: median and 90th percentile; repeatable.",
)
@click.option(
    "--route",
    "routes",
    multiple=True,
    type=click.Choice([one.value for one in Route]),
    help="経路 / Route; repeatable.",
)
@click.option("--times", metavar="FILE", help="自社で測った各段階の日数（JSON） / Your own stage times, as JSON.")
@click.option("--hops", type=click.IntRange(0, MOST_HOPS), default=0, help="間に入る事業者の数（MVNOなど） / Hops.")
@click.option(
    "--login",
    type=(float, float, float),
    metavar="LOW TYPICAL HIGH",
    help="ログイン型（投稿より前の日数） / Log-in type.",
)
@click.option("--hold-at-once", is_flag=True, help="請求の当日に保全 / A hold on the day of the request.")
@click.option("--more-days", type=int, default=30, show_default=True, help="延ばす日数 / How many more days.")
@click.option("--faster", type=float, default=7.0, show_default=True, help="早める日数 / How many days sooner.")
@click.option(
    "--transfer-hours", type=float, default=6.0, show_default=True, help="CPからAPへの時間 / CP to AP, in hours."
)
@click.option("--draws", type=int, default=DRAWS, show_default=True, help="試行の数 / Simulated cases.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="乱数の種 / Seed.")
@click.option(
    "--subscribers", type=click.IntRange(1), help="加入者の数（費用も見積もる） / Subscribers; adds the cost."
)
@click.option(
    "--mode", type=click.Choice([one.value for one in Mode]), help="アドレスの分け方 / How addresses are shared."
)
@click.option("--cases-a-year", type=float, help="1年の件数（1件あたりの費用） / Cases a year; adds the cost per case.")
@click.option("--chart", metavar="FILE.svg", type=click.Path(path_type=Path), help="図を書き出す / Write a chart.")
@click.option(
    "--changes-chart",
    "changes_chart_file",
    metavar="FILE.svg",
    type=click.Path(path_type=Path),
    help="延長と早い回答で何が変わるかの図を書き出す（最初の日数・遅れ・経路） / "
    "Write a chart of what more days and a faster answer buy, for the first days, delay and route asked for.",
)
@output_options
@pass_session
def retention_study(
    session: Session,
    days: tuple[int, ...],
    delays: tuple[tuple[float, float], ...],
    routes: tuple[str, ...],
    times: str | None,
    hops: int,
    login: tuple[float, float, float] | None,
    hold_at_once: bool,
    more_days: int,
    faster: float,
    transfer_hours: float,
    draws: int,
    seed: int,
    subscribers: int | None,
    mode: str | None,
    cases_a_year: float | None,
    chart: Path | None,
    changes_chart_file: Path | None,
) -> None:
    """保存日数ごとに、記録が消えて特定できない割合を試算する / Simulate how often the record is gone, by days kept.

    30日延ばすと、1週間早く答えると、どれだけ救えるか。費用は `sekisho log plan` と同じ計算です。統計ではありません。

    What would 30 more days buy, what a week's faster answer? Costs are those of `sekisho log plan`. Not statistics.
    """
    if (subscribers is None) != (mode is None) or (cases_a_year is not None and subscribers is None):
        problem = "--subscribers and --mode go together, and --cases-a-year needs both"
        raise Usage(problem=problem, command="sekisho disclosure retention-study")
    setting = Setting(hops=hops, login=None if login is None else Triangle(*login), hold_at_once=hold_at_once)
    study = Study(
        delays=tuple(Delay(*one) for one in delays) or DEFAULT_DELAYS,
        routes=tuple(Route(one) for one in routes) or tuple(Route),
        retention=days or RETENTION,
        times={} if times is None else read_times(read_document(times)),
        setting=setting,
        draws=draws,
        seed=seed,
    )
    sizing = None if subscribers is None or mode is None else inputs(subscribers, Mode(mode))
    asked = Asked(more_days, faster, transfer_hours)
    found = make(study, asked, sizing=sizing, cases_a_year=cases_a_year)
    if chart is not None:
        chart.write_text(lost_chart(found, session.lang), encoding="utf-8")
    if changes_chart_file is not None:
        drawn = changes_chart(found, study.delays[0], study.routes[0], study.retention[0], session.lang)
        changes_chart_file.write_text(drawn, encoding="utf-8")
    if session.json:
        session.answer(
            {
                **document(found),
                "chart": None if chart is None else str(chart),
                "changes_chart": None if changes_chart_file is None else str(changes_chart_file),
            }
        )
        return
    for line in lines_of(found, session.lang):
        session.say(line)
    if chart is not None:
        session.say_in(f"図を {chart} に書き出しました。", f"The chart is in {chart}.")
    if changes_chart_file is not None:
        session.say_in(f"図を {changes_chart_file} に書き出しました。", f"The chart is in {changes_chart_file}.")
