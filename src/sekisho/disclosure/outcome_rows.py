"""Outcomes of searches as rows: results under the working copies' key, their evidence under the record's.

What stands in the clear (type, class, outcome, age) is what the retention study counts; it tells of nobody.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.search.outcomes import Found
from sekisho.disclosure.tables import disclosure_outcome
from sekisho.keys import Keyring
from sekisho.keys.schedule import disclosure_key, disclosure_work_key
from sekisho.logs.lookup.answer import Outcome
from sekisho.store.personal import PersonalColumn

RESULT: Final = PersonalColumn("disclosure_outcome", "result")
EVIDENCE: Final = PersonalColumn("disclosure_outcome", "evidence")


@dataclass(frozen=True, slots=True)
class Result:
    """What was found for an item, while its working copies live. ``answers`` are lookups' documents."""

    number: int
    outcome: Outcome
    lack: str | None
    age_days: int
    answers: tuple[Mapping[str, Any], ...]


def sealed(
    ring: Keyring, case: DisclosureCase, found: Mapping[int, Found], *, state: str, on: date
) -> list[dict[str, Any]]:
    """Rows of what was found. ``state`` is the paper that tells what the logs could say then."""
    key, work = disclosure_key(case.id), disclosure_work_key(case.id)
    ring.ensure(work)
    received = japan_date(case.received_at)
    made = []
    for item in case.items:
        one = found[item.number]
        place = f"{case.id}/{item.number}"
        answers = list(one.answers)
        proof = {
            "asked": [answer.get("asked") for answer in answers],
            "grants": sorted({str(answer.get("grant")) for answer in answers}),
            "ledger": [answer.get("ledger_index") for answer in answers],
            "outcome": one.outcome.value,
            "lack": one.lack,
            "sha256": hashlib.sha256(rows.canonical(answers)).hexdigest(),
            "state": state,
            "on": on.isoformat(),
        }
        made.append(
            {
                "case_id": case.id,
                "number": item.number,
                "type": case.type.value,
                "data_class": item.data_class.value,
                "outcome": one.outcome.value,
                "lack": one.lack,
                "age_days": max((received - japan_date(item.begin)).days, 0),
                "found_on": on,
                "result": RESULT.seal(ring, answers, row_id=place, key=work),
                "evidence": EVIDENCE.seal(ring, proof, row_id=place, key=key),
            }
        )
    return made


def replace(connection: Connection, case_id: str, made: Sequence[Mapping[str, Any]]) -> None:
    """Put outcomes in place of those there were."""
    connection.execute(delete(disclosure_outcome).where(disclosure_outcome.c.case_id == case_id))
    if made:
        connection.execute(insert(disclosure_outcome), list(made))


def outcomes_of(connection: Connection, case_id: str) -> dict[int, Outcome]:
    """The outcome of each item that was searched."""
    table = disclosure_outcome
    query = select(table.c.number, table.c.outcome).where(table.c.case_id == case_id).order_by(table.c.number)
    return {row.number: Outcome(row.outcome) for row in connection.execute(query)}


def results_of(connection: Connection, ring: Keyring, case_id: str) -> list[Result]:
    """What was found. Raises ``KeyDestroyed`` once the case is closed and its working copies are gone."""
    table, work = disclosure_outcome, disclosure_work_key(case_id)
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.number)
    return [
        Result(
            row.number,
            Outcome(row.outcome),
            row.lack,
            row.age_days,
            tuple(RESULT.open(ring, row.result, row_id=f"{case_id}/{row.number}", key=work)),
        )
        for row in connection.execute(query)
    ]


def evidence_of(connection: Connection, ring: Keyring, case_id: str) -> list[dict[str, Any]]:
    """The exact questions and what came of them, by item. Raises ``KeyDestroyed``."""
    table, key = disclosure_outcome, disclosure_key(case_id)
    query = select(table.c.number, table.c.evidence).where(table.c.case_id == case_id).order_by(table.c.number)
    return [
        {
            "item": row.number,
            **EVIDENCE.open(ring, row.evidence, row_id=f"{case_id}/{row.number}", key=key),
        }
        for row in connection.execute(query)
    ]


def asked_of_items(
    connection: Connection, ring: Keyring, case_id: str, numbers: Iterable[int]
) -> dict[int, list[Mapping[str, Any]]]:
    """The questions under which the outcomes of items were found, by item; empty where none was answered. Raises
    ``KeyDestroyed``."""
    table, key, wanted = disclosure_outcome, disclosure_key(case_id), set(numbers)
    query = select(table.c.number, table.c.evidence).where(table.c.case_id == case_id)
    if len(wanted) == 1:
        query = query.where(table.c.number == next(iter(wanted)))
    return {
        row.number: [
            one
            for one in EVIDENCE.open(ring, row.evidence, row_id=f"{case_id}/{row.number}", key=key)["asked"]
            if one is not None
        ]
        for row in connection.execute(query)
        if row.number in wanted
    }


def counted(found: Iterable[Found]) -> dict[str, int]:
    """How many of each outcome."""
    return dict(sorted(Counter(one.outcome.value for one in found).items()))
