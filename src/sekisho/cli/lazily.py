"""Groups whose commands are imported when they are called for, so that a small command starts fast."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click


class LazyGroup(click.Group):
    """A group over ``lazy``: each command by name, where it is defined (``module:name``), and what ``--help`` says.

    Where nothing is said (an empty text), ``--help`` imports the commands and lets them speak.
    """

    def __init__(
        self, *arguments: Any, lazy: Mapping[str, tuple[str, str]] = MappingProxyType({}), **options: Any
    ) -> None:
        """Everything but ``lazy`` is click's."""
        super().__init__(*arguments, **options)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order they were given in."""
        del ctx
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that defines the command."""
        del ctx
        if cmd_name not in self._lazy:
            return None
        module, _, name = self._lazy[cmd_name][0].partition(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in ``--help``, without importing the commands where it can be told without."""
        if not all(what for _, what in self._lazy.values()):
            super().format_commands(ctx, formatter)
            return
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in self._lazy.items()])
