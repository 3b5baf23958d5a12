"""The contract desk's service: the only file here that touches store, ledger, keys and clock.

A decision is computed first and committed once: its row and its ledger leaf become durable together, and only then is
it answered. Refused input leaves no trace in either. Raw evidence in an application is verified and kept
(:mod:`sekisho.contracts.evidence_desk`) in the same commit; where a verifier exists, nothing else counts.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.application import read_application, read_kept
from sekisho.contracts.decide import ContractDecision, ContractDesk, Law
from sekisho.contracts.document import decision_document
from sekisho.contracts.errors import UnknownDecision
from sekisho.contracts.evidence.jpki.errors import NonceUsed
from sekisho.contracts.evidence_desk import EvidenceDesk
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.law import contract_engine
from sekisho.contracts.outside.parties import OutsideParties, waits_for_somebody
from sekisho.contracts.scheme_denials import SchemeDenials
from sekisho.contracts.tables import contract_decision
from sekisho.contracts.trust import TrustSettings
from sekisho.engine.facts import Case
from sekisho.engine.rules import Rule
from sekisho.errors import IdempotencyKeyReused
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import contract_month_key
from sekisho.store.errors import NotAcknowledged
from sekisho.store.outbox import SealedLeaf
from sekisho.store.personal import PersonalColumn
from sekisho.store.units import Committed
from sekisho.workspace import Workspace
from sekisho.workspace.legal_texts import LegalTexts

_BODY = PersonalColumn("contract_decision", "body")
_REFERENCE = PersonalColumn("contract_decision", "reference")

DECISION_LEAF = "contract.decision"

CASES_AT_ONCE = 500
"""Rows held while cases are exported: a few megabytes."""

REPLAY_TRIES = 40
"""How often a repeated request looks for the ledger index of the first one, which another worker may be writing."""

REPLAY_PAUSE_SECONDS = 0.05
"""Between two looks: about what a group of writes takes."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a staff or token id for the record, and whether their evidence counts as attested."""

    id: str
    may_attest: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """How a decision is asked for. ``as_of`` and ``as_known_at`` None: the legal act's day, and today's knowledge."""

    as_of: date | None = None
    as_known_at: date | None = None
    explain: bool = False
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision as given: its id (that of its leaf), its place in the ledger (None where it was not stored)."""

    id: str
    ledger_index: int | None
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A decision that was computed, not yet committed. Its own leaf is the last."""

    write: Callable[[Connection], None]
    leaves: tuple[SealedLeaf, ...]
    document: dict[str, Any]

    def answer(self, committed: Committed[None]) -> Answer:
        return Answer(self.leaves[-1].id, committed.leaf_indexes[-1], self.document)


class StoredCase(NamedTuple):
    """A decided case without names, addresses or identifiers: for simulations. ``verdict`` is the law's, unconfirmed
    texts included.
    """

    id: str
    as_of: date
    as_known_at: date
    verdict: str
    case: Case


