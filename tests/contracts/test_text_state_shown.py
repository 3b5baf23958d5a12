"""A decision shows how well the texts it rests on are known on its day, not how well they once were."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sekisho.contracts.decide import ContractDesk, Law
from sekisho.contracts.document import decision_document
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation
from sekisho.engine.rules import Selection
from tests.contracts.applications import item, read, written

SHOWN = Confirmation(required=False, confirmed={})


def shown(at: datetime) -> dict[str, Any]:
    """The decision's document for a plain application signed and decided at that time."""
    day = at.date().isoformat()
    signature = item(at=f"{day}T09:30:00+09:00")
    made = written(applied_at=f"{day}T09:00:00+09:00", decided_at=f"{day}T10:00:00+09:00", evidence=[signature])
    engine = contract_engine()
    law = Law(as_of=None, as_known_at=at.date(), confirmation=SHOWN, selection=Selection())
    return decision_document(engine, ContractDesk(engine).decide(read(made, now=at), law))


def state_of(document: dict[str, Any], part: str, rule: str) -> str:
    """The text state that ``part`` of the document shows for a rule."""
    return next(str(entry["text_state"]) for entry in document[part] if entry["rule"] == rule)


def test_a_record_is_verbatim_until_its_ordinance_is_amended() -> None:
    """The articles on records were read as of 2020: from 2026-04-01 the finding that rests on them says unverified."""
    rule = "record.contract.verification"
    assert contract_engine().rulebook.rules[rule].text_state.value == "verbatim"
    assert state_of(shown(datetime(2026, 3, 31, 3, tzinfo=UTC)), "findings", rule) == "verbatim"
    assert state_of(shown(datetime(2026, 4, 1, 3, tzinfo=UTC)), "findings", rule) == "unverified"


def test_what_decides_and_what_is_cited_say_it_too() -> None:
    """The deciding duty is verbatim under the Act that was read, and each citation says how well it is known itself."""
    document = shown(datetime(2026, 4, 2, 3, tzinfo=UTC))
    assert state_of(document, "deciding", "contract.duty.identity.natural") == "verbatim"
    method = next(entry for entry in document["deciding"] if entry["rule"].startswith("contract.natural."))
    cited = {provision["text_state"] for provision in method["provisions"]}
    assert (method["text_state"], cited) == ("summary", {"summary"})
    assert document["as_of"] == date(2026, 4, 2).isoformat()
