"""Which desk's rulebook a command reads: ``--desk``. Contracts unless another is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from sekisho.engine.facts import Catalogue
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rule, Rulebook

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class DeskLaw:
    """One desk's law: where its rulebook lies, what its rules may name, and the engine over what is shipped."""

    name: str
    folder: Path
    catalogue: Catalogue
    engine: Callable[[], LawEngine]

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook as shipped."""
        return self.engine().rulebook


_LAW: Final = {
    "contracts": ("sekisho.contracts.law", "contract_engine"),
    "disclosure": ("sekisho.disclosure.law", "disclosure_engine"),
    "calls": ("sekisho.calls.law", "calls_engine"),
    "stops": ("sekisho.stops.law", "stops_engine"),
    "apps": ("sekisho.apps.law.rules", "apps_engine"),
}
"""Desk to its law's module and the engine there; imported when asked for. A new desk is one more line."""

DESKS: Final = tuple(_LAW)


def desk_law(name: str) -> DeskLaw:
    """The law of a desk in :data:`DESKS`."""
    module_name, engine = _LAW[name]
    module = import_module(module_name)
    return DeskLaw(name, module.FOLDER, module.CATALOGUE, getattr(module, engine))


def rules_of_others(name: str) -> list[Rule]:
    """The shipped rules of every desk but one: a measure of the report is implemented by whichever desk does it."""
    return [rule for other in DESKS if other != name for rule in desk_law(other).rulebook.rules.values()]


def desk_option(command: Command) -> Command:
    """``--desk``: whose rulebook."""
    return _option(DESKS)(command)


def folder_desk_option(command: Command) -> Command:
    """``--desk``, but for desks whose rulebook is a folder of the loader's own form: the calls desk's rules are checked
    by their compiler, whenever they are loaded."""
    return _option(tuple(desk for desk in DESKS if desk != "calls"))(command)


def _option(desks: tuple[str, ...]) -> Callable[[Command], Command]:
    return click.option(
        "--desk",
        type=click.Choice(desks),
        default="contracts",
        show_default=True,
        help="どの窓口の規則集か / Whose rulebook.",
    )
