"""What may be done in a case now, for people to read: every act, by the items for which the answer is the same.

What is told here opens nothing: each act asks the gate again in the step that does it. Items are judged together where
nothing that the rules look at tells them apart, as :mod:`.deciding` does it, so ten thousand alike are one answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.disclosure import outcome_rows
from sekisho.disclosure.filing import named_in
from sekisho.disclosure.intake.question_letter import ranges
from sekisho.disclosure.kinds import Act
from sekisho.disclosure.permission_document import permission_document
from sekisho.disclosure.record import Item, Origin
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.stepping import Known
from sekisho.logs.lookup.answer import Outcome
from sekisho.workspace import Workspace

_BEFORE: Final = (Act.HOLD, Act.SEARCH)
"""Acts that come before anything is found."""


def judgement(workspace: Workspace, service: DisclosureService, case_id: str, *, by: Principal) -> dict[str, Any]:
    """As JSON values. Raises ``UnknownCase``, ``CaseDestroyed``."""
    known, gate = service.steps.known(case_id, by), service.gate
    with workspace.database.read() as connection:
        found = outcome_rows.outcomes_of(connection, case_id)
    law = gate.law()
    stated = {name for name, fact in known.case.facts.items() if fact.origin is Origin.DECLARED}
    permissions = []
    for acts, items, outcome in _groups(service, known, found):
        for act in acts:
            said = None if outcome is None else outcome.value
            one = gate.permission(known, act, items[0].data_class, items=items, outcome=said)
            made = permission_document(gate.desk, one)
            for fact in (each for missing in made["missing"] for each in missing["facts"]):
                # What the paper says of itself opens nothing: somebody here has still to look.
                fact["declared"] = fact["name"] in stated
            permissions.append({**made, "items": ranges(item.number for item in items), "outcome": said})
    return {
        "case": case_id,
        "event": known.entry.type.value,
        "on": gate.today().isoformat(),
        "as_known_at": law.as_known_at.isoformat(),
        "rulebook": gate.desk.engine.rulebook.content_hash,
        "legal_confirmation": "required" if law.confirmation.required else "shown",
        "adopted": sorted(law.selection.adopted),
        "permissions": permissions,
    }


def _groups(
    service: DisclosureService, known: Known, found: dict[int, Outcome]
) -> Iterator[tuple[tuple[Act, ...], list[Item], Outcome | None]]:
    """Acts with the items they are judged for: holding and searching by class, what leaves by what tells them apart."""
    gate, case = service.gate, known.case
    with service.steps.workspace.database.read() as connection:
        leads = named_in(connection, known.entry.id)
    for data_class in sorted({item.data_class for item in case.items}):
        mine = [item for item in case.items if item.data_class is data_class]
        yield _BEFORE, mine, None
        hearing, today = gate.hearing(known), gate.today()
        groups: dict[tuple[Any, ...], list[Item]] = {}
        for item in mine:
            heard = tuple(sorted(hearing.facts((item.number,), today).items()))
            past = item.until <= case.received_at
            # Towards each next provider an order lives by a term of its own.
            facts = (item.kind, item.port is None, item.wanted, found.get(item.number), past, heard)
            alike = (*facts, leads.get(item.number))
            groups.setdefault(alike, []).append(item)
        for items in groups.values():
            yield tuple(act for act in Act if act not in _BEFORE), items, found.get(items[0].number)
