"""The stops desk's law: the shipped rulebook, loaded once, and an engine over it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rulebook, Selection
from sekisho.rulebook.loader import load_folder
from sekisho.stops.facts import CATALOGUE

FOLDER: Final = Path(str(files("sekisho.rulebook") / "stops"))
"""Where the stops desk's rulebook lies."""

ALWAYS_ADOPTED: Final = frozenset({"number-scheme", "house-stops"})
"""The scheme is what this desk is for; that two people act, and that a request is known to be genuine, no setting
switches off. Whether the operator takes part at all is a fact of the case (``operator.association``)."""


def selection(adopted: frozenset[str] = frozenset()) -> Selection:
    """What the desk judges under: what the operator adopted, and always :data:`ALWAYS_ADOPTED`."""
    return Selection(adopted | ALWAYS_ADOPTED)


@cache
def load_stops() -> Rulebook:
    """The stops desk's rulebook as shipped; frozen data, loaded once per process."""
    return load_folder(FOLDER, CATALOGUE)


@cache
def stops_engine() -> LawEngine:
    """An engine over the shipped rulebook. Plans are cached in it; it holds no case."""
    return LawEngine(load_stops(), CATALOGUE)
