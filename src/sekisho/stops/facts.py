"""The stops desk's fact catalogue: everything a rule of the scheme may name. No fact says who somebody is."""

from __future__ import annotations

from typing import Final

from sekisho.engine.facts import Catalogue, ChangedBy, FactSpec, FactType, Text
from sekisho.stops.kinds import Association, Holding, NumberKind, StopEvent

OUTSIDE, OPERATOR, NOBODY = ChangedBy.APPLICANT, ChangedBy.OPERATOR, ChangedBy.NOBODY


def _flag(name: str, ja: str, en: str, by: ChangedBy = OPERATOR) -> FactSpec:
    return FactSpec(name, FactType.BOOL, Text(ja, en), changed_by=by)


def _one_of(name: str, values: tuple[str, ...], ja: str, en: str, by: ChangedBy = NOBODY) -> FactSpec:
    return FactSpec(name, FactType.ENUM, Text(ja, en), values, by)


FACTS: Final = (
    # --- dimensions
    _one_of("event", tuple(one.value for one in StopEvent), "行うこと", "what is to be done"),
    _one_of("number.kind", tuple(one.value for one in NumberKind), "番号の種類", "kind of number"),
    _one_of("operator.association", tuple(one.value for one in Association), "加入団体", "the operator's association"),
    # --- the request of the police
    _flag("request.from_police", "都道府県警察からの要請", "a prefectural police force asks", OUTSIDE),
    _flag("request.number_present", "文書番号がある", "it has a document number", OUTSIDE),
    _flag("request.dated", "文書の日付がある", "it is dated", OUTSIDE),
    _flag("request.called_back", "公表された番号に折り返して確かめた", "confirmed by calling a published number back"),
    # --- the number
    _one_of("number.holding", tuple(one.value for one in Holding), "番号の所在", "who has the number"),
    _flag("number.public_office", "公的機関の番号", "a public office's number", NOBODY),
    _flag("number.reassigned", "犯行の後に別の契約者に割り当てた", "given to somebody else since the crime", NOBODY),
    _flag("number.stopped", "利用を停止した", "it is stopped"),
    # --- the contractor, and the notice of the National Police Agency
    _flag("notice.from_npa", "警察庁からの通知", "the National Police Agency gave notice", OUTSIDE),
    _flag("notice.number_present", "通知に文書番号がある", "the notice has a document number", OUTSIDE),
    _flag("notice.called_back", "通知を折り返して確かめた", "the notice was confirmed by calling back"),
    _flag("contractor.known", "契約者を特定した", "the contractor is known here"),
    _flag("denial.period_set", "拒否の期間が定まっている", "the period of refusal is set"),
    _flag("contractor.denied", "提供拒否の対象者", "denied new numbers now", NOBODY),
    _flag("contractor.call_forwarding", "電話転送サービス事業者", "a call-forwarding service provider", NOBODY),
    # --- the wholesale customer (令和7年法律46号)
    _flag("wholesale.answers_complete", "確認の項目にすべて答えがある", "every question is answered"),
    _flag("wholesale.documents_seen", "裏付けの書面を見た", "the papers behind it were seen"),
    _flag("wholesale.doubt", "詐欺に利用されるおそれがある", "it may be used for fraud", NOBODY),
    # --- people
    _flag("people.approved", "別の人が承認した", "somebody else approved"),
)

CATALOGUE: Final = Catalogue.of(FACTS, (), ("event", "number.kind", "operator.association"))
"""The stops desk's catalogue."""
