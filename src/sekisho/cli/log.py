"""``sekisho log``: communication logs, from their sources to answers. Each command is imported when it is used."""

from __future__ import annotations

from typing import Final

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS: Final = {
    "policy": "sekisho.cli.log_policy:policy",
    "source": "sekisho.cli.log_source:source",
    "ingest": "sekisho.cli.log_ingest:ingest",
    "listen": "sekisho.cli.log_listen:listen",
    "health": "sekisho.cli.log_health:health",
    "quarantine": "sekisho.cli.log_health:quarantine",
    "seal": "sekisho.cli.log_seal:seal",
    "give-up": "sekisho.cli.log_give_up:give_up",
    "grant": "sekisho.cli.log_grant:grant",
    "who": "sekisho.cli.log_lookup:who",
    "trail": "sekisho.cli.log_lookup:trail",
    "contractor": "sekisho.cli.log_lookup:contractor",
    "subscriber": "sekisho.cli.log_register:subscriber",
    "rule": "sekisho.cli.log_register:rule",
    "hold": "sekisho.cli.log_hold:hold",
    "purge": "sekisho.cli.log_purge:purge",
    "certificate": "sekisho.cli.log_purge:certificate",
    "plan": "sekisho.cli.log_plan:plan",
}
"""Command to where it is defined, in the order one meets them."""


@click.group(cls=LazyGroup, lazy={name: (place, "") for name, place in _COMMANDS.items()})
def log() -> None:
    """通信ログを取り込み、保管する / Take communication logs in, and keep them."""