class ContractService:
    """Decides applications for one workspace. Thread-safe: what it keeps is the desk, and the confirmations' cache."""

    def __init__(self, workspace: Workspace) -> None:
        """The desk is built once; law settings are read from the database and kept until changed here."""
        self._workspace = workspace
        self._trust = TrustSettings(workspace)
        self._outside = OutsideParties(workspace)
        self._evidence = EvidenceDesk(workspace, self._trust, self._outside)
        self._denials = SchemeDenials(workspace)
        self._desk = ContractDesk(contract_engine())
        self._texts = LegalTexts(workspace, self._desk.engine.rulebook)

    @property
    def desk(self) -> ContractDesk:
        """The pure desk."""
        return self._desk

    @property
    def evidence(self) -> EvidenceDesk:
        """Raw evidence by itself: challenges, verification before a decision, what was kept."""
        return self._evidence

    @property
    def trust(self) -> TrustSettings:
        """What evidence is verified against."""
        return self._trust

    @property
    def outside(self) -> OutsideParties:
        """Who is asked while evidence is verified."""
        return self._outside

    def make_ready(self) -> None:
        """Work out what every decision of today needs, so that the first ones don't wait for it (under a second)."""
        today = japan_date(self._workspace.clock.now())
        selection, _ = self._texts.settings()
        self._desk.engine.prepare(as_of=today, as_known_at=today, selection=selection)

    # --- decisions ---

    def decide(self, written: Mapping[str, Any], caller: Caller, asking: Asking) -> Answer:
        """Decide one application, store it, answer. Raises the errors of :mod:`sekisho.contracts.errors`."""
        asked = _asked(written, asking)
        for last in (False, True):
            if self._begun(caller, asking) is not None:
                return self._replayed(caller, asking, asked)
            prepared = self._prepare(written, caller, asking, asked)
            try:
                return prepared.answer(self._workspace.commit(prepared.write, prepared.leaves))
            except IntegrityError:
                # The same key at the same moment: the other request was first.
                return self._replayed(caller, asking, asked)
            except NonceUsed:
                # The same challenge at the same moment: it is used now, and the evidence says so.
                if last:
                    raise
        raise AssertionError("answered or raised")

    async def decide_async(self, written: Mapping[str, Any], caller: Caller, asking: Asking) -> Answer:
        """:meth:`decide` for coroutines."""
        asked = _asked(written, asking)
        for last in (False, True):
            if self._begun(caller, asking) is not None:
                return await asyncio.to_thread(self._replayed, caller, asking, asked)
            if _needs_verifier(written):
                # Before the transaction, and where a slow answer from outside holds up nobody else's decision.
                run = self._evidence.waiting.run if _waits(written) else asyncio.to_thread
                prepared = await run(self._prepare, written, caller, asking, asked)
            else:
                prepared = self._prepare(written, caller, asking, asked)
            try:
                return prepared.answer(await self._workspace.commit_async(prepared.write, prepared.leaves))
            except IntegrityError:
                return await asyncio.to_thread(self._replayed, caller, asking, asked)
            except NonceUsed:
                if last:
                    raise
        raise AssertionError("answered or raised")

    def find(self, decision_id: str) -> Answer:
        """A stored decision with the application it was about. Raises ``UnknownDecision``, ``KeyDestroyed``."""
        body = self._body(decision_id)
        return Answer(decision_id, self._index(decision_id), body["answer"])

    def cases(self) -> Iterator[StoredCase]:
        """Every stored case for export, oldest first.

        Left out: hypothetical decisions, which nobody was given, and those whose key was destroyed.
        """
        table = contract_decision
        query = select(table).where(table.c.hypothetical.is_(False)).order_by(table.c.made_at)
        with self._workspace.database.read() as connection:
            for row in connection.execution_options(yield_per=CASES_AT_ONCE).execute(query):
                try:
                    body = _BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
                except KeyDestroyed:
                    continue
                origins = [Origin(one) for one in body["origins"]] if "origins" in body else None
                application = read_kept(
                    body["application"], now=row.decided_at, origin=Origin(row.origin), origins=origins
                )
                since, until = (date.fromisoformat(day) for day in body["window"])
                case = application.case(since=since, until=until)
                yield StoredCase(row.id, row.as_of, row.as_known_at, row.would_be, case)

    def count_decisions(self) -> int:
        """How many decisions are stored, of every kind."""
        with self._workspace.database.read() as connection:
            return connection.execute(select(func.count()).select_from(contract_decision)).scalar_one()

    def _prepare(self, written: Mapping[str, Any], caller: Caller, asking: Asking, asked: str | None) -> _Prepared:
        now = self._workspace.clock.now()
        origin = Origin.ATTESTED if caller.may_attest else Origin.DECLARED
        examination = self._evidence.examination(now=now, by=caller.id)
        application = read_application(self._denials.stated(written), now=now, origin=origin, examiner=examination)
        selection, confirmation = self._texts.settings()
        law = Law(asking.as_of, asking.as_known_at or japan_date(now), selection, confirmation)
        decision = self._desk.decide(application, law)
        document = decision_document(self._desk.engine, decision, explain=asking.explain)
        key = contract_month_key(japan_date(now))
        leaf = self._workspace.seal(kind=DECISION_LEAF, owner=key, body=_leaf_body(decision, document, caller), at=now)
        row = self._row(decision, document, leaf, caller, asking, asked, now)

        def write(connection: Connection) -> None:
            # First what tells a repeated request: of two at once, the one that wins is the one whose challenge counts.
            connection.execute(insert(contract_decision), row)
            examination.write(connection)

        return _Prepared(write, (*examination.leaves, leaf), document)

    def _row(
        self,
        decision: ContractDecision,
        document: dict[str, Any],
        leaf: SealedLeaf,
        caller: Caller,
        asking: Asking,
        asked: str | None,
        now: datetime,
    ) -> dict[str, Any]:
        keyring, application, dims = self._workspace.keyring, decision.application, decision.outcome.plan.dimensions
        body: dict[str, Any] = {
            "application": application.kept(),
            "origins": [item.origin.value for item in application.evidence],
            "answer": _kept(document),
            "window": [day.isoformat() for day in decision.window],
        }
        if asked is not None:
            body["asked"] = asked
        return {
            "id": leaf.id,
            "key": leaf.owner,
            "body": _BODY.seal(keyring, body, row_id=leaf.id, key=leaf.owner),
            "reference_index": _REFERENCE.index(keyring, application.reference, key=leaf.owner),
            "verdict": decision.verdict.value,
            "would_be": decision.outcome.would_be.value,
            "event": dims["event"],
            "subject_kind": dims["subject.kind"],
            "channel": dims["channel"],
            "service": dims["service"],
            "as_of": decision.as_of,
            "as_known_at": decision.law.as_known_at,
            "hypothetical": decision.hypothetical,
            "rulebook": self._desk.engine.rulebook.content_hash,
            "origin": application.origin.value,
            "decided_at": application.decided_at,
            "made_at": now,
            "made_by": caller.id,
            "idempotency_key": asking.idempotency_key,
        }

    def _begun(self, caller: Caller, asking: Asking) -> str | None:
        """The decision that has this caller's idempotency key already."""
        if asking.idempotency_key is None:
            return None
        with self._workspace.database.read() as connection:
            found: str | None = connection.execute(
                select(contract_decision.c.id).where(
                    contract_decision.c.made_by == caller.id,
                    contract_decision.c.idempotency_key == asking.idempotency_key,
                )
            ).scalar_one_or_none()
        return found

    def _replayed(self, caller: Caller, asking: Asking, asked: str | None) -> Answer:
        """The first answer to a repeated request, once it is in the ledger. Raises ``IdempotencyKeyReused``."""
        found = self._begun(caller, asking)
        if found is None:
            raise UnknownDecision(decision=str(asking.idempotency_key))
        body = self._body(found)
        if body["asked"] != asked:
            raise IdempotencyKeyReused(key=asking.idempotency_key)
        for _ in range(REPLAY_TRIES):
            index = self._index(found)
            if index is not None:
                break
            time.sleep(REPLAY_PAUSE_SECONDS)
        else:
            raise NotAcknowledged(cause="not_yet_in_the_ledger", leaf_ids=[found])
        return Answer(found, index, body["answer"])

    def _body(self, decision_id: str) -> dict[str, Any]:
        with self._workspace.database.read() as connection:
            row = connection.execute(
                select(contract_decision.c.key, contract_decision.c.body).where(contract_decision.c.id == decision_id)
            ).one_or_none()
        if row is None:
            raise UnknownDecision(decision=decision_id)
        body: dict[str, Any] = _BODY.open(self._workspace.keyring, row.body, row_id=decision_id, key=row.key)
        return body

    def _index(self, decision_id: str) -> int | None:
        """The place in the ledger; None where it isn't told yet, which is so for a moment after it was written."""
        index = self._workspace.index_of(decision_id)
        if index is None:
            self._workspace.settle()
            index = self._workspace.index_of(decision_id)
        return index

    # --- the law in this workspace ---

    @property
    def texts(self) -> LegalTexts:
        """What this operator confirmed and adopted of the contract desk's rulebook."""
        return self._texts

    def confirm_rule(self, rule_id: str, *, source: str, source_bytes: bytes, by: str) -> int:
        """Record that ``by`` compared a rule with the text of the law; the ledger index of the record.

        Confirms this very content of the rule: where it changes, it must be confirmed again. Does not judge whether
        the person read it well.
        """
        return self._texts.confirm_rule(rule_id, source=source, source_bytes=source_bytes, by=by)

    def adopt(self, instrument: str, *, by: str) -> int:
        """Let an industry or house instrument bind in this workspace from now on; the ledger index of the record."""
        return self._texts.adopt(instrument, by=by)

    def unconfirmed(self) -> list[Rule]:
        """Duties whose text nobody here has confirmed: the least certain texts first, then by date."""
        return self._texts.unconfirmed()


