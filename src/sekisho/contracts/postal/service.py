"""Postal legs in one workspace: events are recorded, and the decision that waits is made again with them.

An event is durable first, as a row and a leaf. Then the application is decided again, under an idempotency key of the
event, and the new decision is noted as the one that completes the first. A run that is killed in between is finished by
the same event sent again, or by ``sekisho due``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.application import read_kept
from sekisho.contracts.errors import UnknownDecision
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.contracts.evidence_items import ItemReader, Origin, TypedOnly
from sekisho.contracts.lifecycle.holdings import ERASED
from sekisho.contracts.lifecycle.standing import UNRESOLVED_LATE
from sekisho.contracts.lifecycle.tables import contract_membership
from sekisho.contracts.postal.errors import DeliveryAfterCompletion, NotAwaitingPost
from sekisho.contracts.postal.leg import (
    DeliveryEvent,
    EventKind,
    postal_items,
    read_event,
    replaces,
    require_possible,
)
from sekisho.contracts.postal.tables import contract_completion, contract_delivery
from sekisho.contracts.service import Answer, Asking, Caller, ContractService
from sekisho.contracts.tables import contract_decision, contract_evidence
from sekisho.engine.verdicts import Verdict
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import contract_month_key
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

DELIVERY_LEAF = "contract.delivery"
"""Start of the kinds of an event's leaf: ``contract.delivery_sent`` …"""

COMPLETION_LEAF = "contract.completion"

