"""The notice against what was embedded and observed, one recipient and kind of information after another.

It never says clear of what it didn't see in both, and never omitted of a notice that wasn't read whole. What a store's
form or a permission's text declares is no notice to users and isn't asked here
(:mod:`~sekisho.apps.reconcile.platform`). Own hosts are left out: what goes to the operator's own equipment is judged
by law, not by a row on a recipient.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sekisho.apps.evidence import Grade, Place
from sekisho.apps.flows import Flow, Seen
from sekisho.apps.law.facts import Denied, Fact, Known, Notice, NoticeRow, Stated
from sekisho.apps.law.sent import is_identified, key_of
from sekisho.apps.reconcile.meeting import Meeting, Met
from sekisho.apps.reconcile.names import Names, Renamed, shipped_names
from sekisho.apps.reconcile.verdicts import WEIGHED, Reason, Reconciled, Verdict, place_order
from sekisho.apps.wider import COVERED_BY, HINTED_BY

_NONE: Final[frozenset[str]] = frozenset()
_WORST_FIRST: Final = (Verdict.OMITTED, Verdict.NOT_MEASURED, Verdict.VAGUE, Verdict.CLEAR)
"""Of several reasons in one row the worst decides; of several rows the one that is best."""

_What = tuple[str, str | None, str | None]


def reconcile(flows: Sequence[Flow], notice: Fact[Notice], *, names: Names | None = None) -> tuple[Reconciled, ...]:
    """Every recipient, service, information and purpose with how it stands in the notice, in one order whatever order
    the flows come in. ``names`` are those that are given out where nothing else is said."""
    table = shipped_names() if names is None else names
    if not isinstance(notice, Known):
        ours = (notice.ja, notice.en)
        found = [_made(each, (Reason.NOTICE_UNREAD,), note=ours) for each in _sent(flows)]
    else:
        found = list(_against(flows, notice, table))
    return tuple(sorted(found, key=lambda one: one.order))


@dataclass(slots=True)
class _Sent:
    """What is known to go, or to be able to go, to one recipient; one kind of information and one purpose."""

    what: _What
    service: str
    known: bool
    grade: Grade
    seen: set[Seen]


def _sent(flows: Iterable[Flow]) -> list[_Sent]:
    """What was observed; of a recipient of whom nothing was, what is embedded."""
    by_grade: dict[Grade, dict[_What, _Sent]] = {Grade.OBSERVED: {}, Grade.EMBEDDED: {}}
    for flow in flows:
        if flow.key.own or not flow.key.named:
            continue
        for grade, into in by_grade.items():
            if flow.of(grade):
                what = (key_of(flow), flow.key.information, flow.key.purpose)
                one = into.setdefault(what, _Sent(what, flow.key.service, is_identified(flow), grade, set()))
                one.service = min(one.service, flow.key.service)
                one.seen.update(flow.of(grade))
    observed = by_grade[Grade.OBSERVED]
    whose = {who for who, _, _ in observed}
    silent = [one for what, one in by_grade[Grade.EMBEDDED].items() if what[0] not in whose]
    return [*observed.values(), *silent]


def _against(flows: Sequence[Flow], notice: Known[Notice], names: Names) -> Iterator[Reconciled]:
    text = notice.value
    meeting = Meeting(text.rows if text.exists else (), flows, names)
    met_at_all: set[NoticeRow] = set()
    seen: set[tuple[NoticeRow, str | None]] = set()
    for one in _sent(flows):
        who, information, _ = one.what
        rows = meeting.rows(who)
        met_at_all |= {met.row for met in rows}
        if one.grade is Grade.EMBEDDED:
            yield _made(one, (_of_file(one, rows),), rows)
            continue
        seen |= {(met.row, information) for met in rows}
        denied = [each for each in text.denied if _denies(each, who, information)]
        if denied:
            yield _made(one, (Reason.DENIED,), places=tuple(each.place for each in denied))
        else:
            yield _judged(one, rows, text, meeting, notice.places)
    services = {key_of(flow): flow.key.service for flow in sorted(flows, key=lambda flow: flow.key.order)}
    yield from _declared_only(meeting.all, met_at_all, seen, services)


def _of_file(one: _Sent, rows: tuple[Met, ...]) -> Reason:
    """What a place in the app's file says: a host's name that is written there says less than a module's mark."""
    if rows:
        return Reason.EMBEDDED_TOLD
    return Reason.HOST_WRITTEN if all(piece.only_written for _, piece in one.seen) else Reason.EMBEDDED_UNTOLD


def _declared_only(
    rows: Iterable[NoticeRow],
    met_at_all: set[NoticeRow],
    seen: set[tuple[NoticeRow, str | None]],
    services: Mapping[str, str],
) -> Iterator[Reconciled]:
    """What the notice tells and nobody saw: no offence, and no clear either."""
    done: set[tuple[str, str | None]] = set()
    for row in rows:
        alone: list[str | None] = [None] if row not in met_at_all else []
        for information in sorted(row.information) if row.information else alone:
            if (row, information) in seen or (row.recipient, information) in done:
                continue
            done.add((row.recipient, information))
            yield Reconciled(
                recipient=row.recipient, service=services.get(row.recipient, ""), information=information,
                purpose=None, verdict=Verdict.NOT_MEASURED, reasons=(Reason.DECLARED_ONLY,), grade=Grade.DECLARED,
                notice_places=(row.place,), told_purposes=tuple(sorted(row.purposes)),
            )  # fmt: skip


