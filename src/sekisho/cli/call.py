"""``sekisho call``: numbers, and what becomes of calls that show them."""

from __future__ import annotations

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS = {
    "number": ("sekisho.cli.call_number:number", "番号の種類を、その日の番号計画で示す / What a number is, on a day."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def call() -> None:
    """通話と発信者番号 / Calls, and the numbers they show."""
