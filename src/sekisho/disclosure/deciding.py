"""What leaves: each item is permitted or refused, and handed over only while the gate permits it.

The one rule of this desk that no other rule opens: only an outcome that names one holder is ever disclosed, and only
one that names the next provider is ever passed on. The gate is asked again when it is handed over: a paper may have
expired, an order been objected to, an answer of the sender come in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.disclosure import outcome_rows, people, rows
from sekisho.disclosure.decide import Permission, Permissions
from sekisho.disclosure.errors import CaseRefused, ItemsUndecided, NothingPermitted, UnknownItem, WrongState
from sekisho.disclosure.filing import named_in
from sekisho.disclosure.gate import Gate
from sekisho.disclosure.kinds import Act
from sekisho.disclosure.outcome_rows import Result
from sekisho.disclosure.progress import TRANSITIONS, Event, State
from sekisho.disclosure.record import Item
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.search.outcomes import DISCLOSABLE
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.disclosure.tables import disclosure_item
from sekisho.keys import Keyring
from sekisho.keys.schedule import disclosure_key
from sekisho.logs.lookup.answer import Outcome

PERMITTED: Final = "permitted"
REFUSED: Final = "refused"


class Choice(StrEnum):
    """What is decided of an item."""

    DISCLOSE = "disclose"
    FORWARD = "forward"
    """Name the next provider, or pass the item on to it."""
    REFUSE = "refuse"


_ACTS: Final = {Choice.DISCLOSE: Act.DISCLOSE, Choice.FORWARD: Act.FORWARD}
_OUTCOMES: Final = {Choice.DISCLOSE: DISCLOSABLE, Choice.FORWARD: frozenset({*DISCLOSABLE, Outcome.NEXT_PROVIDER})}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of an item, by whom, on which rules."""

    number: int
    choice: Choice
    note: str
    by: str
    at: str
    rules: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "number": self.number,
            "choice": self.choice.value,
            "note": self.note,
            "by": self.by,
            "at": self.at,
            "rules": list(self.rules),
            "recipients": list(self.recipients),
        }


@dataclass(frozen=True, slots=True)
class Released:
    """An item that may leave, with what was found for it."""

    item: Item
    decision: Decision
    result: Result


