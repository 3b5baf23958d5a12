"""Reads the expected situations: what the law says of an act on a class of data on a day, by hand and cited row by row.

The tables know nothing of the rules: no rule id stands in them, and nothing was copied from an output of the engine.
``*_a.yaml`` and ``*_b.yaml`` are two halves of one set of situations; rules are tuned against the first half only, so
that the second tells how well they hold for situations nobody looked at. ``*_c.yaml`` came later: situations of the
law that no row of the halves turned on (see ``test_rule_removal.py``).

A row is one line:

``type``, ``class``, ``act``  the case; ``on`` the day (default :data:`ON`)
``facts``      facts that differ from the paper in perfect order of ``plain.yaml``; ``with`` names a group of them;
               null = unknown
``{each: …}``  anywhere: one situation for each value
``expect``     ``permitted``
               ``missing``: a ground exists in law and something of it isn't there yet: a paper that may be mended or
               replaced, a step to be done, a time to be waited for, or a fact that nobody has stated
               ``refused``: no ground in law for this act on this class by this type, or a fact is known that excludes
               it and that no paper or step can change (withdrawn, nobody in danger, several candidates, case ended)
               ``not_permitted``: the one or the other; which of the two isn't said by law
               ``needs_confirmation``: the law is not known well enough. Not permitted, or permitted with the mark
               that the text of its ground is unverified, by which a workspace can demand a person's confirmation
               ``permitted_unverified``: permitted, and with that mark
``lacks``      what is missing, as facts (their values are those of ``plain.yaml``) or as facts with values. With all
               of it there the act must be permitted, which shows that nothing else stood in the way
``kind``       the kind of no where the row refuses (default :data:`KIND_OF_NO`)
``rule``       rows of the table of legal rules (R01-R25) or its sections
``law``        citation. ``certainty``: certain (default), inferred, unknown; the latter two take the stricter reading
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.engine.facts import Value
from tests.contracts.expected_rows import choices, read

FOLDER: Final = Path(__file__).parent / "expected"
HALVES: Final = ("a", "b")
"""The parts that each span the whole law by themselves; part ``c`` only fills what they left."""
PARTS: Final = (*HALVES, "c")
ON: Final = date(2026, 11, 23)
KNOWN_AT: Final = date(2027, 12, 31)
"""Far enough ahead that everything promulgated so far is known."""
KIND_OF_NO: Final = "lawful_ground_missing"

EXPECTATIONS: Final = ("permitted", "missing", "refused", "not_permitted", "needs_confirmation", "permitted_unverified")
CERTAINTIES: Final = ("certain", "inferred", "unknown")
_CHOSEN: Final = ("type", "class", "act", "facts")
ROW_KEYS: Final = frozenset(
    (*_CHOSEN, "id", "with", "on", "expect", "lacks", "kind", "rule", "law", "certainty", "why")
)


@dataclass(frozen=True, slots=True)
class Situation:
    """One row with every ``each`` chosen: a question for the gate and what must come of it.

    ``mended`` are the same facts with what the row says is missing; None where the row doesn't say.
    """

    id: str
    row: Mapping[str, Any]
    event: CaseType
    act: Act
    data_class: DataClass
    on: date
    facts: Mapping[str, Value]
    lacks: frozenset[str]
    mended: Mapping[str, Value] | None


@cache
def plain() -> dict[str, dict[str, Any]]:
    """The papers in perfect order of ``plain.yaml``."""
    content: dict[str, dict[str, Any]] = read(FOLDER / "plain.yaml")
    return content


@cache
def rows(part: str) -> tuple[dict[str, Any], ...]:
    """Every row of one half."""
    return tuple(row for path in sorted(FOLDER.glob(f"*_{part}.yaml")) for row in read(path)["rows"])


@cache
def situations(part: str) -> tuple[Situation, ...]:
    """Every situation of one half: each row with each choice."""
    return tuple(
        _situation(f"{part}:{row['id']}{label}", {**row, **chosen})
        for row in rows(part)
        for label, chosen in choices({key: row[key] for key in _CHOSEN if key in row})
    )


def _situation(name: str, row: Mapping[str, Any]) -> Situation:
    known = plain()
    orderly: dict[str, Any] = {
        **known["common"],
        **known["classes"][row["class"]],
        **known["acts"][row["act"]],
        **known["types"][row["type"]],
        **(known["given"][row["with"]] if "with" in row else {}),
    }
    facts = {**orderly, **row.get("facts", {})}
    lacks = row.get("lacks")
    mended = None
    if lacks is not None:
        # What was asked and never answered is mended by what the plain paper says, not by the group that took it away.
        whole = {**known["common"], **known["classes"][row["class"]], **known["types"][row["type"]]}
        there = lacks if isinstance(lacks, dict) else {fact: _good(fact, whole, orderly) for fact in lacks}
        mended = _known({**facts, **there})
    return Situation(
        id=name,
        row=row,
        event=CaseType(row["type"]),
        act=Act(row["act"]),
        data_class=DataClass(row["class"]),
        on=row.get("on", ON),
        facts=_known(facts),
        lacks=frozenset(lacks or ()),
        mended=mended,
    )


def _good(fact: str, whole: Mapping[str, Any], orderly: Mapping[str, Any]) -> Value:
    value: Value = whole[fact] if fact in whole else orderly[fact]
    return value


def _known(facts: Mapping[str, Any]) -> dict[str, Value]:
    return {name: value for name, value in facts.items() if value is not None}
