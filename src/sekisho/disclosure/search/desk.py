"""Searches of one workspace's cases: asked for by the searcher, approved by two others, run, stored.

::

    request (gate, scope) ──▶ grants asked for ──approve, approve──▶ run (gate, scope again) ──▶ searching ──▶ found

A run that was killed is asked again: its questions are asked anew under the same grants, and its outcome is stored
once. Nothing is looked up that the gate doesn't permit at that moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import orjson
from sqlalchemy import Connection

from sekisho.access import approval_service, holders
from sekisho.access.errors import TooFewApprovers
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import outcome_rows, people
from sekisho.disclosure.attaching import Keep, Papers, add_link, links_of
from sekisho.disclosure.errors import NotApart, WrongState
from sekisho.disclosure.gate import Gate
from sekisho.disclosure.grants_end import GRANT
from sekisho.disclosure.kinds import Act
from sekisho.disclosure.progress import TRANSITIONS, Event, Part, State
from sekisho.disclosure.record import Item, ItemKind
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.scope import Planned
from sekisho.disclosure.search import evidence
from sekisho.disclosure.search.errors import ApproverGone, GrantsMissing, GrantsMoved, NotSearchable
from sekisho.disclosure.search.outcomes import settle
from sekisho.disclosure.search.plan import Batch, Purpose, asked_of, batches, days_of
from sekisho.disclosure.search.unasked import why_none, why_unasked
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.errors import InputRefused
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.lookup.batch import Line
from sekisho.logs.lookup.grant import APPROVALS_NEEDED
from sekisho.logs.lookup.grants import GrantEntry, Grants
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier
from sekisho.store.outbox import SealedLeaf

PARENT: Final = "parent"
HOLD: Final = "hold"
APPROVAL_KIND: Final = "disclosure.search"
EMERGENCY_KIND: Final = "disclosure.emergency.search"
_MAY_ASK: Final = frozenset({State.REVIEWED, State.SEARCHING, State.FOUND})


@dataclass(frozen=True, slots=True)
class _Live:
    """A batch with the grant that is for it."""

    batch: Batch
    grant: GrantEntry


class SearchDesk:
    """Searches for cases. Thread-safe; close it to let go of files."""

    def __init__(self, steps: Stepping, papers: Papers, gate: Gate, *, lookups: Lookups | None = None) -> None:
        """Opens nothing until asked to."""
        self._steps, self._papers, self._gate = steps, papers, gate
        self._workspace = steps.workspace
        self._lookups = lookups

    def close(self) -> None:
        """Close every open segment. It can be asked again."""
        if self._lookups is not None:
            self._lookups.close()

    # --- asking and approving ----------------------------------------------------------------------------------------

    def request(self, case_id: str, *, by: Principal) -> tuple[GrantEntry, ...]:
        """Ask for the grants of a case's search; those that are there for just this are not asked for twice. One whose
        approver left since is withdrawn, and asked for anew. Whoever asks takes part in the search from then on.

        Raises ``NotPermittedByLaw``, ``ScopeExceeded``, ``NotApart``, ``WrongState``, ``NotSearchable``,
        ``GrantTermsRefused``.
        """
        by.require(Scope.LOG_SEARCH)
        known = self._steps.known(case_id, by)
        if known.entry.state not in _MAY_ASK:
            raise WrongState(case=case_id, state=known.entry.state.value, event=Event.SEARCH.value)
        self._require_searcher(known, by)
        planned = self._plan(known, by)
        if not planned:
            raise _not_searchable(known)
        found = self._live(known, planned)
        live = [one for one in found if not self._gone(known, one.grant)]
        ended = [one.grant.id for one in found if one not in live]
        grants = self._grants(known)
        made = [
            grants.prepare(batch.terms, by=by)
            for batch in planned
            if not any(one.batch == batch for one in live)
        ]
        if made:
            ids = [one.id for one in made]

            def write(connection: Connection, now: datetime) -> list[SealedLeaf]:
                leaves = grants.revoking(connection, ended, by=by, now=now)
                for one in made:
                    leaves += [*self._workspace.seal_events(one.write(connection)), one.leaf]
                    add_link(connection, case_id, GRANT, one.id, at=now, by=by.staff_id)
                return leaves

            self._steps.note(known, "search_requested", {"grants": ids}, by=by, write=write, part=Part.SEARCH)
        return (*(one.grant for one in live), *(grants.find(one.id) for one in made))

    def waiting(self, case_id: str, *, by: Principal) -> tuple[GrantEntry, ...]:
        """The grants that wait for an approval, to be shown to an approver. Raises ``UnknownCase``."""
        return self._waiting(self._steps.known(case_id, by, items=False))

    def approve(
        self, case_id: str, *, by: Principal, shown: Collection[str] | None = None
    ) -> tuple[GrantEntry, ...]:
        """Give one of the two approvals of a search. Never by whoever took the request in, searches, or gave the
        other. ``shown``: ids of the grants that the approver looked at (None: those that wait now).

        Raises ``NotApart``, ``GrantsMissing``, ``GrantsMoved`` (others wait than were shown), ``TooFewApprovers`` (the
        same person again), ``ProofTooWeak``, ``ScopeMissing``, ``OwnRequest``, ``CaseMoved``, ``WrongState`` where
        nothing is searched any more.
        """
        known = self._steps.known(case_id, by)
        known.case  # noqa: B018  a destroyed case is told before anything else
        if known.entry.state not in _MAY_ASK:
            raise WrongState(case=case_id, state=known.entry.state.value, event="approve")
        held = known.parts.get(by.staff_id, set())
        people.require_others(case_id, by.staff_id, held, (Part.INTAKE, Part.SEARCH, Part.AFTERWARDS), "approve")
        grants = self._grants(known)
        waiting = self._waiting(known)
        if not waiting:
            raise GrantsMissing(case=case_id)
        if shown is not None and set(shown) != {one.id for one in waiting}:
            raise GrantsMoved(case=case_id)
        mine = [one.id for one in waiting if by.staff_id not in self._approvers(one)]
        if not mine:
            raise TooFewApprovers(needed=APPROVALS_NEEDED, given=1)

        def write(connection: Connection, now: datetime) -> list[SealedLeaf]:
            # With the case's own step: an approval of which the case doesn't know would make its giver a stranger.
            given = [grants.approving(connection, one, by=by, now=now) for one in mine]
            return [leaf for one in given for leaf in self._workspace.seal_events(one)]

        self._steps.note(known, "search_approved", {"grants": mine}, by=by, write=write)
        return tuple(grants.find(one) for one in mine)

    # --- running -----------------------------------------------------------------------------------------------------

    def run(self, case_id: str, *, by: Principal) -> CaseEntry:
        """Look up what the request asks, and store one outcome for each item.

        Raises ``GrantsMissing``, ``ApprovalNotGiven``, ``ApprovalExpired``, ``ApproverGone``, ``NotPermittedByLaw``,
        ``ScopeExceeded``, ``NotApart``, ``WrongState``, and what lookups raise.
        """
        by.require(Scope.LOG_SEARCH)
        known = self._steps.known(case_id, by)
        self._require_searcher(known, by)
        if known.entry.state not in (*TRANSITIONS[Event.SEARCH].sources, State.SEARCHING):
            raise WrongState(case=case_id, state=known.entry.state.value, event=Event.SEARCH.value)
        planned = self._plan(known, by)
        if not planned:
            raise _not_searchable(known)
        live = self._live(known, planned)
        if len(live) != len(planned):
            raise GrantsMissing(case=case_id)
        grants = self._grants(known)
        for one in live:
            self._require_approvers(known, one.grant, by)
            if one.grant.state == "requested":
                grants.make(one.grant.id, by=by)
        if known.entry.state is not State.SEARCHING:
            said = {"grants": [one.grant.id for one in live]}
            self._steps.take(known, Event.SEARCH, said, by=by)
            known = self._steps.known(case_id, by)
        answers: dict[int, list[Mapping[str, Any]]] = {item.number: [] for item in known.case.items}
        for one in live:
            for number, answer in self._ask(one, by):
                answers[number].append(answer)
        return self._store(known, live, answers, by)

    def _ask(self, live: _Live, by: Principal) -> Iterable[tuple[int, Mapping[str, Any]]]:
        ask: Callable[[Item], Iterable[Mapping[str, Any]]]
        lookups, grant, purpose = self._open(), live.grant.id, live.batch.purpose
        if purpose in (Purpose.ADDRESS_LOG, Purpose.ADDRESS_WHO):
            lines = [Line(item.number, None, asked_of(item), None) for item in live.batch.items]
            told = lookups.who_all(lines, grant=grant, by=by)
            for one in told.document["answers"]:
                yield one["line"], {**one, "grant": grant, "ledger_index": told.ledger_index}
            return
        if purpose is Purpose.TRAIL:

            def ask(item: Item) -> Iterable[Mapping[str, Any]]:
                begin, end = microseconds(item.begin), microseconds(item.until)
                told = lookups.trail(item.value, begin, end, grant=grant, by=by, named=_named(item)).document
                yield {"asked": {"subject": item.value, "begin": begin, "end": end}, **told}
        else:

            def ask(item: Item) -> Iterable[Mapping[str, Any]]:
                wanted = identifier(IdentifierKind(item.kind.value), item.value)
                for day in days_of(item):
                    yield lookups.contractor(wanted, day, grant=grant, by=by).document

        for item in live.batch.items:
            try:
                for one in ask(item):
                    yield item.number, one
            except InputRefused as error:
                yield item.number, {"error": error.as_document(), "grant": grant}

    def _store(
        self, known: Known, live: Sequence[_Live], answers: Mapping[int, Sequence[Mapping[str, Any]]], by: Principal
    ) -> CaseEntry:
        case, ring, case_id = known.case, self._workspace.keyring, known.entry.id
        now = self._workspace.clock.now()
        kinds = {kind for one in live for kind in one.batch.terms.kinds}
        days = {day for item in case.items for day in days_of(item)}
        state = evidence.state_of_logs(self._workspace, kinds, days, at=now)
        found = {item.number: settle(answers[item.number], why_unasked(item)) for item in case.items}
        papers = [self._paper(case_id, "search_evidence", state, by)]
        with self._workspace.database.read() as connection:
            former = outcome_rows.evidence_of(connection, ring, case_id)
        if former:
            # "Nothing found" may turn out wrong when asked again: what was said before stays beside it.
            papers.append(self._paper(case_id, "former_outcomes", former, by))
        sealed = outcome_rows.sealed(ring, case, found, state=papers[0].id, on=japan_date(now))
        digest = hashlib.sha256(orjson.dumps([one.answers for one in found.values()])).hexdigest()
        said = {
            "grants": [one.grant.id for one in live],
            "outcomes": outcome_rows.counted(found.values()),
            "answers_sha256": digest,
            "papers": [paper.said for paper in papers],
        }

        def write(connection: Connection, at: datetime) -> None:
            del at
            outcome_rows.replace(connection, case_id, sealed)
            for paper in papers:
                paper.write(connection)

        return self._steps.take(known, Event.FIND, said, by=by, write=write)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _paper(self, case_id: str, kind: str, document: Any, by: Principal) -> Any:
        return self._papers.prepare(case_id, kind, orjson.dumps(document), keep=Keep.RECORD, by=by)

    def _plan(self, known: Known, by: Principal) -> tuple[Batch, ...]:
        """The batches, each permitted by the gate now and within the request."""
        now, case = self._workspace.clock.now(), known.case
        planned = batches(case, case.items, caller=by.staff_id, holds=self._holds(known), now=now)
        for data_class in sorted({one for batch in planned for one in batch.classes}):
            of_class = [item for item in case.items if item.data_class is data_class]
            plans = [
                (batch.order(case), Planned.of_grant(batch.terms, batch.classes))
                for batch in planned
                if data_class in batch.classes
            ]
            self._gate.require_planned(known, Act.SEARCH, data_class, plans, items=of_class)
        return planned

    def _holds(self, known: Known) -> frozenset[str]:
        """The holds of this case and of those it follows: what a preservation kept answers the warrant after it."""
        with self._workspace.database.read() as connection:
            cases = [known.entry.id, *links_of(connection, known.entry.id, PARENT)]
            return frozenset(hold for one in cases for hold in links_of(connection, one, HOLD))

    def _grants(self, known: Known) -> Grants:
        kind = EMERGENCY_KIND if known.entry.emergency else APPROVAL_KIND
        return Grants(self._workspace, approval_kind=kind)

    def _linked(self, known: Known) -> list[GrantEntry]:
        with self._workspace.database.read() as connection:
            ids = links_of(connection, known.entry.id, GRANT)
        return [self._grants(known).find(one) for one in ids]

    def _live(self, known: Known, planned: Sequence[Batch]) -> list[_Live]:
        """Batches whose grant is there: asked for or in force, not over, not used up."""
        now = self._workspace.clock.now()
        usable = [
            one
            for one in self._linked(known)
            if one.state in ("requested", "active") and now < one.expires_at and one.used < one.max_queries
        ]
        found = []
        for batch in planned:
            for one in reversed(usable):
                if one.terms is not None and batch.is_for(one.terms):
                    found.append(_Live(batch, one))
                    break
        return found

    def _waiting(self, known: Known) -> tuple[GrantEntry, ...]:
        now = self._workspace.clock.now()
        return tuple(one for one in self._linked(known) if one.state == "requested" and now < one.expires_at)

    def _approvers(self, grant: GrantEntry) -> set[str]:
        with self._workspace.database.read() as connection:
            asked = [approval_service.find_approval(connection, one) for one in grant.approvals]
        return {one.decided_by for one in asked if one.decided_by is not None}

    def _require_approvers(self, known: Known, grant: GrantEntry, by: Principal) -> None:
        """Whoever approved has neither taken the request in nor searches, however the approval was given; and may
        approve still."""
        for who in sorted(self._approvers(grant) - {by.staff_id}):
            held = known.parts.get(who, set())
            people.require_others(known.entry.id, who, held, (Part.INTAKE, Part.SEARCH), "approve")
        for who in sorted(self._gone(known, grant)):
            raise ApproverGone(case=known.entry.id, staff_id=who)

    def _gone(self, known: Known, grant: GrantEntry) -> set[str]:
        """Those who approved a grant and may approve no more: they left, or their role was taken from them."""
        needed = {Scope.APPROVE, Scope.DISCLOSURE_EMERGENCY} if known.entry.emergency else {Scope.APPROVE}
        gave = self._approvers(grant)
        with self._workspace.database.read() as connection:
            there = holders.holdings(connection, gave)
        return {one for one in gave if one not in there or not there[one].scopes & needed}

    def _require_searcher(self, known: Known, by: Principal) -> None:
        if any(by.staff_id in self._approvers(one) for one in self._linked(known)):
            # Also of a grant that ended: what somebody approved they don't search, whatever their role is by now.
            raise NotApart(case=known.entry.id, staff_id=by.staff_id, held="approve", wanted=Part.SEARCH.value)
        held = known.parts.get(by.staff_id, set())
        people.require_apart(known.entry.id, by.staff_id, held, Part.SEARCH, emergency=known.entry.emergency)

    def _open(self) -> Lookups:
        if self._lookups is None:
            self._lookups = Lookups(self._workspace, approval_kinds=(APPROVAL_KIND, EMERGENCY_KIND))
        return self._lookups


def _not_searchable(known: Known) -> NotSearchable:
    why = why_none(known.case.items)
    return NotSearchable(case=known.entry.id, why_ja=why.ja, why_en=why.en)


def _named(item: Item) -> Literal[IdentifierKind.LINE, IdentifierKind.ACCOUNT]:
    return IdentifierKind.ACCOUNT if item.kind is ItemKind.ACCOUNT else IdentifierKind.LINE
