"""``sekisho rulebook simulate``: past applications under another day's law, adopted rules or proposals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sekisho.cli.progress import Progress
from sekisho.cli.rulebook_options import day_option, lang_option, selection, selection_options
from sekisho.cli.session import Session, json_option, pass_session
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import contract_engine

AGE_BANDS = {"subject.age": (18, 30, 65)}
"""The bands of the figures: minors by the Civil Code (art. 4), the young whom resale recruits, and the elderly."""

THREADS = 2
"""Numpy releases the interpreter while it computes; more threads than a small server's cores gain nothing."""


@click.command()
@click.argument("facts", type=click.Path(path_type=Path, exists=True, file_okay=False))
@day_option("--as-of", "この日の法令で（既定: それぞれの日）", "Under the law of that day (default: each case's own)")
@day_option("--as-known-at", "この日に知られていた法令で", "As the law was known on that day")
@selection_options
@click.option(
    "--examples", type=click.IntRange(0, 100), default=5, show_default=True, help="例の数 / Examples per line."
)
@lang_option
@json_option
@pass_session
def simulate(
    session: Session,
    facts: Path,
    as_of: datetime | None,
    as_known_at: datetime | None,
    adopted: tuple[str, ...],
    proposals: tuple[str, ...],
    examples: int,
) -> None:
    """過去の申込み（export-facts の書き出し）を、別の日の法令や提案で試算する / Replay past applications.

    元の判断と比べて何件変わるかを、規則・方法・経路・年齢層ごとに、例をつけて示します。
    """
    from sekisho.engine.column_files import open_columns  # noqa: PLC0415  numpy and pyarrow, for this command alone
    from sekisho.engine.report_text import as_text  # noqa: PLC0415  as above
    from sekisho.engine.simulate import simulate as replay  # noqa: PLC0415  as above
    from sekisho.engine.vector_conclude import Scenario  # noqa: PLC0415  as above

    engine = contract_engine()
    columns = open_columns(facts, CATALOGUE)
    variant = Scenario(
        as_of.date() if as_of is not None else None,
        as_known_at.date() if as_known_at is not None else None,
        selection(engine.rulebook, adopted, proposals),
    )
    with Progress() as progress:
        report = replay(
            engine,
            columns,
            baseline=Scenario(),
            variant=variant,
            bands=AGE_BANDS,
            examples=examples,
            threads=THREADS,
            on_progress=lambda done: progress(done, len(columns)),
        )
    if session.json:
        session.answer(report.as_document())
    else:
        session.say(as_text(report, session.lang))
