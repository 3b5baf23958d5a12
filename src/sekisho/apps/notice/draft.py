"""A notice drafted from what was seen and from what the operator confirmed (規則22条の2の28・29・31).

Whoever was observed to receive something has a row, whether or not anybody wrote of it; so has whom the operator wrote
of, seen or not (telling more is no offence). Words come from confirmed entries alone. What a vendor says of its service
is never taken for them. Own hosts are asked about like anybody else: exemption 2 is the operator's to claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sekisho.apps.flows import Flow
from sekisho.apps.items import ITEMS
from sekisho.apps.law.facts import Basis, OptOutKind
from sekisho.apps.law.plain import jargon_in
from sekisho.apps.law.sent import key_of
from sekisho.apps.notice.entries import EXEMPT, Entries, Entry
from sekisho.apps.notice.model import Change, Missing, NoticeDocument, NotNeeded, Row, Stop, Words


@dataclass(slots=True)
class _Seen:
    """What a scan saw of one recipient."""

    service: str
    information: set[str] = field(default_factory=set)
    observed: bool = False


def draft(flows: Sequence[Flow], entries: Entries, *, on: date) -> NoticeDocument:
    """The notice as of a day (Japan): entries confirmed later don't count yet, changes dated later aren't told yet."""
    seen = _seen(flows)
    rows: list[Row] = []
    stops: list[Stop] = []
    not_needed: list[NotNeeded] = []
    missing: list[Missing] = []
    wanted = {key for key, one in seen.items() if one.observed} | set(entries.recipients)
    for key in sorted(wanted):
        one = seen.get(key, _Seen(key))
        entry = entries.recipients.get(key, Entry())
        if not entry.counts(on):
            entry = Entry()
            missing.append(_unconfirmed(key, one, key in entries.recipients))
        confirmed = entry.confirmed is not None
        if entry.basis in EXEMPT and confirmed:
            found = _exempt(key, entry)
            if isinstance(found, NotNeeded):
                not_needed.append(found)
                continue
            missing.append(found)
        row = _row(key, one, entry)
        if confirmed:
            missing += _gaps(row)
        if entry.basis is Basis.OPT_OUT and confirmed:
            stop = _stop(row, entry)
            missing += _stop_gaps(stop)
            stops.append(stop)
        else:
            rows.append(row)
    if entries.contact is None:
        missing.append(Missing(key="", what="contact", ja="問い合わせ先（contact）を書く。",
                               en="Write where users ask (contact)."))  # fmt: skip
    changes = tuple(each for each in entries.changes if each.day <= on)
    if not changes:
        missing.append(Missing(key="", what="changes", ja="変更の記録（changes）に、初めて公表する日を書く。",
                               en="Write the day of the first publication into the history (changes)."))  # fmt: skip
    return NoticeDocument(
        operator=entries.operator, service=entries.service, contact=entries.contact, address=entries.address,
        rows=tuple(rows), stops=tuple(stops), not_needed=tuple(not_needed), changes=changes, missing=tuple(missing),
        unseen=tuple(sorted(key for key in entries.recipients if not seen.get(key, _Seen(key)).observed)),
        in_file=tuple(sorted(key for key, one in seen.items() if not one.observed and key not in entries.recipients)),
        jargon=tuple(_jargon(entries, changes, on)),
    )  # fmt: skip


def _seen(flows: Sequence[Flow]) -> dict[str, _Seen]:
    """By key what was observed; and whom the app's file alone has. Declarations are nobody's sending."""
    found: dict[str, _Seen] = {}
    for flow in flows:
        key = key_of(flow)
        modules = any(not piece.only_written for _, piece in flow.embedded)
        if not key or not (flow.observed or modules):
            continue
        one = found.setdefault(key, _Seen(flow.key.service or key))
        one.service = min(one.service, flow.key.service or key)
        if flow.observed:
            one.observed = True
            if flow.key.information is not None and flow.key.information in ITEMS:
                one.information.add(flow.key.information)
    return found


def _row(key: str, one: _Seen, entry: Entry) -> Row:
    left = one.information - set(entry.information)
    return Row(
        key=key, service=entry.service, seen_as="" if entry.confirmed else one.service, handler=entry.handler,
        information=entry.information,
        unconfirmed=tuple(slug for slug in ITEMS if slug in left), more=entry.more, purpose=entry.purpose,
        recipient_purpose=entry.recipient_purpose, purposes=entry.purposes, policy=entry.policy,
        opt_out=entry.opt_out, since=entry.since, basis=entry.basis,
    )  # fmt: skip


def _unconfirmed(key: str, one: _Seen, written: bool) -> Missing:
    if written:
        ja = "記入はあるが、確かめた人と日（confirmed）がないか、まだ来ていない日である。"
        en = "there is an entry that nobody confirmed by this day (confirmed)."
    else:
        ja = "送信を観測したが、記入がない。recipients に欄を作る。"
        en = "sending was observed and there is no entry. Add one to recipients."
    return Missing(key=key, what="confirmed" if written else "entry", ja=f"{one.service}（{key}）：{ja}",
                   en=f"{one.service} ({key}): {en}")  # fmt: skip


def _exempt(key: str, entry: Entry) -> NotNeeded | Missing:
    service = entry.service or (entry.handler.ja if entry.handler else key)
    if entry.basis is None or entry.reason is None:
        return Missing(
            key=key, what="reason",
            ja=f"{service}（{key}）：公表が要らない理由（reason）がない。書くまでは一覧に載せる。",
            en=f"{service} ({key}): why it needn't be published (reason) isn't told. Until then it stands in the list.",
        )  # fmt: skip
    return NotNeeded(key=key, service=service, basis=entry.basis, reason=entry.reason)


def _gaps(row: Row) -> Iterator[Missing]:
    """What a confirmed row still lacks of the three matters (規則22条の2の29)."""
    lacking = [
        ("handler", row.handler is None, "取り扱う者の名称", "who handles it"),
        ("information", not row.information and row.more is None, "送信される情報", "what is sent"),
        ("purpose", row.purpose is None, "自社の利用目的", "the operator's purpose"),
        ("recipient_purpose", row.recipient_purpose is None, "送信先の利用目的", "the recipient's purpose"),
    ]
    for what, lacks, ja, en in lacking:
        if lacks:
            yield Missing(key=row.key, what=what, ja=f"{row.label}（{row.key}）：{ja}（{what}）を書く。",
                          en=f"{row.label} ({row.key}): write {en} ({what}).")  # fmt: skip
    if row.unconfirmed:
        ja = "、".join(ITEMS[each].ja for each in row.unconfirmed)
        yield Missing(
            key=row.key, what="unconfirmed",
            ja=f"{row.label}（{row.key}）：観測した情報が記入にない（{ja}）。"
               f"information に加える：{', '.join(row.unconfirmed)}",
            en=f"{row.label} ({row.key}): observed and not in the entry. "
               f"Add to information: {', '.join(row.unconfirmed)}",
        )  # fmt: skip


def _stop(row: Row, entry: Entry) -> Stop:
    if entry.stop is None:
        return Stop(row=row, kind=OptOutKind.UNSAID, how=None, limits=None)
    return Stop(row=row, kind=entry.stop.kind, how=entry.stop.how, limits=entry.stop.limits, link=entry.stop.link)


def _stop_gaps(stop: Stop) -> Iterator[Missing]:
    """What an opt-out still lacks of its seven items, beyond those of its row."""
    row = stop.row
    for what, lacks, ja, en in (
        ("stop.stops", stop.kind is OptOutKind.UNSAID, "送信が止まるか利用が止まるか", "whether sending or use stops"),
        ("stop.how", stop.how is None, "止める方法", "how to stop it"),
        ("stop.limits", stop.limits is None, "止めると使えなくなるもの", "what can't be used then"),
    ):
        if lacks:
            yield Missing(key=row.key, what=what, ja=f"{row.label}（{row.key}）：{ja}（{what}）を書く。",
                          en=f"{row.label} ({row.key}): write {en} ({what}).")  # fmt: skip


def _jargon(entries: Entries, changes: tuple[Change, ...], on: date) -> Iterator[tuple[str, str]]:
    """Technical terms in the operator's words, each with where it stands; names of services are explained by us."""
    for key, entry in sorted(entries.recipients.items()):
        if entry.counts(on):
            stop = entry.stop
            for words in (entry.more, entry.purpose, entry.recipient_purpose, entry.reason,
                          stop.how if stop else None, stop.limits if stop else None):  # fmt: skip
                yield from ((key, term) for term in _terms(words))
    for change in changes:
        yield from ((change.day.isoformat(), term) for term in _terms(change.words))
    yield from (("contact", term) for term in _terms(entries.contact))


def _terms(words: Words | None) -> tuple[str, ...]:
    return () if words is None else jargon_in(words.ja)
