"""The end of a case's holds with the case: in the transaction of the step after which nothing asks for them.

Holds stand beside a case that isn't :attr:`.State.HOLDING` yet where making them stopped on the way. What ends them:

- a refusal ends those that end on a day: two people found that the request has no ground;
- a withdrawal ends those that a withdrawal releases (刑訴法197条3項後段: a preservation request's, for one);
- neither ends a court order's: it is kept until the case has ended, objections included (情プラ法16条1項), and whoever
  refuses or withdraws is told what to do;
- closing ends none, and isn't possible over one: until its end its case is what is extended, released and told about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.errors import HoldStands
from sekisho.engine.facts import Text
from sekisho.keys import Keyring
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds import within
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.rules import HOLDS, End, HoldType, ReleaseReason
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace

HOLD: Final = "hold"
"""The kind of the link between a case and a hold."""
STANDING: Final = (HoldState.REQUESTED, HoldState.CREATING, HoldState.ACTIVE)
"""States of a hold that keeps something or is about to."""

_RELEASE: Final = Text(
    "`sekisho disclosure hold release` で根拠の書面とともに解除してください。",
    "Release it on its paper with `sekisho disclosure hold release`.",
)
_WAIT: Final = Text(
    "期間が満了すると `sekisho due` が解除し、通知文を作ります。",
    "After its last day `sekisho due` ends it and writes the letter.",
)
_ORDER: Final = Text(
    "裁判所の命令による保全は、事件（異議の訴えを含む）が終わるまで解除できません。"
    "`sekisho disclosure hold make` で続けるか、事件が終わってから `sekisho disclosure hold release` で"
    "解除してください。",
    "What a court ordered is held until the case has ended, objections included: go on with `sekisho disclosure hold "
    "make`, or release it with `sekisho disclosure hold release` once the case has ended.",
)


def standing(connection: Connection, ring: Keyring, case_id: str) -> list[HoldEntry]:
    """The holds of a case that stand."""
    found = dict.fromkeys(links_of(connection, case_id, HOLD))
    return [one for one in (hold_rows.find(connection, ring, each) for each in found) if one.state in STANDING]


def refused(
    workspace: Workspace, case_id: str, note: str, *, by: Principal
) -> Callable[[Connection, datetime], Sequence[SealedLeaf]]:
    """What a refusal does to the case's holds, as a step's write. Raises ``HoldStands`` for a court order's."""
    reason = ReleaseReason.REQUEST_REFUSED
    return partial(_end, workspace=workspace, case_id=case_id, reason=reason, ends=_on_a_day, paper=note, by=by)


def withdrawn(
    workspace: Workspace, case_id: str, document: str, *, by: Principal
) -> Callable[[Connection, datetime], Sequence[SealedLeaf]]:
    """What a withdrawal does to the case's holds, as a step's write. Raises ``HoldStands`` for a court order's."""
    reason = ReleaseReason.WITHDRAWN
    return partial(_end, workspace=workspace, case_id=case_id, reason=reason, ends=_by_paper, paper=document, by=by)


def require_none(connection: Connection, ring: Keyring, case_id: str) -> None:
    """Raise ``HoldStands`` where a hold of a case that is to be closed stands."""
    for one in standing(connection, ring, case_id):
        told = _ORDER if HOLDS[one.type].end is End.CASE else _RELEASE
        if HOLDS[one.type].end is End.DATE:
            told = Text(_WAIT.ja + "早く終えるには、" + _RELEASE.ja, f"{_WAIT.en} To end it earlier: {_RELEASE.en}")
        raise _stands(case_id, one, told)


def _end(
    connection: Connection,
    now: datetime,
    *,
    workspace: Workspace,
    case_id: str,
    reason: ReleaseReason,
    ends: Callable[[HoldType], bool],
    paper: str,
    by: Principal,
) -> Sequence[SealedLeaf]:
    leaves = []
    for one in standing(connection, workspace.keyring, case_id):
        if not ends(one.type):
            raise _stands(case_id, one, _ORDER)
        if one.state is HoldState.REQUESTED:
            leaves.append(within.withdraw(workspace, connection, one, by=by, now=now))
        else:
            said = {"document": paper, "case": case_id}
            leaves.append(within.release(workspace, connection, one, reason, said, by=by.staff_id, now=now))
    return leaves


def _on_a_day(hold: HoldType) -> bool:
    return HOLDS[hold].end is End.DATE


def _by_paper(hold: HoldType) -> bool:
    return ReleaseReason.WITHDRAWN in HOLDS[hold].releases


def _stands(case_id: str, one: HoldEntry, what: Text) -> HoldStands:
    until = one.until.isoformat() if one.until is not None else None
    return HoldStands(case=case_id, hold=one.id, until=until, what=what)
