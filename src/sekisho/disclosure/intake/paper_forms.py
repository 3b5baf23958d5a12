"""The papers that are typed in, and what stands on each: data, for forms on screen and for the reader. Pure.

Fields of warrants are those of 刑事訴訟法219条, of preservation requests those of 197条3-5項, of inquiries what the
circulars on false ones ask to be there (a number, an office that can be called back).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.disclosure.kinds import CASE_TYPES, CaseType, DataClass, RequesterKind
from sekisho.engine.facts import Text


class FieldKind(StrEnum):
    """What a field takes. Dates and times are as the paper has them."""

    TEXT = "text"
    WORDS = "words"
    DATE = "date"
    FLAG = "flag"
    NUMBER = "number"
    LIST = "list"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class PaperField:
    """One field. ``fact``: the fact of the catalogue that it declares; ``of_case``: the case has a field for it, else
    it is kept with the papers."""

    name: str
    title: Text
    kind: FieldKind = FieldKind.TEXT
    of_case: bool = False
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One paper: which requesters may send it, what its items ask for unless they say otherwise, and its fields."""

    type: CaseType
    requesters: tuple[RequesterKind, ...]
    legal_provision: str
    data_class: DataClass | None
    wanted: tuple[str, ...]
    fields: tuple[PaperField, ...]

    @property
    def title(self) -> Text:
        """What the paper is called."""
        return CASE_TYPES[self.type].title


def _field(
    name: str, ja: str, en: str, kind: FieldKind = FieldKind.TEXT, *, of_case: bool = False, fact: str | None = None
) -> PaperField:
    return PaperField(name, Text(ja, en), kind, of_case, fact)


_K = FieldKind
COMMON: Final = (
    _field("requester_kind", "請求者の種類", "kind of requester", of_case=True),
    _field("agency", "官署・請求者", "agency or requester", of_case=True),
    _field("unit", "所属・所在地", "unit or office", of_case=True),
    _field("officer", "氏名", "officer's name", of_case=True),
    _field("rank", "官職・階級", "rank", of_case=True),
    _field("contact", "連絡先", "contact", of_case=True),
    _field("number", "文書番号・事件番号", "document or case number", of_case=True),
    _field("dated", "文書の日付", "date of the document", _K.DATE, of_case=True),
    _field("title", "表題", "title", of_case=True),
    _field("legal_provision", "根拠条文", "legal basis", of_case=True),
    _field("sha256", "画像・ファイルのSHA-256", "SHA-256 of the image or file", of_case=True),
    _field("zone", "時刻の時間帯", "zone of its times", of_case=True),
    _field("items", "対象", "what is asked about", _K.ITEMS, of_case=True),
    _field("flags", "区分", "queues", _K.LIST, of_case=True),
    _field("knows", "知ってよい担当者", "staff who may know", _K.LIST, of_case=True),
    _field("brand", "ブランド", "brand", of_case=True),
    _field("received_at", "受付日時", "received at", of_case=True),
    _field("original", "原本を受け取った", "the original was received", _K.FLAG, fact="document.original_received"),
    _field("addressed_to_us", "当社宛て", "addressed to this operator", _K.FLAG, fact="document.addressed_to_us"),
    _field("sealed", "公印・職印がある", "it bears a seal", _K.FLAG),
)
_SECRECY: Final = (
    _field("secrecy", "秘密保持の求め（none・asked・ordered）", "secrecy: none, asked, ordered", of_case=True),
    _field("secrecy_until", "秘密を守る期限", "secrecy until", _K.DATE, of_case=True),
)
_NECESSITY: Final = (
    _field("necessity", "必要とする理由", "why it is needed", _K.WORDS),
    _field("necessity_stated", "必要性が書かれている", "a need is stated", _K.FLAG, fact="document.necessity_stated"),
)
_PRESERVATION: Final = (
    *_NECESSITY,
    _field("log_kinds", "記録の種類", "kinds of log", _K.LIST),
    _field("hold_from", "保全の始期", "hold from", _K.DATE),
    _field("hold_until", "保全の終期", "hold until", _K.DATE),
    _field("days_asked", "求める日数", "days asked for", _K.NUMBER, fact="preservation.days_asked"),
    _field("for_seizure", "差押え等のため", "for a seizure", _K.FLAG, fact="preservation.for_seizure"),
    _field("existing_only", "すでにある記録だけ", "existing records only", _K.FLAG, fact="scope.existing_only"),
)
_EXTENSION: Final = (
    _field("extension", "延長の回", "number of the extension", _K.NUMBER),
    _field("days_total", "通算日数", "days in total", _K.NUMBER, fact="preservation.days_total"),
    _field("former_number", "先の保全要請の文書番号", "number of the former request"),
    _field(
        "specially_needed", "特に必要がある", "a special need is stated", _K.FLAG, fact="preservation.specially_needed"
    ),
)
_WARRANT: Final = (
    _field("suspect", "被疑者の氏名", "name of the suspect"),
    _field("offence", "罪名", "offence"),
    _field("list", "差し押さえるべき物・提供させるべき記録（目録）", "list of what is ordered", _K.LIST),
    _field("recorder", "記録・提供をすべき者", "who must record or provide"),
    _field("remote_scope", "複写すべき記録の範囲（218条2項）", "records to be copied from elsewhere", _K.WORDS),
    _field("valid_until", "有効期間の末日", "last day of validity", _K.DATE, of_case=True),
    _field("court", "裁判所", "court"),
    _field("judge", "裁判官の氏名", "judge's name"),
    _field("judge_sealed", "裁判官の記名押印がある", "signed and sealed by a judge", _K.FLAG,
           fact="document.issued_by_judge"),
)  # fmt: skip
_COURT: Final = (
    _field("court_division", "部・係", "division"),
    _field("parties", "当事者", "parties"),
    _field("matter", "事件名", "name of the case"),
    _field("question", "嘱託事項・送付を求める文書", "what is asked, or documents asked for", _K.WORDS),
    _field("answer_by", "回答期限", "answer asked for by", _K.DATE),
)
_BAR: Final = (
    _field("lawyer", "申出弁護士", "lawyer who applied"),
    _field("association", "弁護士会", "bar association"),
    _field("matter", "受任事件", "matter"),
    _field("question", "照会事項", "questions", _K.WORDS),
    *_NECESSITY,
    _field("answer_by", "回答期限", "answer asked for by", _K.DATE),
)