def _asked(written: Mapping[str, Any], asking: Asking) -> str | None:
    """What tells two requests under one idempotency key apart; None without a key.

    By :mod:`json`: the application isn't checked yet, and may hold numbers that orjson refuses.
    """
    if asking.idempotency_key is None:
        return None
    said = [written, asking.as_of, asking.as_known_at, asking.explain]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _needs_verifier(written: Mapping[str, Any]) -> bool:
    """Whether raw evidence is to be verified, which takes long enough for others to be answered meanwhile."""
    listed = written.get("evidence")
    return isinstance(listed, list) and any(
        isinstance(item, dict) and {"raw", "evidence"} & item.keys() for item in listed
    )


def _waits(written: Mapping[str, Any]) -> bool:
    """Whether some of its raw evidence may wait for an outside party."""
    raws = (item.get("raw") for item in written["evidence"] if isinstance(item, dict))
    return any(isinstance(raw, dict) and waits_for_somebody(str(raw.get("format"))) for raw in raws)


def _leaf_body(decision: ContractDecision, document: dict[str, Any], caller: Caller) -> bytes:
    """What the ledger says of a decision; opened with its salt, it proves what was decided on what."""
    source = orjson.dumps(decision.application.kept(), option=orjson.OPT_SORT_KEYS)
    return orjson.dumps(
        {
            "verdict": document["verdict"],
            "would_be": document["would_be"],
            "as_of": document["as_of"],
            "as_known_at": document["as_known_at"],
            "hypothetical": document["hypothetical"],
            "rulebook": document["rulebook"],
            "deciding": [rule["rule"] for rule in document["deciding"]],
            "application_sha256": hashlib.sha256(source).hexdigest(),
            "answer_sha256": hashlib.sha256(orjson.dumps(_kept(document), option=orjson.OPT_SORT_KEYS)).hexdigest(),
            "by": caller.id,
            "origin": decision.application.origin.value,
            "evidence": [
                {"item": position, "origin": item.origin.value, "id": item.checked.id}
                for position, item in enumerate(decision.application.evidence)
                if item.checked is not None
            ],
        },
        option=orjson.OPT_SORT_KEYS,
    )


def _kept(document: dict[str, Any]) -> dict[str, Any]:
    """The answer as stored: findings without their sentences, which the rulebook of that hash gives again."""
    findings = [
        {name: finding[name] for name in ("rule", "role", "verdict", "reason", "completion", "binding", "confirmed")}
        for finding in document["findings"]
    ]
    return {**document, "findings": findings}
