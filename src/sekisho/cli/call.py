"""``sekisho call``: numbers, and what becomes of calls that show them."""

from __future__ import annotations

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS = {
    "number": ("sekisho.cli.call_number:number", "番号の種類を、その日の番号計画で示す / What a number is, on a day."),
    "kamailio-config": (
        "sekisho.cli.call_kamailio:kamailio_config",
        "Kamailioに置くものを書き出す / Write what Kamailio needs.",
    ),
    "spool": ("sekisho.cli.call_spool:spool", "判定の根拠を取り込む / Take evidence in."),
    "screen": ("sekisho.cli.call_screen:screen", "通話1件を判定し、理由を示す / Judge one call, and say why."),
    "rules": ("sekisho.cli.call_screen:rules", "判定の規則と根拠を示す / The screening rules and their legal basis."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def call() -> None:
    """通話と発信者番号 / Calls, and the numbers they show."""