def _denies(denied: Denied, who: str, information: str | None) -> bool:
    if denied.recipient and denied.recipient != who:
        return False
    return not denied.information or information in denied.information


def _judged(one: _Sent, rows: tuple[Met, ...], text: Notice, meeting: Meeting, places: tuple[Place, ...]) -> Reconciled:
    _, information, purpose = one.what
    if not text.exists:
        return _made(one, (Reason.NO_NOTICE,), places=places)
    if not rows:
        if not text.read_whole:
            return _made(one, (Reason.NOTICE_READ_IN_PART,))
        if meeting.unmatched and not one.known:
            names = "、".join(meeting.unmatched[:10])
            return _made(one, (Reason.NAMES_UNMATCHED,), note=(f"照合できない名：{names}", f"Not matched: {names}"))
        return _made(one, (Reason.RECIPIENT_OMITTED,))
    if information is None:
        return _made(one, (Reason.CONTENTS_UNSEEN,), rows)
    on_it = [met for met in rows if _standing(information, met.row) is not Reason.INFORMATION_OMITTED]
    judged = [(_reasons(information, purpose, met), met) for met in on_it or rows]
    reasons, met = max(judged, key=lambda each: _WORST_FIRST.index(_verdict(each[0])))
    if _verdict(reasons) is Verdict.OMITTED and not text.read_whole:
        reasons = (Reason.NOTICE_READ_IN_PART,)
    return _made(one, reasons, (met,))


def _reasons(information: str, purpose: str | None, met: Met) -> tuple[Reason, ...]:
    """Everything that isn't clear in one row about one kind of information; told where nothing is."""
    row = met.row
    found = [
        Reason.SERVICE_UNSAID if met.company_only else None,
        Reason.FORMER_NAME if met.renamed is not None else None,
        _said(row.handler, Reason.HANDLER_VAGUE, Reason.HANDLER_OMITTED),
        _standing(information, row),
        _said(row.sender_purpose, Reason.SENDER_PURPOSE_VAGUE, Reason.SENDER_PURPOSE_OMITTED),
        _said(row.recipient_purpose, Reason.RECIPIENT_PURPOSE_VAGUE, Reason.RECIPIENT_PURPOSE_OMITTED),
    ]
    if purpose is not None and purpose not in row.purposes:
        both = {row.sender_purpose, row.recipient_purpose}
        if both == {Stated.CLEAR}:
            # Clear words that the vocabulary doesn't have are no other purpose.
            found.append(Reason.PURPOSE_OMITTED if row.purposes else Reason.PURPOSE_UNMATCHED)
    return tuple(each for each in found if each is not None) or (Reason.TOLD,)


def _said(stated: Stated, vague: Reason, absent: Reason) -> Reason | None:
    return {Stated.CLEAR: None, Stated.VAGUE: vague, Stated.ABSENT: absent}[stated]


def _standing(information: str, row: NoticeRow) -> Reason | None:
    """How one kind of information stands in a row; ``None`` where it is told by name or covered."""
    if information in row.information or COVERED_BY.get(information, _NONE) & row.information:
        return None
    if HINTED_BY.get(information, _NONE) & row.information:
        return Reason.INFORMATION_WIDER
    return Reason.INFORMATION_VAGUE if row.information_stated is Stated.VAGUE else Reason.INFORMATION_OMITTED


def _verdict(reasons: tuple[Reason, ...]) -> Verdict:
    given = {WEIGHED[reason] for reason in reasons}
    if Verdict.INCORRECT in given:
        return Verdict.INCORRECT
    return next(verdict for verdict in _WORST_FIRST if verdict in given)


def _made(
    one: _Sent,
    reasons: tuple[Reason, ...],
    rows: tuple[Met, ...] = (),
    *,
    places: tuple[Place, ...] = (),
    note: tuple[str, str] = ("", ""),
) -> Reconciled:
    who, information, purpose = one.what
    renamed: dict[str, Renamed] = {}
    for met in rows:
        if met.renamed is not None:
            renamed.setdefault(met.renamed.former, met.renamed)
    return Reconciled(
        recipient=who, service=one.service, information=information, purpose=purpose, verdict=_verdict(reasons),
        reasons=reasons, grade=one.grade, evidence=tuple(sorted(one.seen, key=place_order)),
        notice_places=(*places, *(met.row.place for met in rows)),
        told_purposes=tuple(sorted({each for met in rows for each in met.row.purposes})),
        renamed=tuple(renamed[name] for name in sorted(renamed)), note=note,
    )  # fmt: skip
