"""Raw evidence in one workspace: verified, kept encrypted, each piece a leaf of the ledger.

A piece of evidence is verified for one application and one person, and compared with what is stated of them. What is
kept is the document, whom it was compared with, the report and what it shows; the ledger gets the report, which holds
nothing personal. Evidence that was refused is kept as well: that it was tried belongs to the record.

An :class:`Examination` is one request's: it verifies, and its rows and leaves are committed together with whatever the
request decides, challenges used up in the same transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.application import MAX_RAW_BYTES
from sekisho.contracts.challenge_forms import challenge_of
from sekisho.contracts.challenges import ChallengesOfUnit, StoredChallenges
from sekisho.contracts.errors import (
    ApplicationRefused,
    EvidenceForAnother,
    IndividualNumber,
    TooLarge,
    UnknownEvidence,
    WrongValue,
)
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.errors import NonceUsed
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.verifier import Asked, Verification, verified
from sekisho.contracts.evidence.verifier import Person as Compared
from sekisho.contracts.evidence.verifiers import VERIFIERS, verifier_for
from sekisho.contracts.evidence_items import Checked, Examined, KeptItem, Origin, Person, RawItem
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.field_reading import as_day, as_fact, as_text, identifier_of
from sekisho.contracts.outside.parties import OutsideParties, waits_for_somebody
from sekisho.contracts.outside.waiting import WaitingThreads
from sekisho.contracts.tables import contract_evidence
from sekisho.contracts.trust import TrustSettings
from sekisho.engine.facts import Item, Value
from sekisho.errors import IdempotencyKeyReused
from sekisho.keys.schedule import contract_month_key
from sekisho.store.outbox import SealedLeaf
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

_BODY = PersonalColumn("contract_evidence", "body")
_APPLICATION = PersonalColumn("contract_evidence", "application")

EVIDENCE_LEAF = "contract.evidence"

VERIFIED, REFUSED, COULD_NOT_CHECK = "verified", "refused", "could_not_check"


@dataclass(frozen=True, slots=True)
class Submitted:
    """Raw evidence as sent by itself: for which application and person, and what is stated of them."""

    format: str
    application: str
    person: str
    stated: Person
    document: Mapping[str, Any]

    def fingerprint(self) -> str:
        """What tells two requests under one idempotency key apart."""
        said = [self.format, self.application, self.person, _stated(self.stated), self.document]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class EvidenceAnswer:
    """Evidence as kept: its id (that of its leaf), its place in the ledger, and what may be shown of it."""

    id: str
    ledger_index: int | None
    document: dict[str, Any]

    @property
    def exit_code(self) -> int:
        """0 where it was verified; otherwise 2 for evidence that is wrong, 4 for what couldn't be checked."""
        return {VERIFIED: 0, REFUSED: EvidenceRefused.exit_code}.get(self.document["state"], NotCheckable.exit_code)


