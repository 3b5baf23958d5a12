"""The disclosure desk's fact catalogue: everything a rule or a case about a request may name.

A fact that is absent is unknown, never false. Nothing here says who somebody is: the engine sees whether a paper is in
order, never whose name is on it.

:data:`STATED_BY` says of each fact whose word is enough for it (:mod:`sekisho.disclosure.case_facts` lets the gate see
no other).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sekisho.disclosure.kinds import Act, CaseType, DataClass, RequesterKind
from sekisho.engine.facts import Catalogue, ChangedBy, FactSpec, FactType, Text

REQUESTER, OPERATOR, NOBODY = ChangedBy.APPLICANT, ChangedBy.OPERATOR, ChangedBy.NOBODY

ROLES: Final = ("access_provider", "content_provider", "intermediate_provider")
"""経由プロバイダ, コンテンツプロバイダ, and one between (卸・MVNE)."""
HEARING_ANSWERS: Final = ("agrees", "opposes", "no_answer")
OUTCOMES: Final = ("unique", "ambiguous", "none", "coverage_gap", "expired", "computed", "next_provider")
"""What a search found (:class:`sekisho.logs.lookup.answer.Outcome`)."""
RECIPIENTS: Final = ("requester", "next_provider", "data_subject")


def _flag(name: str, ja: str, en: str, by: ChangedBy = NOBODY, cost: int = 1) -> FactSpec:
    return FactSpec(name, FactType.BOOL, Text(ja, en), changed_by=by, cost=cost)


def _one_of(name: str, values: tuple[str, ...], ja: str, en: str, by: ChangedBy = NOBODY, cost: int = 1) -> FactSpec:
    return FactSpec(name, FactType.ENUM, Text(ja, en), values, by, cost)


def _number(name: str, ja: str, en: str, high: int = 1_000_000, by: ChangedBy = NOBODY, cost: int = 1) -> FactSpec:
    return FactSpec(name, FactType.INT, Text(ja, en), high=high, changed_by=by, cost=cost)


FACTS: Final = (
    # --- dimensions
    _one_of("event", tuple(one.value for one in CaseType), "請求の種類", "type of request"),
    _one_of("act", tuple(one.value for one in Act), "行うこと", "act"),
    _one_of("data_class", tuple(one.value for one in DataClass), "情報の区分", "class of data"),
    # --- who asks, and of whom
    _one_of("requester.kind", tuple(one.value for one in RequesterKind), "請求者の種類", "kind of requester"),
    _one_of("operator.role", ROLES, "当社の立場", "this operator's role"),
    _one_of("recipient", RECIPIENTS, "渡す相手", "who would be given it"),
    # --- the paper
    _flag("document.in_writing", "書面である", "it is in writing", REQUESTER, 5),
    _flag("document.original_received", "原本を受け取った", "the original was received", REQUESTER, 5),
    _flag("document.number_present", "文書番号がある", "it has a document number", REQUESTER, 5),
    _flag("document.addressed_to_us", "当社に宛てたもの", "it is addressed to this operator", REQUESTER, 5),
    _flag("document.in_date", "有効期間内である", "it is within its time of validity", REQUESTER, 10),
    _flag("document.issued_by_judge", "裁判官が発した", "a judge issued it", REQUESTER, 20),
    _flag("document.legal_provision_named", "根拠条文が書かれている", "it names its legal basis", REQUESTER, 5),
    _flag("document.basis_in_force", "根拠条文が施行されている", "the article it rests on is in force", OPERATOR, 3),
    _flag("document.necessity_stated", "必要性が書かれている", "it says why it is needed", REQUESTER, 5),
    _flag("authenticity.number_confirmed", "文書番号を確かめた", "the number was confirmed", OPERATOR, 3),
    _flag(
        "authenticity.called_back",
        "公表された代表番号に折り返して確かめた",
        "confirmed by calling back a published number",
        OPERATOR,
        3,
    ),
    _flag("authenticity.identity_proved", "請求者本人と確かめた", "the requester's identity was proved", REQUESTER, 5),
    _flag("authenticity.agency_proved", "代理権を確かめた", "the agent's authority was proved", REQUESTER, 5),
    # --- what is asked for
    _flag("scope.specified", "対象が特定されている", "what is asked for is specified", REQUESTER, 5),
    _flag("scope.time_bounded", "期間に始めと終わりがある", "its time has a beginning and an end", REQUESTER, 5),
    _flag("scope.within_order", "行うことが命令・令状の範囲内", "the act lies within the order's scope", OPERATOR, 3),
    _flag("scope.existing_only", "すでにある記録だけを求めている", "it asks for existing records only", REQUESTER, 5),
    _flag("scope.content_asked", "通信の内容を求めている", "it asks for the content of communications", REQUESTER, 5),
    _flag("scope.port_known", "送信元ポートがわかっている", "the source port is known", REQUESTER, 10),
    _flag("scope.civil_items_only", "省令が定める項目だけ", "only items that the ordinance lists", REQUESTER, 3),
    _flag("scope.special_items", "特定発信者情報を含む", "special sender information is among them", REQUESTER, 3),
    _flag("data.tied_to_communication", "個々の通信と結びついている", "tied to an individual communication"),
    _flag("data.held_for_business", "業務上記録しているもの", "recorded in the course of business"),
    _number("data.retention_days", "この種類の記録の保存日数", "days for which this kind is kept", 36_500),
    _one_of("answer.outcome", OUTCOMES, "検索の結果", "what the search found"),
    # --- preservation
    _number("preservation.days_asked", "求められた日数", "days asked for", 3_650, REQUESTER, 3),
    _number("preservation.days_total", "延長を含む通算日数", "days in total with extensions", 3_650, REQUESTER, 3),
    _flag("preservation.specially_needed", "特に必要があると書かれている", "a special need is stated", REQUESTER, 5),
    _flag("preservation.for_seizure", "差押え等のために必要", "needed for a seizure", REQUESTER, 5),
    _flag("preservation.withdrawn", "撤回された", "it was withdrawn", REQUESTER, 5),
    _flag("preservation.running", "先の保全要請が続いている", "an earlier request is in force"),
    # --- consent and emergencies
    _flag("consent.valid", "有効な同意がある（個別・具体的・明確）", "a valid consent to just this", REQUESTER, 5),
    _flag("emergency.danger_current", "現在の危難がある", "there is a present danger"),
    _flag("emergency.to_life_or_body", "生命・身体への危難", "the danger is to life or body"),
    _flag("emergency.no_other_means", "他に手段がない", "there are no other means"),
    _flag("emergency.harm_balanced", "避けようとする害を超えない", "the harm done doesn't exceed the harm avoided"),
    _flag("rescue.search_party", "救助を行う機関からの求め", "a body that rescues asks"),
    # --- an attack on the operator or its users (正当防衛)
    _flag("attack.under_way", "急迫不正の侵害がある", "an unlawful attack is under way"),
    _flag("attack.response_necessary", "防ぐためにやむを得ない", "the act is unavoidable to ward it off"),
    # --- civil claims
    _flag("claim.infringement_clear", "権利侵害が明らか", "the infringement is evident", REQUESTER, 20),
    _flag("claim.proper_reason", "開示を受けるべき正当な理由", "a proper reason to be given it", REQUESTER, 10),
    _flag("claim.supplementary_met", "補充性の要件を満たす", "the supplementary condition is met", REQUESTER, 10),
    _flag("order.petition_served", "申立書の写しの送付を受けた", "the petition was sent to us", REQUESTER, 5),
    _flag("order.court_issued", "裁判所が命じた", "a court ordered it", REQUESTER, 20),
    _flag("order.plea_overruled", "提出義務がないとの主張を裁判所が退けた", "the court overruled the plea of secrecy"),
    _flag("order.served", "命令の送達・告知を受けた", "the order was served on this operator", REQUESTER, 5),
    _flag("order.final", "命令が確定している", "the order is final", NOBODY),
    _flag("order.objection_pending", "異議の訴えが係属している", "an action of objection is pending", NOBODY),
    _flag("order.names_next_provider", "他の提供者の氏名等の提供を命じている", "it orders naming the next provider"),
    _flag(
        "order.filing_notified",
        "その提供者への開示命令申立ての通知を受けた",
        "notice was given of a petition against that provider",
        REQUESTER,
        5,
    ),
    _flag("order.filing_in_time", "2か月以内に通知された", "that notice came within two months"),
    _flag("order.case_ended", "本案が終わった", "the case has ended"),
    # --- the sender's hearing
    _flag("hearing.unreachable", "発信者に連絡できない", "the sender can't be reached"),
    _flag("hearing.special_circumstances", "意見を聴けない特別の事情", "special circumstances prevent a hearing"),
    _flag("hearing.asked", "意見を照会した", "the sender was asked", OPERATOR, 5),
    _number("hearing.days_waited", "照会からの日数", "days since the sender was asked", 3_650, OPERATOR, 5),
    _one_of("hearing.answer", HEARING_ANSWERS, "発信者の回答", "the sender's answer"),
    # --- secrecy asked for
    _flag("secrecy.asked", "漏らさないよう求められている", "secrecy is asked for"),
    _flag("secrecy.ordered", "漏らすことを禁じられている", "secrecy is ordered"),
    _number("secrecy.days", "秘密を守る期間（日）", "days of secrecy", 3_650),
    # --- people
    _flag("people.reviewed", "別の人が確認した", "somebody else reviewed it", OPERATOR, 3),
    _flag("people.outside_approver", "社外の承認者が承認した", "an approver from outside approved", OPERATOR, 3),
    _flag("people.review_scheduled", "事後の確認が予定されている", "a review afterwards is scheduled", OPERATOR, 1),
)

CATALOGUE: Final = Catalogue.of(FACTS, (), ("event", "act", "data_class"))
"""The disclosure desk's catalogue."""


