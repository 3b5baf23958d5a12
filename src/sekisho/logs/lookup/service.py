"""Lookups of one workspace: the grant first, then the logs, then the ledger, and only then the answer.

An answer leaves after its leaf is durable (commit before return). The leaf says who asked what under which grant, and
what came of it: in the ledger as a salted commitment, in the clear only under the day's export key. What a grant
refuses is a leaf as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeVar

import orjson
from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.errors import NotPermitted, SekishoError
from sekisho.keys.errors import KeyDestroyed
from sekisho.logs import manifest
from sekisho.logs.holds.vault import HeldSegmentId, Vault
from sekisho.logs.intervals.days import DAY, begin_of, microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.asked import Asked
from sekisho.logs.lookup.batch import Line
from sekisho.logs.lookup.errors import AnswerOvertaken, QuestionRefused
from sekisho.logs.lookup.evidence import calls_to
from sekisho.logs.lookup.grant import AP_KINDS, APPROVAL_KIND, CP_KINDS, Ground, SearchGrant
from sekisho.logs.lookup.grant_use import require_grant, spend
from sekisho.logs.lookup.grants import Grants, export_key
from sekisho.logs.lookup.ports import Lack
from sekisho.logs.lookup.readers import OPEN_READERS, Readers
from sekisho.logs.lookup.run import run, run_all
from sekisho.logs.lookup.trail import trail
from sekisho.logs.lookup.view import RuleCache, SourceCache, StoreView
from sekisho.logs.lookup.who import Answer, who
from sekisho.logs.lookup.words import (
    OUTCOMES,
    answer_document,
    asked_document,
    counted,
    interval_document,
    missing_document,
)
from sekisho.logs.segments.encoding import SegmentReader
from sekisho.logs.segments.files import SegmentFiles, SegmentId
from sekisho.logs.subscribers import register
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind
from sekisho.logs.subscribers.record import Found, Known
from sekisho.store.files import RealFiles
from sekisho.workspace import Workspace

T = TypeVar("T")

LOOKUP_LEAF: Final = "log.lookup"
REFUSED_LEAF: Final = "log.lookup_refused"

TRIES: Final = 3
"""How often the logs are read anew because segments were merged or keys destroyed meanwhile."""
CALL_DAYS: Final = 31
"""Days of decisions about calls that one question reads."""
TRAIL_DAYS: Final = 366
"""Days of a trail at most; a grant allows no more."""

_WHO_KINDS: Final = (*AP_KINDS, *CP_KINDS)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and where the ledger says that it was given. ``document`` is what may leave."""

    document: dict[str, Any]
    ledger_index: int