class EvidenceDesk:
    """Verifies raw evidence for one workspace and keeps it. Thread-safe."""

    def __init__(self, workspace: Workspace, trust: TrustSettings, outside: OutsideParties) -> None:
        """``outside`` is who is asked beside the trust files."""
        self._workspace = workspace
        self._trust = trust
        self._outside = outside
        self._waiting = WaitingThreads()
        self._challenges = StoredChallenges(workspace)

    @property
    def waiting(self) -> WaitingThreads:
        """The threads in which this desk waits for somebody outside."""
        return self._waiting

    def challenge(
        self,
        *,
        application: str,
        purpose: str,
        agreed_to: str | None = None,
        session: Mapping[str, Any] | None = None,
    ) -> Challenge:
        """A challenge to be answered once (mostly a text to sign), kept until it is answered or has run out.

        ``agreed_to`` names what a signature stands for, ``session`` what a phone is asked by
        (:mod:`sekisho.contracts.challenge_forms`). Raises ``WrongValue``, ``MissingField``, ``UnknownField``.
        """
        if agreed_to is not None:
            as_text(agreed_to, "agreed_to")
        identifier_of({"application": application}, "application", "")
        now = self._workspace.clock.now()
        made = challenge_of(purpose, application=application, agreed_to=agreed_to, moment=now, asked=session)
        try:
            self._challenges.keep(made)
        except ValueError:
            raise WrongValue(field="purpose", expected="a slug such as signing or authentication") from None
        return made

    def examination(self, *, now: datetime, by: str) -> Examination:
        """A new examination: one request's evidence."""
        return Examination(self._workspace, self._trust, self._outside, now=now, by=by)

    def verify(self, submitted: Submitted, *, by: str, idempotency_key: str | None = None) -> EvidenceAnswer:
        """Verify one piece of evidence and keep it, whatever came of it.

        Raises an ``ApplicationRefused`` that names the field where the document can't be read, ``UnknownFormat``,
        ``TrustUnusable``, ``IdempotencyKeyReused``.
        """
        if submitted.person not in ("subject", "representative"):
            raise WrongValue(field="person", expected="subject or representative")
        identifier_of({"application": submitted.application}, "application", "")
        asked = submitted.fingerprint() if idempotency_key is not None else None
        for last in (False, True):
            found = self._begun(by, idempotency_key)
            if found is not None:
                return self._replayed(found, idempotency_key, asked)
            examination = self.examination(now=self._workspace.clock.now(), by=by)
            examination.submit(submitted, idempotency_key, asked)
            try:
                indexes = self._workspace.commit(examination.write, examination.leaves).leaf_indexes
            except IntegrityError:
                continue  # the same key at the same moment: the other request was first
            except NonceUsed:
                if last:
                    raise
                continue  # the same challenge at the same moment: now it is used, and the report will say so
            made = examination.made[0]
            return EvidenceAnswer(made.leaf.id, indexes[0], made.document())
        raise UnknownEvidence(evidence=str(idempotency_key))

    async def verify_async(
        self, submitted: Submitted, *, by: str, idempotency_key: str | None = None
    ) -> EvidenceAnswer:
        """:meth:`verify` for coroutines."""
        run = self._waiting.run if waits_for_somebody(submitted.format) else asyncio.to_thread
        return await run(self.verify, submitted, by=by, idempotency_key=idempotency_key)

    def find(self, evidence_id: str) -> EvidenceAnswer:
        """Evidence as kept. Raises ``UnknownEvidence``, ``KeyDestroyed``."""
        row, body = _opened(self._workspace, evidence_id)
        index = self._workspace.index_of(evidence_id)
        if index is None:
            self._workspace.settle()
            index = self._workspace.index_of(evidence_id)
        return EvidenceAnswer(evidence_id, index, _shown(row.kind, row.format, row.state, body["report"]))

    def _begun(self, by: str, idempotency_key: str | None) -> str | None:
        if idempotency_key is None:
            return None
        table = contract_evidence.c
        with self._workspace.database.read() as connection:
            found: str | None = connection.execute(
                select(table.id).where(table.made_by == by, table.idempotency_key == idempotency_key)
            ).scalar_one_or_none()
        return found

    def _replayed(self, evidence_id: str, idempotency_key: str | None, asked: str | None) -> EvidenceAnswer:
        _, body = _opened(self._workspace, evidence_id)
        if body["asked"] != asked:
            raise IdempotencyKeyReused(key=idempotency_key)
        # Whoever was first may still be on its way into the ledger.
        self._workspace.settle()
        return self.find(evidence_id)


@dataclass(frozen=True, slots=True)
class Made:
    """One piece of evidence that was looked at, not yet committed."""

    leaf: SealedLeaf
    row: Mapping[str, Any]
    report: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """What may be shown of it."""
        return _shown(self.row["kind"], self.row["format"], self.row["state"], self.report)