class StatedBy(StrEnum):
    """Whose word is enough for a fact. A stronger word is always enough too."""

    DERIVED = "derived"
    """The desk works it out from its own records: nobody states it."""
    REQUESTER = "requester"
    """What the paper asks or says of itself, as it was typed in. No permission rests on such facts alone: each needs
    besides them that the paper was checked and somebody else reviewed it."""
    INTAKE = "intake"
    """Somebody of this operator looked for themselves and said how, before another person's review or after it."""
    REVIEWER = "reviewer"
    """A reviewer of the case looked for themselves: a question of law, or of what the law leaves to judgement."""


_DERIVED: Final = (
    *("event", "act", "data_class", "requester.kind", "recipient"),
    *("document.number_present", "document.in_date", "document.legal_provision_named"),
    *("scope.specified", "scope.time_bounded", "scope.port_known", "scope.within_order", "answer.outcome"),
    *("secrecy.asked", "secrecy.ordered", "secrecy.days"),
    *("people.reviewed", "people.outside_approver", "people.review_scheduled"),
    *("hearing.asked", "hearing.days_waited", "hearing.answer"),
    *("hearing.unreachable", "hearing.special_circumstances"),
)
_REQUESTER: Final = (
    # The law asks that the paper say so, and how many days; whether it is true isn't the operator's to find out.
    *("document.necessity_stated", "preservation.specially_needed", "preservation.for_seizure"),
    "preservation.days_asked",
    # Who asked withdraws; that only ever closes.
    "preservation.withdrawn",
)
_INTAKE: Final = (
    *("document.in_writing", "document.original_received", "document.addressed_to_us", "document.issued_by_judge"),
    *("authenticity.number_confirmed", "authenticity.called_back"),
    *("authenticity.identity_proved", "authenticity.agency_proved"),
    *("scope.existing_only", "scope.content_asked", "scope.civil_items_only", "scope.special_items"),
    *("data.retention_days", "operator.role", "preservation.days_total", "preservation.running"),
    # At night whoever takes the call looks into the danger, and somebody else, at least outside, approves after it.
    *("emergency.danger_current", "emergency.to_life_or_body", "emergency.no_other_means", "emergency.harm_balanced"),
    "rescue.search_party",
    *("order.petition_served", "order.court_issued", "order.served", "order.names_next_provider"),
    *("order.filing_notified", "order.filing_in_time", "order.case_ended"),
)
_REVIEWER: Final = (
    *("document.basis_in_force", "data.tied_to_communication", "data.held_for_business", "consent.valid"),
    *("attack.under_way", "attack.response_necessary"),
    *("claim.infringement_clear", "claim.proper_reason", "claim.supplementary_met"),
    *("order.plea_overruled", "order.final", "order.objection_pending"),
)

STATED_BY: Final[Mapping[str, StatedBy]] = MappingProxyType(
    {
        **dict.fromkeys(_DERIVED, StatedBy.DERIVED),
        **dict.fromkeys(_REQUESTER, StatedBy.REQUESTER),
        **dict.fromkeys(_INTAKE, StatedBy.INTAKE),
        **dict.fromkeys(_REVIEWER, StatedBy.REVIEWER),
    }
)
"""Every fact of the catalogue: whose word is enough for it."""

CLOSES: Final[Mapping[str, bool]] = MappingProxyType(
    {
        "scope.existing_only": False,
        "scope.content_asked": True,
        "scope.civil_items_only": False,
        "scope.special_items": True,
        "data.tied_to_communication": True,
        "data.held_for_business": False,
        "order.filing_in_time": False,
        "order.case_ended": True,
        "preservation.withdrawn": True,
    }
)
"""Facts of which not knowing doesn't close, and the value that only closes: that one is believed whoever says it."""
