"""Which rows of a notice speak of which recipient: by key, or by a company's name that several services share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sekisho.apps.evidence import TargetKind
from sekisho.apps.flows import Flow
from sekisho.apps.law.facts import Notice, NoticeRow
from sekisho.apps.law.rows import merged
from sekisho.apps.law.sent import key_of
from sekisho.apps.recipients import Confidence
from sekisho.apps.recipients.domains import as_host, is_host
from sekisho.apps.recipients.match import plain_name
from sekisho.apps.reconcile.names import Names, Renamed


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A row that speaks of a recipient; ``company_only`` where it names the company and not which service."""

    row: NoticeRow
    company_only: bool = False
    renamed: Renamed | None = None


class Meeting:
    """The rows of one notice, found by recipient."""

    def __init__(self, rows: Iterable[NoticeRow], flows: Sequence[Flow], names: Names) -> None:
        """``flows`` give the names under which the notice declares whom, and which of them are former."""
        self._by_key: dict[str, list[NoticeRow]] = {}
        for row in sorted(rows, key=_order):
            self._by_key.setdefault(row.recipient, []).append(row)
        self._names = names
        self._known = {key_of(flow) for flow in flows if flow.key.recipient or flow.key.domain}
        self._candidates = {key: self._services(key, flows) for key in self._by_key}
        self._former = _former_names(flows, names)
        self.all = tuple(row for key in sorted(self._by_key) for row in self._by_key[key])
        """Every row, in one order whatever order they came in."""
        self.unmatched = tuple(sorted(
            key for key, candidates in self._candidates.items()
            if not candidates and key not in self._known and not names.is_id(key) and not is_host(as_host(key))
        ))  # fmt: skip
        """The names in the notice of which nobody knows whom they mean, sorted."""

    def rows(self, recipient: str) -> tuple[Met, ...]:
        """The rows on this recipient; where none is on it by key, those on a company that it may be a service of."""
        own = self._by_key.get(recipient)
        if own:
            renamed = self._renamed(recipient)
            return tuple(Met(row=row, renamed=renamed) for row in own)
        return tuple(
            Met(row=row, company_only=True, renamed=self._names.former(key))
            for key, candidates in sorted(self._candidates.items())
            if recipient in candidates
            for row in self._by_key[key]
        )

    def _services(self, key: str, flows: Sequence[Flow]) -> frozenset[str]:
        if self._names.is_id(key) or key in self._known:
            return frozenset()
        declared = {each for flow in flows if key_of(flow) == key for each in flow.candidates}
        return self._names.services(key) | declared

    def _renamed(self, recipient: str) -> Renamed | None:
        if recipient not in self._former:
            return None
        name, now = self._former[recipient]
        return self._names.former(name) or Renamed(former=name, now=now, until=None, source="", day=None,
                                                   confidence=Confidence.UNCONFIRMED)  # fmt: skip


def with_candidates(notice: Notice, flows: Sequence[Flow], names: Names) -> Notice:
    """The notice with a row for each recipient of ``flows`` that only its company is named for, and with the names of
    which nobody knows whom they mean.

    For checks that look for a row by key alone (:mod:`sekisho.apps.law`): the law asks for the company's name, so a
    service of a company that is named isn't missing. Where several rows name the company, what any of them tells is
    told.
    """
    meeting = Meeting(notice.rows, flows, names)
    keys = sorted({key_of(flow) for flow in flows if not flow.key.own and (flow.observed or flow.embedded)})
    more = merged(replace(met.row, recipient=key) for key in keys for met in meeting.rows(key) if met.company_only)
    return replace(notice, rows=(*notice.rows, *more), unmatched=meeting.unmatched)


def _former_names(flows: Iterable[Flow], names: Names) -> dict[str, tuple[str, str]]:
    """By recipient a former name that the notice tells it under, where it tells no present one; and its service."""
    former: dict[str, set[tuple[str, str]]] = {}
    present: set[str] = set()
    for flow in flows:
        old = {plain_name(name) for name in flow.former}
        for target, piece in flow.declared:
            if target.kind is not TargetKind.POLICY:
                continue
            if piece.company and (plain_name(piece.company) in old or names.former(piece.company) is not None):
                former.setdefault(key_of(flow), set()).add((piece.company, flow.key.service))
            else:
                present.add(key_of(flow))
    return {key: min(found) for key, found in former.items() if key not in present}


def _order(row: NoticeRow) -> tuple[str, ...]:
    return (row.recipient, row.place.path, f"{row.place.offset or 0:020d}", *sorted(row.information), row.handler.value,
            row.information_stated.value, row.sender_purpose.value, row.recipient_purpose.value,
            *sorted(row.purposes))  # fmt: skip