class Examination:
    """One request's raw evidence; an :class:`~sekisho.contracts.evidence_items.Examiner`. Used once, by one thread.

    Nothing is written before :meth:`write`, which belongs into the transaction that records what came of it.
    """

    def __init__(
        self,
        workspace: Workspace,
        trust: TrustSettings,
        outside: OutsideParties,
        *,
        now: datetime,
        by: str,
    ) -> None:
        """Nothing examined yet."""
        self._workspace = workspace
        self._trust = trust
        self._outside = outside
        self._now = now
        self._by = by
        self._key = contract_month_key(japan_date(now))
        self._challenges = ChallengesOfUnit(workspace)
        self.made: list[Made] = []

    @property
    def leaves(self) -> list[SealedLeaf]:
        """The leaves of what was made, in order."""
        return [made.leaf for made in self.made]

    def write(self, connection: Connection) -> None:
        """Insert the rows and use up the challenges. Raises ``NonceUsed`` where another request was first."""
        for made in self.made:
            connection.execute(insert(contract_evidence), dict(made.row))
        self._challenges.use(connection, self._now)

    def submit(self, submitted: Submitted, idempotency_key: str | None, asked: str | None) -> None:
        """Verify evidence that was sent by itself."""
        item = RawItem(
            path="",
            kind="",
            person=submitted.person,
            stated=submitted.stated,
            application=submitted.application,
            format=submitted.format,
            document=submitted.document,
        )
        self._verify(item, "document", idempotency_key, asked)

    def keep(self, submitted: Submitted, found: Verification) -> str:
        """Keep what was verified step by step elsewhere (a step-up), with the document that tells of it; its id."""
        item = RawItem(
            path="",
            kind=found.report.yields,
            person=submitted.person,
            stated=submitted.stated,
            application=submitted.application,
            format=submitted.format,
            document=submitted.document,
        )
        made = self._keep(item, found, json.dumps(submitted.document, ensure_ascii=False), None, None)
        self.made.append(made)
        return made.leaf.id

    def examine(self, item: RawItem) -> Examined:
        """As :meth:`Examiner.examine`."""
        if item.format not in VERIFIERS:
            raise WrongValue(field=f"{item.path}.raw.format", expected="one of " + ", ".join(VERIFIERS))
        made, verification, facts = self._verify(item, f"{item.path}.raw.document", None, None)
        return Examined(
            kind=verification.report.yields,
            at=japan_date(self._now),
            origin=Origin.REFUSED if verification.report.facts is None else Origin.VERIFIED,
            attributes=facts,
            identifier=verification.identifier,
            beside=VERIFIERS[item.format].attested_beside,
            checked=Checked(made.leaf.id, item.format, made.report),
            tied=verification.tied,
            photo_digests=verification.photo_digests,
        )

    def recall(self, item: KeptItem) -> Examined:
        """As :meth:`Examiner.recall`."""
        row, body = _opened(self._workspace, item.evidence)
        compared = (body["application"], body["person"], body["stated"])
        if compared != (item.application, item.person, _stated(item.stated)):
            raise EvidenceForAnother(field=f"{item.path}.evidence")
        specs = CATALOGUE.evidence[row.kind].attributes
        attributes = {name: as_fact(specs[name], value, name) for name, value in body["attributes"].items()}
        if row.state != VERIFIED:
            attributes = _found_wrong(row.format, attributes)
        verifier = VERIFIERS.get(row.format)
        return Examined(
            kind=row.kind,
            at=as_day(body["at"], "at"),
            origin=Origin.VERIFIED if row.state == VERIFIED else Origin.REFUSED,
            attributes=attributes,
            identifier=body["identifier"],
            beside=verifier.attested_beside if verifier is not None else frozenset(),
            checked=Checked(item.evidence, row.format, body["report"]),
            tied=body.get("tied", row.kind != "authentication"),
            # Evidence kept before photos were has none: a face match is then of no photo that is known.
            photo_digests=frozenset(bytes.fromhex(one) for one in body.get("photo_digests", ())),
        )

    def wanted(self, kind: str, attributes: Mapping[str, object]) -> str | None:
        """As :meth:`Examiner.wanted`: what a verifier makes nobody attests."""
        found = verifier_for(kind, attributes)
        return None if found is None else found.kind

    def _verify(
        self, item: RawItem, path: str, idempotency_key: str | None, asked: str | None
    ) -> tuple[Made, Verification, Item]:
        if "stated" in item.document:
            raise WrongValue(field=f"{path}.stated", expected="left out: the person is the one the application states")
        text = json.dumps(item.document, ensure_ascii=False)
        raw = text.encode()
        if len(raw) > MAX_RAW_BYTES:
            raise TooLarge(limit=f"{MAX_RAW_BYTES} bytes")
        asking = self._outside.verifier(item.format)
        prepared = (
            self._trust.prepared(item.format, moment=self._now)
            if asking is None
            else asking.prepare({}, moment=self._now)
        )
        stated = Compared(item.stated.name, item.stated.address, item.stated.birth_date)
        try:
            found = verified(
                prepared,
                raw,
                Asked(
                    application=item.application,
                    moment=self._now,
                    stated=stated,
                    challenges=self._challenges,
                    revocation=self._outside.revocation(item.format),
                ),
            )
        except ApplicationRefused as error:
            raise _at(path, error) from error
        report = found.report
        facts = _found_wrong(item.format, report.findings) if report.facts is None else dict(report.facts)
        made = self._keep(item, found, text, idempotency_key, asked)
        self.made.append(made)
        return made, found, facts

    def _keep(
        self,
        item: RawItem,
        found: Verification,
        text: str,
        idempotency_key: str | None,
        asked: str | None,
    ) -> Made:
        report, state = found.report.as_document(), _state(found)
        said = {
            "format": item.format,
            "kind": found.report.yields,
            "state": state,
            "document_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "report": report,
            "by": self._by,
        }
        leaf = self._workspace.seal(
            kind=EVIDENCE_LEAF,
            owner=self._key,
            body=orjson.dumps(said, option=orjson.OPT_SORT_KEYS),
            at=self._now,
        )
        body: dict[str, Any] = {
            "application": item.application,
            "person": item.person,
            "stated": _stated(item.stated),
            "at": japan_date(self._now).isoformat(),
            # As text: what it may hold is the verifier's affair, and its bytes are what was verified.
            "document": text,
            "report": report,
            "attributes": report["facts"] if report["facts"] is not None else report["findings"],
            "identifier": found.identifier,
            "tied": found.tied,
            "photo_digests": sorted(one.hex() for one in found.photo_digests),
            "shown": _stated(Person(found.shown.name, found.shown.address, found.shown.birth_date)),
        }
        if asked is not None:
            body["asked"] = asked
        keyring = self._workspace.keyring
        row = {
            "id": leaf.id,
            "key": self._key,
            "body": _BODY.seal(keyring, body, row_id=leaf.id, key=self._key),
            "application_index": _APPLICATION.index(keyring, item.application, key=self._key),
            "kind": found.report.yields,
            "format": item.format,
            "state": state,
            "made_at": self._now,
            "made_by": self._by,
            "idempotency_key": idempotency_key,
        }
        return Made(leaf, row, report)


