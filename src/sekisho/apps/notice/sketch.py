"""Entries for recipients that nobody wrote of yet: text to be filled in and confirmed, not entries by themselves.

What was observed stands in it, since it was seen. A company's name, purposes and addresses of the knowledge base stand
as remarks with whether they are confirmed: it is the operator who says what is so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sekisho.apps.flows import Flow
from sekisho.apps.items import ITEMS
from sekisho.apps.law.sent import key_of
from sekisho.apps.notice.model import NoticeDocument
from sekisho.apps.recipients import KnowledgeBase, Recipient
from sekisho.apps.recipients.errors import UnknownRecipient
from sekisho.apps.shown import shown


def sketch(document: NoticeDocument, flows: Sequence[Flow], knowledge: KnowledgeBase) -> str:
    """YAML for every recipient that has no entry, to be put below ``recipients``; empty where there is none."""
    keys = [each.key for each in document.missing if each.what == "entry"]
    return "".join(f"{line}\n" for key in keys for line in _entry(key, flows, knowledge))


def _entry(key: str, flows: Sequence[Flow], knowledge: KnowledgeBase) -> Iterator[str]:
    seen = {flow.key.information for flow in flows if key_of(flow) == key and flow.observed}
    name = min((flow.key.service for flow in flows if key_of(flow) == key), default=key)
    own = any(flow.key.own for flow in flows if key_of(flow) == key)
    yield f"  {_quoted(key)}:"
    try:
        yield from _known(knowledge.get(key))
    except UnknownRecipient:
        yield "    # 送信先のデータにない。だれの設備か確かめる / not in the knowledge base: find out whose it is"
    yield "    handler:              # 取り扱う者の名称 / who handles it, by name"
    yield f"    service: {_quoted(name)}    # サービスの名前。確かめる / its name: check it"
    items = ", ".join(slug for slug in ITEMS if slug in seen)
    yield f"    information: [{items}]    # 観測したもの。確かめる / observed: check it"
    yield "    purpose:              # 当社が使う目的 / what we use it for"
    yield "    recipient_purpose:    # 送信先が使う目的 / what the recipient uses it for"
    if own:
        yield "    # 自社の設備なら: basis: own_identifier（又は necessary）と reason / own equipment: basis and reason"
    yield "    confirmed: {by: , day: }    # 確かめた人と日 / who confirmed it, when"


def _known(row: Recipient) -> Iterator[str]:
    company = row.company.ja or row.company.en or "—"
    yield f"    # {shown(row.service)} / {shown(company)} [{row.confidence.ja} / {row.confidence.en}]"
    if row.vendor_says.purposes:
        said = ", ".join(f"{each} [{row.confidence_of_told(each).en}]" for each in row.vendor_says.purposes)
        yield f"    # 提供元がいう目的 / purposes its vendor tells: {said}"
    for name, address in (("policy", row.policy), ("opt_out", row.opt_out)):
        if address:
            yield f"    # {name}: {shown(address)} [{row.confidence.ja} / {row.confidence.en}]"


def _quoted(text: str) -> str:
    """A key as YAML that reads back as itself: a colon or a quote in it is no syntax."""
    escaped = shown(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
