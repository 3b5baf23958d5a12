"""``sekisho log``: communication logs, from their sources to answers. Each command is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

_COMMANDS: Final = {
    "policy": "sekisho.cli.log_policy:policy",
    "source": "sekisho.cli.log_source:source",
    "ingest": "sekisho.cli.log_ingest:ingest",
    "listen": "sekisho.cli.log_listen:listen",
    "health": "sekisho.cli.log_health:health",
    "quarantine": "sekisho.cli.log_health:quarantine",
    "seal": "sekisho.cli.log_seal:seal",
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


class LogGroup(click.Group):
    """The group, whose commands need libraries that a small command shouldn't wait for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order one meets them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that defines the command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None


@click.group(cls=LogGroup)
def log() -> None:
    """通信ログを取り込み、保管する / Take communication logs in, and keep them."""
