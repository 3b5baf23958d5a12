"""書式① 発信者情報開示請求標準書式, by typed entry: what stands on the form, field by field. Pure.

The fields are those of the edition that was read (プロバイダ責任制限法ガイドライン等検討協議会); the edition in
use since May 2025 wasn't read again. The claimant's words about the infringement are kept with the papers: that it is
evident and the reason proper is for whoever judges the claim, never something that the claim itself declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sekisho.disclosure.civil_items import CIVIL_ITEMS
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.draft import Draft, Head
from sekisho.disclosure.intake.entries import Asked, flag, items, listing, mapping, text
from sekisho.disclosure.kinds import CaseType, DataClass, RequesterKind
from sekisho.disclosure.reading import one_of
from sekisho.disclosure.record import Flag
from sekisho.engine.facts import Text

MAX_WORDS: Final = 20_000
"""Characters of a reason: ten pages; more comes as evidence."""
MAX_EVIDENCE: Final = 200
"""Exhibits that one form lists."""


class Right(StrEnum):
    """侵害された権利."""

    HONOUR = "honour"
    PRIVACY = "privacy"
    COPYRIGHT = "copyright"
    TRADEMARK = "trademark"
    PORTRAIT = "portrait"
    OTHER = "other"


class Reason(StrEnum):
    """開示を受けるべき正当理由 (several may be named)."""

    DAMAGES = "damages"
    APOLOGY = "apology"
    INJUNCTION = "injunction"
    REMOVAL = "removal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Label:
    """A field of the form: its title, and whether the form can't do without it."""

    name: str
    title: Text
    needed: bool = False


STANDARD_FORM: Final = tuple(
    Label(name, Text(ja, en), needed)
    for name, ja, en, needed in (
        ("addressee", "特定電気通信役務提供者の名称", "provider addressed", True),
        ("dated", "年月日", "date", False),
        ("claimant_name", "請求者の氏名", "claimant's name", True),
        ("claimant_address", "請求者の住所", "claimant's address", False),
        ("claimant_contact", "請求者の連絡先", "claimant's contact", False),
        ("sealed", "押印がある", "it is sealed", False),
        ("identity_copy", "本人確認書類の写しがある", "a copy of an identity document is enclosed", False),
        ("agent_name", "代理人の氏名", "agent's name", False),
        ("agent_is_lawyer", "代理人は弁護士", "the agent is a lawyer", False),
        ("power_of_attorney", "委任状がある", "a power of attorney is enclosed", False),
        ("equipment", "特定電気通信設備等（URL、IPアドレス・ポート・時刻）", "URL, or address, port, time", False),
        ("posted", "掲載された情報", "information that was posted", False),
        ("rights", "侵害された権利", "rights infringed", False),
        ("why_evident", "権利が明らかに侵害されたとする理由", "why the infringement is evident", False),
        ("reasons", "開示を受けるべき正当理由", "proper reasons", False),
        ("reason_other", "正当理由（その他）", "other reason", False),
        ("wanted", "開示を請求する発信者情報（省令2条の号）", "items asked for, by number", True),
        ("evidence", "証拠", "evidence", False),
        ("not_to_sender", "発信者に示したくない私の情報", "what the sender shall not be shown", False),
        ("zone", "時刻の時間帯", "zone of its times", False),
        ("items", "対象", "what is asked about", True),
        ("flags", "区分", "queues", False),
        ("brand", "ブランド", "brand", False),
        ("received_at", "受付日時", "received at", False),
    )
)
"""Every field of the form, in the order in which it has them."""

_FIELDS: Final = frozenset(one.name for one in STANDARD_FORM)
_ENTRY: Final = ("addressee", "claimant_address", "agent_name", "equipment", "posted", "why_evident", "reason_other")


def read_standard_form(written: Mapping[str, Any]) -> Draft:
    """A claim from what was typed. ``items`` are as in :mod:`.json_form`; each asks for the form's ``wanted`` unless
    it says otherwise. Raises ``CaseRefused``, naming the field."""
    found = mapping(written, "", _FIELDS)
    agent = text(found.get("agent_name"), "agent_name")
    lawyer = flag(found.get("agent_is_lawyer"), "agent_is_lawyer")
    asked, count = items(found.get("items"), "items", Asked(DataClass.SECRECY, _wanted(found.get("wanted"))))
    entry: dict[str, Any] = {name: text(found.get(name), name, most=MAX_WORDS) for name in _ENTRY}
    for name, kinds in (("rights", Right), ("reasons", Reason)):
        entry[name] = [one_of(kinds, one, name).value for one in listing(found.get(name), name)]
    for name in ("evidence", "not_to_sender"):
        entry[name] = [text(one, name) for one in listing(found.get(name), name)]
        if len(entry[name]) > MAX_EVIDENCE:
            raise CaseRefused(field=name, problem=f"at most {MAX_EVIDENCE}")
    for name in ("sealed", "identity_copy", "power_of_attorney"):
        entry[name] = flag(found.get(name), name)
    entry["agent_is_lawyer"] = lawyer
    if not entry["addressee"].strip():
        raise CaseRefused(field="addressee", problem="the provider whom the form addresses")
    head = Head(
        type=CaseType.VOLUNTARY_CLAIM,
        requester_kind=RequesterKind.CLAIMANT_LAWYER if agent and lawyer else RequesterKind.CLAIMANT,
        requester={
            "name": text(found.get("claimant_name"), "claimant_name"),
            "office": entry["claimant_address"],
            "contact": text(found.get("claimant_contact"), "claimant_contact"),
            "officer": agent,
        },
        dated=text(found.get("dated"), "dated"),
        title="発信者情報開示請求書",
        legal_provision="情報流通プラットフォーム対処法5条",
        flags=frozenset(one_of(Flag, one, "flags") for one in listing(found.get("flags"), "flags")),
        facts={"document.in_writing": True},
        brand=text(found.get("brand"), "brand"),
        zone=text(found.get("zone"), "zone"),
        received_at=text(found.get("received_at"), "received_at"),
        entry=entry,
    )
    return Draft(head, asked, count)


def _wanted(written: object) -> tuple[str, ...]:
    numbers = listing(written, "wanted")
    if not numbers or any(type(one) is not int or one not in CIVIL_ITEMS for one in numbers):
        raise CaseRefused(field="wanted", problem="numbers of items, from 1 to 14")
    return tuple(f"civil.{one}" for one in dict.fromkeys(numbers))
