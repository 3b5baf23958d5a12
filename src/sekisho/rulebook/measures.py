"""The measures that the report of July 2025 asks for, and what becomes of each here.

``measures.yaml`` names them; which rules implement one is computed from the rules' own ``measures``, so the list can't
claim a rule that isn't there. A feature names its module and its test, and a test checks that both exist.
Nothing here says that a measure is *well* implemented; ``docs/measures.md`` shows what stands behind each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from sekisho.engine.facts import Text
from sekisho.engine.rules import Rule
from sekisho.rulebook import parse
from sekisho.rulebook.document import Place, read

MEASURES_FILE = "measures.yaml"

_KEYS = frozenset({"id", "title", "areas", "kinds", "desk", "software", "features", "not_yet", "not_software"})
_REQUIRED = frozenset({"id", "title", "areas", "desk", "software"})


class Area(Enum):
    """The report's four areas: contracts, traffic (calls, SMS, mail), logs and disclosure, user information."""

    CONTRACTS = "contracts"
    TRAFFIC = "traffic"
    LOGS = "logs"
    USERS = "users"


class SourceKind(Enum):
    """Whose words a measure is: the report's direction, a member's view, or an existing duty it describes."""

    DIRECTION = "direction"
    MEMBER = "member"
    EXISTING = "existing"


class MeasureState(Enum):
    """How far a measure is implemented. ``nothing_said`` is a hole in the catalogue."""

    IMPLEMENTED = "implemented"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NOT_SOFTWARE = "not_software"
    NOTHING_SAID = "nothing_said"


@dataclass(frozen=True, slots=True)
class Feature:
    """Code that implements a measure or a part of it, and the test that shows it."""

    what: Text
    module: str
    test: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``not_yet`` says what is still missing; ``not_software`` why software can't do it."""

    id: str
    title: Text
    areas: tuple[Area, ...]
    kinds: tuple[SourceKind, ...]
    desk: str
    software: Text
    features: tuple[Feature, ...]
    not_yet: Text | None
    not_software: Text | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class MeasureCoverage:
    """A measure with the rules that carry its id."""

    measure: Measure
    rules: tuple[str, ...]

    @property
    def state(self) -> MeasureState:
        """How far it is implemented: partly where something stands behind it and something is still missing."""
        something = bool(self.rules or self.measure.features)
        if something:
            return MeasureState.PARTLY if self.measure.not_yet is not None else MeasureState.IMPLEMENTED
        if self.measure.not_yet is not None:
            return MeasureState.NOT_YET
        return MeasureState.NOT_SOFTWARE if self.measure.not_software is not None else MeasureState.NOTHING_SAID


def read_measures(text: str, file: str) -> dict[str, Measure]:
    """The measures of one file, in its order. Raises ``RulebookRefused`` with file and line at the first fault."""
    written = read(text, file).mapping(frozenset({"source", "measures"}), frozenset({"source", "measures"}))
    found: dict[str, Measure] = {}
    for place in written["measures"].items():
        made = _measure(place)
        if made.id in found:
            raise place.refuse(f"the measure '{made.id}' stands twice")
        found[made.id] = made
    return found


@cache
def load_measures() -> Mapping[str, Measure]:
    """The measures as shipped; read once per process."""
    return read_measures((files("sekisho.rulebook") / MEASURES_FILE).read_text(encoding="utf-8"), MEASURES_FILE)


def measure_coverage(measures: Mapping[str, Measure], rules: Iterable[Rule]) -> list[MeasureCoverage]:
    """Each measure with the rules that carry its id, in the catalogue's order."""
    carrying: dict[str, list[str]] = {name: [] for name in measures}
    for rule in rules:
        for name in rule.measures:
            carrying.setdefault(name, []).append(rule.id)
    return [MeasureCoverage(measure, tuple(sorted(carrying[name]))) for name, measure in measures.items()]


def unknown_measures(measures: Mapping[str, Measure], rules: Iterable[Rule]) -> list[tuple[Rule, str]]:
    """Rules that carry the id of a measure which isn't in the catalogue."""
    return [(rule, name) for rule in rules for name in rule.measures if name not in measures]


def _measure(place: Place) -> Measure:
    keys = place.mapping(_KEYS, _REQUIRED)
    made = Measure(
        id=keys["id"].text(),
        title=parse.text(keys["title"]),
        areas=tuple(parse.choice(Area, area) for area in keys["areas"].items()),
        kinds=tuple(parse.choice(SourceKind, kind) for kind in keys["kinds"].items()) if "kinds" in keys else (),
        desk=keys["desk"].text(),
        software=parse.text(keys["software"]),
        features=tuple(_feature(feature) for feature in keys["features"].items()) if "features" in keys else (),
        not_yet=parse.text(keys["not_yet"]) if "not_yet" in keys else None,
        not_software=parse.text(keys["not_software"]) if "not_software" in keys else None,
        file=place.file,
        line=place.line,
    )
    if not made.areas:
        raise keys["areas"].refuse("a measure belongs to an area")
    if made.not_yet is not None and made.not_software is not None:
        raise place.refuse("'not_yet' and 'not_software' contradict each other")
    return made


def _feature(place: Place) -> Feature:
    keys = frozenset({"what", "module", "test"})
    written = place.mapping(keys, keys)
    return Feature(parse.text(written["what"]), written["module"].text(), written["test"].text())