class Lookups:
    """Questions to the logs of one workspace, under grants. Thread-safe; close it to let go of files and keys."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        open_readers: int = OPEN_READERS,
        approval_kinds: Collection[str] = (APPROVAL_KIND,),
    ) -> None:
        """Opens nothing until asked. ``approval_kinds`` are of the grants that may be used here. Raises
        ``KeyringNeeded``."""
        self._workspace = workspace
        self._approval_kinds = frozenset(approval_kinds)
        self.grants = Grants(workspace)
        files = SegmentFiles(workspace.path / "logs", RealFiles(), workspace.keyring)
        self._vault = Vault(workspace.path, RealFiles(), workspace.keyring)

        def opened(segment: SegmentId) -> SegmentReader:
            return self._vault.open(segment) if isinstance(segment, HeldSegmentId) else files.open(segment)

        self._readers = Readers(opened, workspace.keyring.epoch, most=open_readers)
        self._sources = SourceCache()
        self._rules = RuleCache()

    def close(self) -> None:
        """Close every open segment. It can be asked again."""
        self._readers.clear()

    def who(self, asked: Asked, *, grant: str, by: Principal) -> Answered:
        """Who had an address and port at a time. ``by`` needs the scope ``log.search``.

        Raises ``QuestionRefused`` for a time that hasn't come, what the grant refuses, ``AnswerOvertaken``. A gap, a
        damaged store, a purged day are answers.
        """
        said = {"what": "who", "asked": asked_document(asked)}

        def answer(view: StoreView, found: SearchGrant, kinds: frozenset[LogKind]) -> tuple[Answer, dict[str, Any]]:
            self._require_inside(found, asked, view)
            one = run(who(view, asked, kinds), self._readers)
            return one, answer_document(one, view)

        with self._recorded_refusal(said, grant, by):
            self._require_past(asked)
            (one, document), epoch = self._asked(answer, grant, by, count=1, stale=lambda found: _stale(found[0]))
        return self._record({**said, "outcome": one.outcome.value}, document, grant, by, count=1, epoch=epoch)

    def who_all(self, lines: Sequence[Line], *, grant: str, by: Principal) -> Answered:
        """The answers to many questions, each as :meth:`who` gives it, in one record. A line that can't be asked, or
        lies outside the grant, has its error in its place; it isn't counted against the grant.
        """
        good = [(at, line.asked) for at, line in enumerate(lines) if line.asked is not None]
        said: dict[str, Any] = {"what": "who_all", "asked": [asked_document(asked) for _, asked in good]}

        def answer(
            view: StoreView, found: SearchGrant, kinds: frozenset[LogKind]
        ) -> tuple[list[dict[str, Any]], list[Outcome], bool]:
            documents: dict[int, dict[str, Any]] = {
                at: {"error": line.error.as_document()} for at, line in enumerate(lines) if line.error is not None
            }
            view.read_ahead()
            inside = []
            for at, asked in good:
                try:
                    self._require_past(asked)
                    self._require_inside(found, asked, view)
                    inside.append((at, asked))
                except SekishoError as error:
                    documents[at] = {"error": error.as_document()}
            answers = run_all((who(view, asked, kinds) for _, asked in inside), self._readers)
            for (at, _), one in zip(inside, answers, strict=True):
                documents[at] = answer_document(one, view)
            told = [
                {"line": line.number, "reference": line.reference, **documents[at]} for at, line in enumerate(lines)
            ]
            return told, [one.outcome for one in answers], any(_stale(one) for one in answers)

        with self._recorded_refusal(said, grant, by):
            (told, outcomes, _), epoch = self._asked(
                answer, grant, by, count=max(len(good), 1), stale=lambda found: found[2]
            )
        refused = len(lines) - len(outcomes)
        document = {"answers": told, "outcomes": counted(outcomes), "refused": refused}
        said |= {"outcomes": counted(outcomes), "refused": refused}
        return self._record(said, document, grant, by, count=len(outcomes), epoch=epoch)

    def trail(
        self,
        subject: str,
        begin: int,
        end: int,
        *,
        grant: str,
        by: Principal,
        named: Literal[IdentifierKind.LINE, IdentifierKind.ACCOUNT] = IdentifierKind.LINE,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Answered:
        """Every assignment of a line (as access logs name it), or what an account did (as a content provider's logs
        name it), in [``begin``, ``end``), UTC microseconds.

        The grant must name the line or account as such, and its time contain the whole of it; an account is looked for
        in the logs of content providers alone. Reads every row of those days. Raises as :meth:`who` does.
        """
        wanted = Identifier(named, subject)
        said = {"what": "trail", "asked": {"subject": subject, "begin": begin, "end": end}}
        asked_kinds = CP_KINDS if named is IdentifierKind.ACCOUNT else _WHO_KINDS

        def answer(view: StoreView, found: SearchGrant, kinds: frozenset[LogKind]) -> dict[str, Any]:
            found.require_identifier(wanted)
            found.require_time(begin, end)
            these = kinds - frozenset(AP_KINDS) if named is IdentifierKind.ACCOUNT else kinds
            one = trail(view, self._readers.scan, subject, begin, end, kinds=these, progress=progress)
            return {
                "subject": subject,
                "assignments": [interval_document(each, view) for each in one.found],
                "missing": [missing_document(each, view) for each in one.missing],
                "complete": not one.missing,
            }

        with self._recorded_refusal(said, grant, by):
            if not subject or len(subject) > 1_000:
                raise QuestionRefused(field="subscriber", problem="1 to 1,000 characters")
            if begin >= end:
                raise QuestionRefused(field="to", problem="after from")
            document, epoch = self._asked(answer, grant, by, count=1, kinds=asked_kinds)
        outcome = {"assignments": len(document["assignments"]), "complete": document["complete"]}
        return self._record({**said, "outcome": outcome}, document, grant, by, count=1, epoch=epoch)

    def contractor(self, wanted: Identifier, day: date, *, grant: str, by: Principal) -> Answered:
        """Whose a number, SIM, device, account, address or payment was on a day, by the subscriber register.

        A question of its own data class: the grant must allow ``subscriber``, name the identifier, and contain the day.
        """
        said = {
            "what": "contractor",
            "asked": {"kind": wanted.kind.value, "value": wanted.value, "on": day.isoformat()},
        }

        def answer(view: StoreView, found: SearchGrant, kinds: frozenset[LogKind]) -> Found:
            del kinds
            found.require_kind(LogKind.SUBSCRIBER)
            found.require_identifier(wanted)
            begin = begin_of(day)
            found.require_time(begin, begin + 1)
            return register.find(view.connection, view.keyring, wanted, day)

        with self._recorded_refusal(said, grant, by):
            if day > japan_date(self._workspace.clock.now()):
                raise QuestionRefused(field="on", problem="a day that has come")
            found, epoch = self._asked(answer, grant, by, count=1, kinds=(LogKind.SUBSCRIBER,))
        outcome = _contractor_outcome(found)
        text = OUTCOMES[outcome]
        document = {
            "outcome": outcome.value,
            "message": {"ja": text.ja, "en": text.en},
            "asked": said["asked"],
            "contractors": [one.document() for one in found.contractors],
        }
        return self._record({**said, "outcome": outcome.value}, document, grant, by, count=1, epoch=epoch)

    def calls(self, called: Identifier, begin: int, end: int, *, grant: str, by: Principal) -> Answered:
        """What became of the calls to a number in [``begin``, ``end``), UTC microseconds, and why.

        The grant must allow ``call.evidence``, name the number as such, and its time contain the whole of it; at most
        :data:`CALL_DAYS` days at once. Reads every decision of those days. Raises as :meth:`who` does.
        """
        said = {"what": "calls", "asked": {"called": called.value, "begin": begin, "end": end}}

        def answer(view: StoreView, found: SearchGrant, kinds: frozenset[LogKind]) -> dict[str, Any]:
            del kinds
            found.require_kind(LogKind.CALL_EVIDENCE)
            found.require_identifier(called)
            found.require_time(begin, end)
            own = found.terms.ground is Ground.CONSENT
            return calls_to(self._workspace, view.connection, called, begin, end, hide_withheld=own)

        with self._recorded_refusal(said, grant, by):
            if not begin < end <= begin + CALL_DAYS * DAY:
                raise QuestionRefused(field="to", problem=f"after from, at most {CALL_DAYS} days")
            document, epoch = self._asked(answer, grant, by, count=1, kinds=(LogKind.CALL_EVIDENCE,))
        outcome = {"calls": len(document["calls"]), "complete": document["complete"]}
        return self._record({**said, "outcome": outcome}, document, grant, by, count=1, epoch=epoch)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _asked(
        self,
        answer: Callable[[StoreView, SearchGrant, frozenset[LogKind]], T],
        grant: str,
        by: Principal,
        *,
        count: int,
        kinds: Sequence[LogKind] = _WHO_KINDS,
        stale: Callable[[T], bool] = lambda _: False,
    ) -> tuple[T, int]:
        """What ``answer`` finds in one moment of the store, under the grant, and the epoch of its keys; again where
        that moment passed by."""
        by.require(Scope.LOG_SEARCH)
        now = self._workspace.clock.now()
        ring = self._workspace.keyring
        for attempt in range(TRIES):
            epoch = self._readers.epoch()
            try:
                with self._workspace.database.read() as connection:
                    kinds_of_approval = self._approval_kinds
                    found = require_grant(
                        connection, ring, grant, by=by.staff_id, count=count, now=now, kinds=kinds_of_approval
                    )
                    found.require_kind(*kinds)
                    view = StoreView(connection, ring, self._rules, self._sources, self._sources.read(connection))
                    view.vault, view.holds = self._vault, found.terms.holds
                    told = answer(view, found, found.terms.kinds)
            except KeyDestroyed:
                continue
            if self._readers.epoch() == epoch and (attempt == TRIES - 1 or not stale(told)):
                return told, epoch
        raise AnswerOvertaken

    def _require_inside(self, grant: SearchGrant, asked: Asked, view: StoreView) -> None:
        del view
        grant.require_address(asked.address, asked.port)
        grant.require_time(asked.begin, asked.end)

    def _require_past(self, asked: Asked) -> None:
        if asked.at > microseconds(self._workspace.clock.now()):
            raise QuestionRefused(field="time", problem="a time that has come")

    @contextmanager
    def _recorded_refusal(self, said: Mapping[str, Any], grant: str, by: Principal) -> Iterator[None]:
        """What isn't permitted leaves a leaf, and then its error."""
        try:
            yield
        except NotPermitted as error:
            now = self._workspace.clock.now()
            body = {**said, "grant": grant[:64], "by": by.staff_id, "proof": by.proof.value, "refused": error.reason}
            leaf = self._workspace.seal(
                kind=REFUSED_LEAF, owner=export_key(japan_date(now)), body=_json(body), at=now
            )
            self._workspace.commit(lambda connection: _open_day(connection, now), [leaf])
            raise

    def _record(
        self, said: Mapping[str, Any], document: dict[str, Any], grant: str, by: Principal, *, count: int, epoch: int
    ) -> Answered:
        """Count the questions, record them, and hand the answer out if no key was destroyed since it was made."""
        now = self._workspace.clock.now()
        digest = hashlib.sha256(_json(document)).hexdigest()
        body = {**said, "grant": grant, "by": by.staff_id, "proof": by.proof.value, "answer": digest}
        leaf = self._workspace.seal(kind=LOOKUP_LEAF, owner=export_key(japan_date(now)), body=_json(body), at=now)

        def write(connection: Connection) -> None:
            spend(connection, self._workspace.keyring, grant, count=count, now=now)
            _open_day(connection, now)

        index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
        if self._readers.epoch() != epoch:
            raise AnswerOvertaken
        return Answered({**document, "grant": grant, "ledger_index": index}, index)


def _open_day(connection: Connection, now: datetime) -> None:
    manifest.ensure_day(connection, LogKind.EXPORT, japan_date(now), at=now)


def _stale(answer: Answer) -> bool:
    """Whether a segment was missing: it may have been merged into another just now."""
    return any(one.why.lack is Lack.SEGMENT_MISSING for one in answer.weak)


def _contractor_outcome(found: Found) -> Outcome:
    contracts = {one.contract for one in found.contractors}
    if contracts:
        return Outcome.UNIQUE if len(contracts) == 1 else Outcome.AMBIGUOUS
    return {
        Known.WHOLE: Outcome.NONE,
        Known.PARTLY: Outcome.COVERAGE_GAP,
        Known.EXPIRED: Outcome.EXPIRED,
    }[found.known]


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
