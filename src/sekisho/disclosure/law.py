"""The disclosure desk's law: the shipped rulebook, loaded once, and an engine over it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from sekisho.disclosure.facts import CATALOGUE
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rulebook, Selection
from sekisho.rulebook.loader import load_folder

FOLDER: Final = Path(str(files("sekisho.rulebook") / "disclosure"))
"""Where the disclosure desk's rulebook lies."""

HOUSE_RULES: Final = "house-disclosure"
"""The instrument of the desk's own rules: a second person, and the steps by which a paper is known to be genuine."""

ALWAYS_ADOPTED: Final = frozenset({HOUSE_RULES})
"""Adopted in every workspace: no setting opens the desk to one person alone or to a paper that nobody checked."""


def selection(adopted: frozenset[str] = frozenset(), proposals: frozenset[str] = frozenset()) -> Selection:
    """What the desk judges under: what the operator adopted, and always :data:`ALWAYS_ADOPTED`."""
    return Selection(adopted | ALWAYS_ADOPTED, proposals)


@cache
def load_disclosure() -> Rulebook:
    """The disclosure desk's rulebook as shipped; frozen data, loaded once per process."""
    return load_folder(FOLDER, CATALOGUE)


@cache
def disclosure_engine() -> LawEngine:
    """An engine over the shipped rulebook. Plans are cached in it; it holds no case."""
    return LawEngine(load_disclosure(), CATALOGUE)
