"""Which papers there are, to whom each goes, and to which requests it belongs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.disclosure.kinds import CASE_TYPES, CaseType, Family
from sekisho.engine.facts import Text


class Audience(StrEnum):
    """Who reads a paper. What one must not know reaches none of the others."""

    REQUESTER = "requester"
    SUBSCRIBER = "subscriber"
    STAFF = "staff"
    """Empty forms, filled in at the counter; nothing of a case is on them."""


class PaperKind(StrEnum):
    """The closed list of papers; also the ``kind`` under which one is attached to a case."""

    ANSWER = "answer"
    BAR_ANSWER = "bar_answer"
    QUESTION = "question"
    QUOTE = "quote"
    HOLD_NOTICE = "hold_notice"
    HOLD_EXTENSION = "hold_extension"
    OPINION_INQUIRY = "opinion_inquiry"
    OPINION_ANSWER = "opinion_answer"
    DISCLOSURE_DECISION = "disclosure_decision"
    REFUSAL_DECISION = "refusal_decision"
    SENDER_NOTICE = "sender_notice"
    PROVISION = "provision"
    INVENTORY = "inventory"
    RECEIPT = "receipt"
    NEXT_PROVIDER = "next_provider"
    INQUIRY_FORM = "inquiry_form"
    PRESERVATION_FORM = "preservation_form"


@dataclass(frozen=True, slots=True)
class PaperSpec:
    """What is said of a paper: its name, its readers, the requests it belongs to, and its basis."""

    kind: PaperKind
    title: Text
    audience: Audience
    cases: frozenset[CaseType]
    source: str

    @property
    def template(self) -> str:
        """The file name of its template."""
        return f"{self.kind.value}.html"


_EVERY: Final = frozenset(CaseType)
_HEARS: Final = frozenset(one.type for one in CASE_TYPES.values() if one.hears_sender)
_PRICED: Final = frozenset(one.type for one in CASE_TYPES.values() if one.priced)
HOLDING: Final = frozenset(
    {
        CaseType.PRESERVATION_REQUEST,
        CaseType.PRESERVATION_EXTENSION,
        CaseType.TAX_PRESERVATION,
        CaseType.DELETION_PROHIBITION,
        CaseType.LOG_INJUNCTION,
        CaseType.VOLUNTARY_PRESERVATION,
    }
)
"""Requests that ask for keeping and for nothing to be told."""
_INQUIRIES: Final = frozenset(
    {
        CaseType.INVESTIGATION_INQUIRY,
        CaseType.POLICE_INQUIRY_2026,
        CaseType.COURT_INQUIRY,
        CaseType.LOCATION_RESCUE,
        CaseType.EMERGENCY,
        CaseType.OWN_ACCOUNT,
    }
)
_ORDERS: Final = frozenset(
    {
        CaseType.SEARCH_SEIZURE,
        CaseType.RECORDING_SEIZURE,
        CaseType.DATA_PROVISION_ORDER,
        CaseType.DOCUMENT_ORDER,
        CaseType.DOCUMENT_REQUEST,
        CaseType.DISCLOSURE_ORDER,
        CaseType.LOCATION_RESCUE,
        CaseType.EMERGENCY,
    }
)
_DECIDED: Final = frozenset({CaseType.VOLUNTARY_CLAIM, CaseType.DISCLOSURE_ORDER})
_CRIMINAL: Final = frozenset(one.type for one in CASE_TYPES.values() if one.family is Family.CRIMINAL)
ASK_SECRECY: Final = _CRIMINAL
"""Requests whose answer repeats that secrecy is kept: law knows such a wish or order in criminal procedure alone."""


def _spec(
    kind: PaperKind, ja: str, en: str, cases: frozenset[CaseType], source: str, audience: Audience = Audience.REQUESTER
) -> PaperSpec:
    return PaperSpec(kind, Text(ja, en), audience, cases, source)


_HOUSE: Final = "書式の定めなし（実務の例による）"
_ACT: Final = "情報流通プラットフォーム対処法"

PAPERS: Final = {
    spec.kind: spec
    for spec in (
        _spec(PaperKind.ANSWER, "回答書", "answer to an inquiry", _INQUIRIES, _HOUSE),
        _spec(
            PaperKind.BAR_ANSWER,
            "弁護士会照会に対する回答書",
            "answer to a bar association's inquiry",
            frozenset({CaseType.BAR_INQUIRY}),
            "弁護士法23条の2第2項",
        ),
        _spec(PaperKind.QUESTION, "照会事項に関する質問書", "question back", _EVERY, _HOUSE),
        _spec(PaperKind.QUOTE, "手数料見積書", "quote of fees", _PRICED, _HOUSE),
        _spec(PaperKind.HOLD_NOTICE, "通信履歴等の保全通知書", "notice that records are held", HOLDING, _HOUSE),
        _spec(
            PaperKind.HOLD_EXTENSION,
            "保全期間延長通知書",
            "notice that a hold is extended",
            frozenset({CaseType.PRESERVATION_EXTENSION}),
            "刑事訴訟法197条4項",
        ),
        _spec(
            PaperKind.OPINION_INQUIRY,
            "発信者情報開示に係る意見照会書",
            "letter asking the sender for an opinion",
            _HEARS,
            f"{_ACT}6条1項",
            Audience.SUBSCRIBER,
        ),
        _spec(
            PaperKind.OPINION_ANSWER,
            "発信者情報開示に係る意見照会書に対する回答書",
            "form for the sender's answer",
            _HEARS,
            f"{_ACT}6条1項",
            Audience.SUBSCRIBER,
        ),
        _spec(
            PaperKind.DISCLOSURE_DECISION, "発信者情報開示決定通知書", "decision to disclose", _DECIDED, f"{_ACT}5条"
        ),
        _spec(
            PaperKind.REFUSAL_DECISION,
            "発信者情報不開示決定通知書",
            "decision not to disclose",
            _DECIDED,
            f"{_ACT}5条",
        ),
        _spec(
            PaperKind.SENDER_NOTICE,
            "発信者情報開示命令を受けたことの通知書",
            "notice to a sender who opposed that a disclosure was ordered",
            frozenset({CaseType.DISCLOSURE_ORDER}),
            f"{_ACT}6条2項",
            Audience.SUBSCRIBER,
        ),
        _spec(PaperKind.PROVISION, "提供書", "letter that goes with what is provided", _ORDERS, _HOUSE),
        _spec(PaperKind.INVENTORY, "目録", "list of what is handed over", _EVERY - HOLDING, _HOUSE),
        _spec(PaperKind.RECEIPT, "受領書", "receipt", _EVERY - HOLDING, _HOUSE),
        _spec(
            PaperKind.NEXT_PROVIDER,
            "他の開示関係役務提供者の氏名等に関する通知書",
            "notice of the next provider's name",
            frozenset({CaseType.IDENTIFICATION_ORDER}),
            f"{_ACT}15条",
        ),
        _spec(
            PaperKind.INQUIRY_FORM,
            "捜査関係事項照会書 入力票",
            "entry form for an inquiry in an investigation",
            frozenset(),
            "刑事訴訟法197条2項",
            Audience.STAFF,
        ),
        _spec(
            PaperKind.PRESERVATION_FORM,
            "保全要請書 入力票",
            "entry form for a preservation request",
            frozenset(),
            "刑事訴訟法197条3項・4項",
            Audience.STAFF,
        ),
    )
}
"""Every paper."""