_BODY = PersonalColumn("contract_delivery", "body")
_DECISION = PersonalColumn("contract_decision", "body")
_EVIDENCE = PersonalColumn("contract_evidence", "body")
_COMPLETION = PersonalColumn("contract_completion", "body")


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as recorded: its id (that of its leaf), its place in the ledger (None: not told yet)."""

    id: str
    ledger_index: int | None
    event: DeliveryEvent


@dataclass(frozen=True, slots=True)
class DeliveryAnswer:
    """An event and the decision that was made again because of it (None for ``sent``)."""

    delivery: Delivery
    first: str
    decision: Answer | None

    def document(self) -> dict[str, Any]:
        """As JSON values. ``complete`` tells plainly whether the person is verified now."""
        answer = self.decision
        return {
            "id": self.delivery.id,
            "ledger_index": self.delivery.ledger_index,
            **self.delivery.event.document(),
            "completes": self.first,
            "complete": answer is not None and answer.document["verdict"] == Verdict.ACCEPT.value,
            "decision": None
            if answer is None
            else {"id": answer.id, "ledger_index": answer.ledger_index, **answer.document},
        }


@dataclass(frozen=True, slots=True)
class OpenLeg:
    """A decision that waits for post. ``complete_before``: the day before which the method must be complete, if one is
    known; ``last_event`` what was told last (None: nothing was sent)."""

    decision: str
    decided_on: date
    complete_before: date | None
    last_event: EventKind | None
    last_event_on: date | None
    late: bool


class PostalDesk:
    """The postal legs of one workspace. Thread-safe: it keeps nothing between calls."""

    def __init__(self, workspace: Workspace, decisions: Callable[[], ContractService]) -> None:
        """``decisions`` gives who decides again: reading the law takes a while, and looking needs none of it."""
        self._workspace = workspace
        self._decisions = decisions

    def add(self, decision: str, written: Mapping[str, Any], caller: Caller) -> DeliveryAnswer:
        """Record an event of the post for a decision that waits, and decide again where it says something new.

        The same event again gives the first answer. Raises :mod:`sekisho.contracts.postal.errors`,
        ``UnknownDecision``, ``KeyDestroyed``, and an ``ApplicationRefused`` that names a field.
        """
        now = self._workspace.clock.now()
        event = read_event(written)
        row = self._decision(decision)
        earlier = self.events(decision)
        same = next((each for each in earlier if each.event.document() == event.document()), None)
        if same is not None:
            return DeliveryAnswer(same, decision, self._complete(row, same.id))
        if row.verdict != Verdict.ACCEPT_ON_COMPLETION.value or row.hypothetical:
            verdict = "hypothetical" if row.hypothetical else row.verdict
            raise NotAwaitingPost(decision=decision, verdict=verdict)
        completed_by = self.completed_by(decision)
        if completed_by is not None:
            raise DeliveryAfterCompletion(decision=decision, completed_by=completed_by)
        require_possible(event, [each.event for each in earlier], decision=decision, now=now)
        self._try_item(row, [*(each.event for each in earlier), event])
        key = contract_month_key(japan_date(now))
        told = {"decision": decision, **event.document(), "by": caller.id}
        leaf = self._workspace.seal(
            kind=f"{DELIVERY_LEAF}_{event.kind.value}",
            owner=key,
            body=orjson.dumps(told, option=orjson.OPT_SORT_KEYS),
            at=now,
        )
        made = {
            "id": leaf.id,
            "decision": decision,
            "position": len(earlier),
            "kind": event.kind.value,
            "key": key,
            "body": _BODY.seal(self._workspace.keyring, event.document(), row_id=leaf.id, key=key),
            "at": event.at,
            "made_at": now,
            "made_by": caller.id,
        }

        def write(connection: Connection) -> None:
            connection.execute(insert(contract_delivery), made)

        try:
            index: int | None = self._workspace.commit(write, [leaf]).leaf_indexes[0]
        except IntegrityError:
            # Another event of this decision was quicker: what follows from both is worked out anew.
            return self.add(decision, written, caller)
        return DeliveryAnswer(Delivery(leaf.id, index, event), decision, self._complete(row, leaf.id))

    def events(self, decision: str) -> list[Delivery]:
        """What was told of a decision's post, in order. Raises ``KeyDestroyed``."""
        with self._workspace.database.read() as connection:
            rows = connection.execute(
                select(contract_delivery)
                .where(contract_delivery.c.decision == decision)
                .order_by(contract_delivery.c.position)
            ).all()
        return [Delivery(row.id, self._workspace.index_of(row.id), self._event(row)) for row in rows]

    def completed_by(self, decision: str) -> str | None:
        """The accepted decision that completed ``decision``; None while it waits."""
        made, table = contract_completion.c, contract_decision.c
        with self._workspace.database.read() as connection:
            found: str | None = connection.execute(
                select(made.decision)
                .join(contract_decision, table.id == made.decision)
                .where(made.first == decision, table.verdict == Verdict.ACCEPT.value)
                .limit(1)
            ).scalar_one_or_none()
        return found

    def interrupted(self) -> list[tuple[str, str]]:
        """Events whose decision was not made again yet: (decision, event)."""
        told, made = contract_delivery.c, contract_completion.c
        query = (
            select(told.decision, told.id)
            .select_from(contract_delivery.outerjoin(contract_completion, made.delivery == told.id))
            .where(made.delivery.is_(None), told.kind != EventKind.SENT.value, told.body != ERASED)
            .order_by(told.made_at)
        )
        with self._workspace.database.read() as connection:
            return [(row.decision, row.id) for row in connection.execute(query)]

    def resume(self, decision: str, event: str) -> Answer | None:
        """Finish what adding an event began."""
        return self._complete(self._decision(decision), event)

    def open_legs(self) -> list[OpenLeg]:
        """Decisions that wait for post, oldest first. Left out: those of which somebody said that nothing came."""
        today = japan_date(self._workspace.clock.now())
        table, member, made = contract_decision.c, contract_membership.c, contract_completion.c
        accepted = contract_decision.alias("accepted")
        completed = (
            select(made.first)
            .join(accepted, accepted.c.id == made.decision)
            .where(accepted.c.verdict == Verdict.ACCEPT.value)
        )
        query = (
            select(table.id, table.key, table.body, table.made_at)
            .select_from(contract_decision.outerjoin(contract_membership, member.decision == table.id))
            .where(
                table.verdict == Verdict.ACCEPT_ON_COMPLETION.value,
                table.hypothetical.is_(False),
                table.body != ERASED,
                member.decision.is_(None),
                table.id.not_in(completed),
            )
            .order_by(table.made_at)
        )
        with self._workspace.database.read() as connection:
            rows = connection.execute(query).all()
        found = []
        for row in rows:
            try:
                body = _DECISION.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
                told = self.events(row.id)
            except KeyDestroyed:
                continue
            limit = body["answer"]["complete_before"]
            before = date.fromisoformat(limit) if limit is not None else None
            decided = japan_date(row.made_at)
            late = (before is not None and today >= before) or today - decided >= UNRESOLVED_LATE
            last = told[-1].event if told else None
            found.append(
                OpenLeg(
                    row.id,
                    decided,
                    before,
                    last.kind if last is not None else None,
                    japan_date(last.at) if last is not None else None,
                    late,
                )
            )
        return found

    # --- deciding again ----------------------------------------------------------------------------------------------

    def _complete(self, first: Row[Any], event_id: str) -> Answer | None:
        """Decide ``first`` again as its post stood after the event, once; the decision, None where nothing is new."""
        with self._workspace.database.read() as connection:
            told = connection.execute(select(contract_delivery).where(contract_delivery.c.id == event_id)).one()
            done = connection.execute(
                select(contract_completion.c.decision).where(contract_completion.c.delivery == event_id)
            ).scalar_one_or_none()
        if told.kind == EventKind.SENT.value:
            return None
        if done is not None:
            return self._decisions().find(done)
        events = [each.event for each in self.events(first.id)[: told.position + 1]]
        written = self._written_again(first, events, decided_at=told.made_at.isoformat())
        # Whoever told of the event attests it; the rest stands as the first decision has it.
        answer = self._decisions().decide(
            written, Caller(told.made_by, may_attest=True), Asking(idempotency_key=f"delivery-{event_id}")
        )
        self._note(answer, first.id, event_id)
        return answer

    def _note(self, answer: Answer, first: str, event_id: str) -> None:
        now = self._workspace.clock.now()
        verdict = answer.document["verdict"]
        said = {"decision": answer.id, "completes": first, "delivery": event_id, "verdict": verdict}
        leaf = self._workspace.seal(
            kind=COMPLETION_LEAF,
            owner=contract_month_key(japan_date(now)),
            body=orjson.dumps(said, option=orjson.OPT_SORT_KEYS),
            at=now,
        )
        row = {
            "id": leaf.id,
            "decision": answer.id,
            "key": leaf.owner,
            "body": _COMPLETION.seal(self._workspace.keyring, {"verdict": verdict}, row_id=leaf.id, key=leaf.owner),
            "first": first,
            "delivery": event_id,
        }

        def write(connection: Connection) -> None:
            connection.execute(insert(contract_completion), row)

        try:
            self._workspace.commit(write, [leaf])
        except IntegrityError:
            return  # the same event, sent twice at once: it is noted

    def _written_again(self, first: Row[Any], events: Sequence[DeliveryEvent], *, decided_at: str) -> dict[str, Any]:
        """The first application with its post as it stands now, as it would be sent.

        Evidence that was verified is named by its id, so that it isn't asked to answer a challenge twice. What was
        only declared isn't repeated: nobody vouched for it then, and telling of a delivery doesn't.
        """
        body = self._opened(first)
        application: dict[str, Any] = body["application"]
        checked = {each["item"]: each["id"] for each in body["answer"].get("evidence", ())}
        origins = body.get("origins") or [first.origin] * len(application["evidence"])
        posted = postal_items(events)
        evidence: list[dict[str, Any]] = []
        for position, item in enumerate(application["evidence"]):
            if position in checked:
                evidence.append(self._recalled(item, checked[position]))
            elif origins[position] == Origin.ATTESTED.value and not replaces(item, posted):
                evidence.append(item)
        return {**application, "decided_at": decided_at, "evidence": [*evidence, *posted]}

    def _recalled(self, item: Mapping[str, Any], evidence_id: str) -> dict[str, Any]:
        """Verified evidence by its id, with what somebody attested beside it."""
        with self._workspace.database.read() as connection:
            row = connection.execute(select(contract_evidence).where(contract_evidence.c.id == evidence_id)).one()
        body = _EVIDENCE.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        verifier = VERIFIERS.get(row.format)
        beside = verifier.attested_beside if verifier is not None else frozenset()
        kept = {name: item[name] for name in beside if name in item and name not in body["attributes"]}
        made = {"kind": item["kind"], "evidence": evidence_id, **kept}
        return made | ({"person": item["person"]} if "person" in item else {})

    def _try_item(self, first: Row[Any], events: Sequence[DeliveryEvent]) -> None:
        """Read the evidence that would follow, so that nothing is recorded of an event that can't be decided on."""
        body = self._opened(first)
        origins = [Origin(each) for each in body["origins"]] if "origins" in body else None
        kept = read_kept(body["application"], now=first.decided_at, origin=Origin(first.origin), origins=origins)
        reader = ItemReader(
            application=kept.reference,
            decided=self._workspace.clock.now(),
            stated={"subject": kept.subject, "representative": kept.representative},
            origin=Origin.ATTESTED,
            origins=None,
            examiner=TypedOnly(),
        )
        for position, item in enumerate(postal_items(events)):
            reader.read(item, position)

    def _opened(self, row: Row[Any]) -> dict[str, Any]:
        body: dict[str, Any] = _DECISION.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        return body

    def _event(self, row: Row[Any]) -> DeliveryEvent:
        return read_event(_BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key))

    def _decision(self, decision: str) -> Row[Any]:
        with self._workspace.database.read() as connection:
            row = connection.execute(select(contract_decision).where(contract_decision.c.id == decision)).one_or_none()
        if row is None:
            raise UnknownDecision(decision=decision[:100])
        return row