def _found_wrong(format_: str, findings: Mapping[str, Value]) -> Item:
    """What was found wrong with refused evidence, without what would tell which kind of proof it is.

    A rule that asks for a proof of some kind and no more must not be met by one that was refused.
    """
    verifier = VERIFIERS.get(format_)
    kinds = {name for covered in verifier.covers for name in covered.where} if verifier is not None else set(findings)
    return {name: value for name, value in findings.items() if name not in kinds}


def _state(found: Verification) -> str:
    if found.report.facts is not None:
        return VERIFIED
    return COULD_NOT_CHECK if isinstance(found.report.failure, NotCheckable) else REFUSED


def _opened(workspace: Workspace, evidence_id: str) -> tuple[Any, dict[str, Any]]:
    """The row and what it holds. Raises ``UnknownEvidence``, ``KeyDestroyed``."""
    with workspace.database.read() as connection:
        row = connection.execute(select(contract_evidence).where(contract_evidence.c.id == evidence_id)).one_or_none()
    if row is None:
        raise UnknownEvidence(evidence=evidence_id)
    body: dict[str, Any] = _BODY.open(workspace.keyring, row.body, row_id=evidence_id, key=row.key)
    return row, body


def _shown(kind: str, format_: str, state: str, report: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "format": format_, "state": state, "report": dict(report)}


def _stated(person: Person) -> dict[str, str | None]:
    birth: date | None = person.birth_date
    return {
        "name": person.name,
        "address": person.address,
        "birth_date": None if birth is None else birth.isoformat(),
    }


def _at(path: str, error: ApplicationRefused) -> ApplicationRefused:
    """The same error about the field where the document stands."""
    if "field" not in error.fields:
        return error
    placed = type(error)(**{**error.fields, "field": f"{path}.{error.fields['field']}"})
    if isinstance(error, IndividualNumber) and isinstance(placed, IndividualNumber) and error.step is not None:
        placed.at_step(error.step)
    return placed
