"""The contract desk's law: the shipped rulebook, loaded once, and an engine over it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from sekisho.contracts.facts import CATALOGUE
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rulebook
from sekisho.rulebook.loader import load_folder

FOLDER = Path(str(files("sekisho.rulebook") / "contracts"))
"""Where the contract desk's rulebook lies."""


@cache
def load_contracts() -> Rulebook:
    """The contract desk's rulebook as shipped; frozen data, loaded once per process."""
    return load_folder(FOLDER, CATALOGUE)


@cache
def contract_engine() -> LawEngine:
    """An engine over the shipped rulebook. Plans are cached in it; it holds no case."""
    return LawEngine(load_contracts(), CATALOGUE)