_R = RequesterKind
_POLICE: Final = (_R.JUDICIAL_POLICE_OFFICER, _R.PROSECUTOR, _R.PROSECUTOR_ASSISTANT, _R.JUDICIAL_CONSTABLE)


def _form(
    kind: CaseType,
    requesters: Iterable[RequesterKind],
    provision: str,
    *fields: PaperField,
    data_class: DataClass | None = None,
    wanted: tuple[str, ...] = ("subscriber",),
) -> PaperForm:
    return PaperForm(kind, tuple(requesters), provision, data_class, wanted, (*COMMON, *fields))


_ORDERED: Final = ("subscriber", "log")
PAPER_FORMS: Final = {
    form.type: form
    for form in (
        _form(CaseType.INVESTIGATION_INQUIRY, _POLICE, "刑事訴訟法197条2項", *_NECESSITY, *_SECRECY),
        _form(
            CaseType.PRESERVATION_REQUEST, _POLICE, "刑事訴訟法197条3項", *_PRESERVATION, *_SECRECY,
            data_class=DataClass.SECRECY, wanted=("log",),
        ),
        _form(
            CaseType.PRESERVATION_EXTENSION, _POLICE, "刑事訴訟法197条4項", *_PRESERVATION, *_EXTENSION, *_SECRECY,
            data_class=DataClass.SECRECY, wanted=("log",),
        ),
        _form(CaseType.SEARCH_SEIZURE, _POLICE, "刑事訴訟法218条1項", *_WARRANT, *_SECRECY, wanted=_ORDERED),
        _form(CaseType.RECORDING_SEIZURE, _POLICE, "刑事訴訟法（改正前）99条の2・218条1項", *_WARRANT, *_SECRECY,
              wanted=_ORDERED),
        _form(CaseType.DATA_PROVISION_ORDER, (*_POLICE, _R.COURT), "刑事訴訟法102条の2（令和7年法律39号）", *_WARRANT,
              *_SECRECY, wanted=_ORDERED),
        _form(CaseType.BAR_INQUIRY, (_R.BAR_ASSOCIATION,), "弁護士法23条の2", *_BAR),
        _form(CaseType.COURT_INQUIRY, (_R.COURT,), "民事訴訟法186条", *_COURT),
        _form(CaseType.DOCUMENT_REQUEST, (_R.COURT,), "民事訴訟法226条", *_COURT),
    )
}  # fmt: skip
"""Every paper that is typed in."""
