"""Reads the expected tables: what the law says about a case on a day, written by hand and cited row by row.

The tables know nothing of the rules: no rule id stands in them, and nothing was copied from an output of the engine.
They are in three parts. ``*_a.yaml`` and ``*_b.yaml`` are two halves of one set of cases; rules are tuned against the
first half only, so that the second tells how well they hold for cases nobody looked at. ``*_c.yaml`` came later: cases
of the law that no row of the halves turned on (see ``test_rule_removal.py``).

A row is one line:

``on``         day → verdict. Beside the engine's four verdicts: ``unverified`` (not accepted and not refused: whether
               the post is still under way or has failed isn't said by law)
``evidence``   names of bundles, ``{bundle: {attribute: value}}``, ``bundle@rep``, ``bundle@both``; see bundles.yaml
``facts``      facts that differ from the plain ones; ``with`` names a group of them; null = unknown
``{each: …}``  anywhere: one case for each value
``methods``    method slugs that must be among the fulfilled (or open by their last leg) ones where the day accepts
``duties``     duty → state where the day accepts
``kind``       kind of no where the day refuses
``law``        citation. ``certainty``: certain (default), inferred, unknown; the latter two take the stricter reading
``as_known_at``  default :data:`KNOWN_AT`
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sekisho.engine.facts import Case, Item, Value

FOLDER = Path(__file__).parent / "expected"
PARTS = ("a", "b", "c")
KNOWN_AT = date(2027, 12, 31)
"""Far enough ahead that everything promulgated so far is known."""

_CASE_KEYS = ("event", "subject", "channel", "service", "with", "facts", "evidence")
ROW_KEYS = frozenset((*_CASE_KEYS, "id", "on", "methods", "duties", "kind", "law", "certainty", "why", "as_known_at"))
EXPECTATIONS = ("accept", "accept_on_completion", "need_evidence", "refuse", "unverified")
CERTAINTIES = ("certain", "inferred", "unknown")
_DIMENSIONS = {"event": "event", "subject": "subject.kind", "channel": "channel", "service": "service"}
_DAY = re.compile(r"ON(?:([+-]\d+)d)?")
_PERSON = {"rep": ("representative",), "both": ("subject", "representative"), "": ("",)}


@dataclass(frozen=True, slots=True)
class ExpectedCase:
    """One row on one of its days, with every ``each`` chosen: a case for the engine and what must come of it."""

    id: str
    part: str
    row: Mapping[str, Any]
    on: date
    expect: str
    case: Case


class _Strict(yaml.SafeLoader):
    """YAML that refuses a key given twice: the second would silently replace the first expectation.

    Only ``true`` and ``false`` are booleans, so that ``on`` is a word.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way to say which plain words mean what
        first: [(tag, pattern) for tag, pattern in resolvers if first in "tf" or not tag.endswith(":bool")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(set(keys)) != len(keys):
            raise yaml.YAMLError(f"a key is given twice{node.start_mark}")
        return super().construct_mapping(node, deep)


def read(path: Path) -> Any:
    """One YAML file of the tables, strictly."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=_Strict)  # noqa: S506 - _Strict is a SafeLoader that refuses more


@cache
def shared() -> dict[str, dict[str, Any]]:
    """The named facts and evidence bundles of ``bundles.yaml``."""
    content: dict[str, dict[str, Any]] = read(FOLDER / "bundles.yaml")
    return content


@cache
def rows(part: str) -> tuple[dict[str, Any], ...]:
    """Every row of one part with its file's defaults filled in."""
    found: list[dict[str, Any]] = []
    for path in sorted(FOLDER.glob(f"*_{part}.yaml")):
        content = read(path)
        found.extend({**content["defaults"], **row} for row in content["rows"])
    return tuple(found)


def choices(value: Any) -> Iterator[tuple[str, Any]]:
    """Every way of choosing one value from each ``{each: […]}`` inside ``value``, with a label of the choices."""
    if isinstance(value, dict):
        if set(value) == {"each"}:
            for one in value["each"]:
                for label, chosen in choices(one):
                    yield f"/{one if isinstance(one, str | int | bool) or one is None else label}", chosen
            return
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        yield "", value
        return
    chosen_parts: list[tuple[str, dict[Any, Any]]] = [("", {})]
    for key, part in parts:
        options = list(choices(part))
        chosen_parts = [
            (before + label, {**done, key: chosen}) for before, done in chosen_parts for label, chosen in options
        ]
    for label, done in chosen_parts:
        yield label, done if isinstance(value, dict) else [done[n] for n in range(len(parts))]


def day_of(text: str, on: date) -> date:
    """``ON``, ``ON-3d``, ``ON+400d`` as a date."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"not a day of the tables: {text}")
    return on + timedelta(days=int(match[1] or 0))


def _value(value: Any, on: date) -> Value:
    if isinstance(value, list):
        return frozenset(value)
    if isinstance(value, str) and value.startswith("ON"):
        return day_of(value, on)
    known: Value = value
    return known


def items_of(entry: str | Mapping[str, Mapping[str, Any]], on: date) -> Iterator[tuple[str, Item]]:
    """The evidence items one entry of ``evidence`` stands for, with their kinds.

    Given attributes are the first item's: what follows it in a bundle only accompanies it.
    """
    name, given = (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))
    if not isinstance(entry, str) and len(entry) != 1:
        raise ValueError(f"one bundle to an entry: {entry}")
    bundle, _, whose = name.partition("@")
    for person in _PERSON[whose]:
        for number, template in enumerate(shared()["bundles"][bundle]):
            attributes = dict(template)
            if person:
                attributes["person"] = person
                if person == "representative" and attributes.get("addressed_to") == "residence":
                    attributes["addressed_to"] = "representative_residence"
            if number == 0:
                attributes.update(given)
            kind = attributes.pop("kind")
            yield kind, {key: _value(value, on) for key, value in attributes.items() if value is not None}


def case_of(row: Mapping[str, Any], on: date) -> Case:
    """The engine's case for a row whose choices are made, on one day."""
    named = shared()["facts"]
    facts: dict[str, Any] = {fact: row[key] for key, fact in _DIMENSIONS.items()}
    chosen = named[row["with"]] if "with" in row else {}
    for group in (named["plain"], named.get(row["event"], {}), chosen, row.get("facts", {})):
        facts.update(group)
    evidence: dict[str, list[Item]] = {}
    for entry in row["evidence"]:
        for kind, item in items_of(entry, on):
            evidence.setdefault(kind, []).append(item)
    return Case({name: _value(value, on) for name, value in facts.items() if value is not None}, evidence)


@cache
def cases(part: str) -> tuple[ExpectedCase, ...]:
    """Every case of one part: each row, each choice, each day."""
    found = []
    for row in rows(part):
        for label, chosen in choices({key: row[key] for key in _CASE_KEYS if key in row}):
            for on, expect in row["on"].items():
                whole = {**row, **chosen}
                name = f"{part}:{row['id']}{label}@{on.isoformat()}"
                found.append(ExpectedCase(name, part, whole, on, expect, case_of(whole, on)))
    return tuple(found)