class Deciding:
    """Decisions about one workspace's cases. Thread-safe."""

    def __init__(self, steps: Stepping, gate: Gate) -> None:
        """Reads and writes nothing until asked to."""
        self._steps, self._gate = steps, gate
        self._workspace = steps.workspace

    def permissions(self, case_id: str, *, by: Principal) -> Permissions:
        """What the rules say of a case now: every act on every class it asks for. Raises ``UnknownCase``."""
        known = self._steps.known(case_id, by)
        known.case  # noqa: B018  a destroyed case is told before anything else
        return self._gate.permissions(known)

    def decide(self, case_id: str, choices: Mapping[int, tuple[Choice, str]], *, by: Principal) -> CaseEntry:
        """Decide items: choice and note by number. Those decided before may be decided anew; none may be left open.

        Raises ``NothingPermitted`` (an outcome that names nobody), ``NotPermittedByLaw``, ``UnknownItem``,
        ``ItemsUndecided``, ``ScopeExceeded`` (what was found isn't about what the paper covers), and as every step
        does.
        """
        known = self._steps.known(case_id, by)
        case = known.case
        row = TRANSITIONS[Event.DECIDE]
        people.require_scope(row, by)
        said = {"decisions": [[number, choice.value, note] for number, (choice, note) in sorted(choices.items())]}
        if self._steps.repeated(known, Event.DECIDE.value, said, row.target, by):
            return known.entry
        self._steps.require_may(known, Event.DECIDE, by=by)
        items = {item.number: item for item in case.items}
        for number in choices:
            if number not in items:
                raise UnknownItem(case=case_id, item=number)
        with self._workspace.database.read() as connection:
            states = dict(rows.item_states(connection, case_id))
            outcomes = outcome_rows.outcomes_of(connection, case_id)
            named = named_in(connection, case_id)
        left = [number for number, state in states.items() if state == rows.OPEN and number not in choices]
        if left:
            raise ItemsUndecided(case=case_id, count=len(left), first=left[0])
        judged = _Judged(self._gate, known, outcomes, frozenset(named))
        at = self._workspace.clock.now().isoformat()
        made = []
        for number, (choice, note) in sorted(choices.items()):
            rows.note(note, "note")
            rules: tuple[str, ...] = ()
            recipients: tuple[str, ...] = ()
            if choice is not Choice.REFUSE:
                permission = judged.require(items[number], choice)
                rules = tuple(rule.id for rule in permission.grounds)
                recipients = permission.recipients
            made.append(Decision(number, choice, note, by.staff_id, at, rules, recipients))
        # Those alike were judged once; what was found is each item's own.
        leaving = [items[number] for number, (choice, _) in choices.items() if choice is not Choice.REFUSE]
        self._gate.require_found_within(known, leaving)

        def write(connection: Connection, now: datetime) -> None:
            del now
            for one in made:
                self._write(connection, case_id, one)

        return self._steps.take(known, Event.DECIDE, said, by=by, write=write)

    def require_delivery(self, known: Known) -> None:
        """What must hold at the moment of handing over: every permitted item is permitted now, and there is one.

        Raises ``NotPermittedByLaw``, ``NothingPermitted``, ``ScopeExceeded``, ``CaseRefused`` (nothing to hand over).
        """
        case_id = known.entry.id
        with self._workspace.database.read() as connection:
            decisions = self._decisions(connection, case_id)
            outcomes = outcome_rows.outcomes_of(connection, case_id)
            named = named_in(connection, case_id)
        judged = _Judged(self._gate, known, outcomes, frozenset(named))
        leaving = [one for one in decisions if one.choice is not Choice.REFUSE]
        if not leaving:
            raise CaseRefused(field="items", problem="one that is permitted: close the case instead")
        items = {item.number: item for item in known.case.items}
        for one in leaving:
            judged.require(items[one.number], one.choice)
        self._gate.require_found_within(known, [items[one.number] for one in leaving])

    def decisions(self, case_id: str, *, by: Principal) -> list[Decision]:
        """What was decided, by item. Raises ``UnknownCase``, ``KeyDestroyed``."""
        self._steps.known(case_id, by, items=False)
        with self._workspace.database.read() as connection:
            return self._decisions(connection, case_id)

    def results(self, case_id: str, *, by: Principal) -> list[Result]:
        """What was found: for whoever searched it or decides on it, with a part in it or the scope to release.

        Raises ``UnknownCase``, ``ScopeMissing``, ``KeyDestroyed`` once the working copies are gone.
        """
        known = self._steps.known(case_id, by, items=False)
        if not known.parts.get(by.staff_id):
            by.require(Scope.DISCLOSURE_RELEASE)
        if not by.scopes & {Scope.LOG_SEARCH, Scope.DISCLOSURE_RELEASE, Scope.DISCLOSURE_REVIEW}:
            by.require(Scope.DISCLOSURE_RELEASE)
        with self._workspace.database.read() as connection:
            return outcome_rows.results_of(connection, self._workspace.keyring, case_id)

    def evidence(self, case_id: str, *, by: Principal) -> list[dict[str, Any]]:
        """The exact questions of the search and what came of them, by item. Raises as :meth:`decisions`."""
        self._steps.known(case_id, by, items=False)
        with self._workspace.database.read() as connection:
            return outcome_rows.evidence_of(connection, self._workspace.keyring, case_id)

    def released(self, case_id: str, *, by: Principal) -> list[Released]:
        """Items that may leave now, with what was found: what a package is made of.

        Raises ``NotPermittedByLaw`` where the gate has closed since, ``WrongState`` before a decision.
        """
        by.require(Scope.DISCLOSURE_RELEASE)
        known = self._steps.known(case_id, by)
        if known.entry.state not in (State.DECIDED, State.DELIVERED, State.WAITING):
            raise WrongState(case=case_id, state=known.entry.state.value, event="released")
        if known.entry.state is State.DECIDED:
            self.require_delivery(known)
        items = {item.number: item for item in known.case.items}
        with self._workspace.database.read() as connection:
            found = {
                one.number: one for one in outcome_rows.results_of(connection, self._workspace.keyring, case_id)
            }
            decisions = self._decisions(connection, case_id)
        return [
            Released(items[one.number], one, found[one.number])
            for one in decisions
            if one.choice is not Choice.REFUSE
        ]

    # --- how ---------------------------------------------------------------------------------------------------------

    def _write(self, connection: Connection, case_id: str, one: Decision) -> None:
        table, ring = disclosure_item, self._workspace.keyring
        sealed = rows.DECISION.seal(
            ring, one.document(), row_id=f"{case_id}/{one.number}", key=disclosure_key(case_id)
        )
        connection.execute(
            update(table)
            .where(table.c.case_id == case_id, table.c.number == one.number)
            .values(state=REFUSED if one.choice is Choice.REFUSE else PERMITTED, decision=sealed)
        )

    def _decisions(self, connection: Connection, case_id: str) -> list[Decision]:
        return decisions_of(connection, self._workspace.keyring, case_id)


