"""``sekisho log plan``: how much it takes, from one's own numbers, before anything is bought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.sizing import DEFAULTS, Mode, document, inputs
from sekisho.logs.sizing import plan as planned
from sekisho.logs.sizing_chart import chart as drawn
from sekisho.logs.sizing_text import lines_of


def _numbers(command: Any) -> Any:
    for name, one in reversed(DEFAULTS.items()):
        command = click.option(
            f"--{name.replace('_', '-')}",
            name,
            type=float,
            help=f"{one.source.ja} / {one.source.en} [{one.value:g}]",
        )(command)
    return command


@click.command()
@click.option("--subscribers", type=click.IntRange(1), required=True, help="加入者の数 / How many subscribers.")
@click.option(
    "--mode",
    type=click.Choice([one.value for one in Mode]),
    required=True,
    help="アドレスの分け方 / How addresses are shared.",
)
@_numbers
@click.option(
    "--chart", "file", type=click.Path(path_type=Path), metavar="FILE.svg", help="図を書き出す / Write a chart."
)
@output_options
@pass_session
def plan(session: Session, subscribers: int, mode: str, file: Path | None, **given: float | None) -> None:
    """90・120・150・180・365日に要る保管量・コア・費用を見積もる（作業領域はいらない） / Size it; no workspace.

    前提はすべて名前と出所つきで示し、オプションで変えられます。単価は仮の値なので、自社の単価を入れてください。

    Every assumption is shown with its source and can be changed. The prices are placeholders: enter yours.
    """
    found = planned(inputs(subscribers, Mode(mode), **given))
    if file is not None:
        file.write_text(drawn(found, session.lang), encoding="utf-8")
    if session.json:
        session.answer({**document(found), "chart": None if file is None else str(file)})
        return
    for line in lines_of(found, session.lang):
        session.say(line)
    if file is not None:
        session.say_in(f"図を {file} に書き出しました。", f"The chart is in {file}.")