def decisions_of(connection: Connection, ring: Keyring, case_id: str) -> list[Decision]:
    """What was decided, in the order of the items. Raises ``KeyDestroyed``."""
    table, key = disclosure_item, disclosure_key(case_id)
    query = (
        select(table.c.number, table.c.decision)
        .where(table.c.case_id == case_id, table.c.decision.is_not(None))
        .order_by(table.c.number)
    )
    found = []
    for row in connection.execute(query):
        said = rows.DECISION.open(ring, row.decision, row_id=f"{case_id}/{row.number}", key=key)
        found.append(
            Decision(
                said["number"],
                Choice(said["choice"]),
                said["note"],
                said["by"],
                said["at"],
                tuple(said["rules"]),
                tuple(said["recipients"]),
            )
        )
    return found


def reopen(connection: Connection, case_id: str) -> None:
    """Take every decision back: each item is to be decided anew. The caller keeps what they were."""
    table = disclosure_item
    connection.execute(update(table).where(table.c.case_id == case_id).values(state=rows.OPEN, decision=None))


class _Judged:
    """Permissions for one moment: items whose facts are alike are judged once."""

    def __init__(
        self, gate: Gate, known: Known, outcomes: Mapping[int, Outcome], named: frozenset[int]
    ) -> None:
        self._gate, self._known, self._outcomes, self._named = gate, known, outcomes, named
        self._hearing = gate.hearing(known)
        self._found: dict[tuple[Any, ...], Permission] = {}

    def require(self, item: Item, choice: Choice) -> Permission:
        outcome = self._outcomes.get(item.number)
        if outcome is None or outcome not in _OUTCOMES[choice]:
            told = "not_searched" if outcome is None else outcome.value
            raise NothingPermitted(case=self._known.entry.id, item=item.number, outcome=told)
        if choice is Choice.FORWARD and item.number in self._named:
            # What was found for sure leads to another provider's user, and somebody named that provider.
            outcome = Outcome.NEXT_PROVIDER
        heard = tuple(sorted(self._hearing.facts((item.number,), self._gate.today()).items()))
        past = item.until <= self._known.case.received_at
        alike = (choice, item.data_class, item.kind, item.port is None, item.wanted, outcome, past, heard)
        if alike not in self._found:
            self._found[alike] = self._gate.require(
                self._known, _ACTS[choice], item.data_class, items=(item,), outcome=outcome.value
            )
        return self._found[alike]
