"""Who asks for what: types of request, acts, classes of data, roles of those outside. Pure.

The values are the dimensions by which the rules of :mod:`sekisho.disclosure.facts` are indexed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.engine.facts import Text


class CaseType(StrEnum):
    """The closed list of requests. What each rests on is in :data:`CASE_TYPES`."""

    INVESTIGATION_INQUIRY = "investigation_inquiry"
    POLICE_INQUIRY_2026 = "police_inquiry_2026"
    BAR_INQUIRY = "bar_inquiry"
    COURT_INQUIRY = "court_inquiry"
    DOCUMENT_REQUEST = "document_request"
    DOCUMENT_ORDER = "document_order"
    SEARCH_SEIZURE = "search_seizure"
    RECORDING_SEIZURE = "recording_seizure"
    DATA_PROVISION_ORDER = "data_provision_order"
    PRESERVATION_REQUEST = "preservation_request"
    PRESERVATION_EXTENSION = "preservation_extension"
    TAX_PRESERVATION = "tax_preservation"
    LOCATION_RESCUE = "location_rescue"
    EMERGENCY = "emergency"
    VOLUNTARY_CLAIM = "voluntary_claim"
    DISCLOSURE_ORDER = "disclosure_order"
    IDENTIFICATION_ORDER = "identification_order"
    DELETION_PROHIBITION = "deletion_prohibition"
    LOG_INJUNCTION = "log_injunction"
    VOLUNTARY_PRESERVATION = "voluntary_preservation"
    OWN_ACCOUNT = "own_account"


class Act(StrEnum):
    """What the operator would do. Each is judged by itself: a good ground for holding opens no search."""

    HOLD = "hold"
    """Keep records that exist beyond their day."""
    SEARCH = "search"
    """Look communications or subscribers up, whether or not anything leaves."""
    DISCLOSE = "disclose"
    """Give what was found to whoever asked."""
    FORWARD = "forward"
    """Name the next provider, or give it what it needs to find its own subscriber."""


class DataClass(StrEnum):
    """How strictly data is protected."""

    SUBSCRIBER = "subscriber"
    """Facts about a contract that are not tied to one communication."""
    SECRECY = "secrecy"
    """What the secrecy of communications covers (Telecommunications Business Act art. 4): logs of any kind, and
    subscriber facts found through one communication."""
    LOCATION = "location"
    """Where a device is or was (guideline art. 41)."""


class RequesterKind(StrEnum):
    """Who asks."""

    PROSECUTOR = "prosecutor"
    PROSECUTOR_ASSISTANT = "prosecutor_assistant"
    JUDICIAL_POLICE_OFFICER = "judicial_police_officer"
    JUDICIAL_CONSTABLE = "judicial_constable"
    POLICE_CHIEF = "police_chief"
    COURT = "court"
    TAX_OFFICER = "tax_officer"
    RESCUE_BODY = "rescue_body"
    BAR_ASSOCIATION = "bar_association"
    CLAIMANT = "claimant"
    CLAIMANT_LAWYER = "claimant_lawyer"
    PROVIDER = "provider"
    SUBSCRIBER = "subscriber"


class Family(StrEnum):
    """Kinds of request that are counted and queued together."""

    CRIMINAL = "criminal"
    CIVIL = "civil"
    EMERGENCY = "emergency"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class CaseTypeSpec:
    """What is said of a type of request.

    ``compulsory``: whoever receives it must comply. ``hears_sender``: the sender is heard before a disclosure
    (情報流通プラットフォーム対処法6条1項). ``priced``: a fee is asked for each identifier.
    """

    type: CaseType
    title: Text
    source: str
    family: Family
    compulsory: bool
    hears_sender: bool = False
    priced: bool = False


def _spec(
    kind: CaseType,
    ja: str,
    en: str,
    source: str,
    family: Family,
    *,
    compulsory: bool = False,
    hears_sender: bool = False,
    priced: bool = False,
) -> CaseTypeSpec:
    return CaseTypeSpec(kind, Text(ja, en), source, family, compulsory, hears_sender, priced)


CASE_TYPES: Final = {
    spec.type: spec
    for spec in (
        _spec(
            CaseType.INVESTIGATION_INQUIRY,
            "捜査関係事項照会",
            "inquiry in an investigation",
            "刑事訴訟法197条2項",
            Family.CRIMINAL,
        ),
        _spec(
            CaseType.POLICE_INQUIRY_2026,
            "警察署長の照会（2026年改正法）",
            "inquiry by the chief of a police station (2026 Act)",
            "令和8年法律25号（条文未確認）",
            Family.CRIMINAL,
        ),
        _spec(
            CaseType.BAR_INQUIRY,
            "弁護士会照会",
            "bar association's inquiry",
            "弁護士法23条の2",
            Family.CIVIL,
            priced=True,
        ),
        _spec(CaseType.COURT_INQUIRY, "調査嘱託", "inquiry commissioned by a court", "民事訴訟法186条", Family.CIVIL),
        _spec(
            CaseType.DOCUMENT_REQUEST,
            "文書送付嘱託",
            "request by a court to send documents",
            "民事訴訟法226条",
            Family.CIVIL,
        ),
        _spec(
            CaseType.DOCUMENT_ORDER,
            "文書提出命令",
            "order to produce documents",
            "民事訴訟法223条",
            Family.CIVIL,
            compulsory=True,
        ),
        _spec(
            CaseType.SEARCH_SEIZURE,
            "捜索差押許可状",
            "search and seizure warrant",
            "刑事訴訟法218条1項",
            Family.CRIMINAL,
            compulsory=True,
        ),
        _spec(
            CaseType.RECORDING_SEIZURE,
            "記録命令付差押許可状",
            "seizure warrant with a recording order",
            "刑事訴訟法（改正前）99条の2・218条1項",
            Family.CRIMINAL,
            compulsory=True,
        ),
        _spec(
            CaseType.DATA_PROVISION_ORDER,
            "電磁的記録提供命令",
            "order to provide electromagnetic records",
            "刑事訴訟法102条の2（令和7年法律39号）",
            Family.CRIMINAL,
            compulsory=True,
        ),
        _spec(
            CaseType.PRESERVATION_REQUEST,
            "通信履歴の保全要請",
            "preservation request",
            "刑事訴訟法197条3項",
            Family.CRIMINAL,
        ),
        _spec(
            CaseType.PRESERVATION_EXTENSION,
            "保全要請の延長",
            "extension of a preservation request",
            "刑事訴訟法197条4項",
            Family.CRIMINAL,
        ),
        _spec(
            CaseType.TAX_PRESERVATION,
            "国税の保全要請",
            "preservation request by tax officers",
            "国税通則法134条",
            Family.CRIMINAL,
        ),
        _spec(
            CaseType.LOCATION_RESCUE,
            "救助のための位置情報",
            "location for a rescue",
            "個人情報保護ガイドライン41条",
            Family.EMERGENCY,
        ),
        _spec(CaseType.EMERGENCY, "緊急避難", "emergency", "刑法37条1項", Family.EMERGENCY),
        _spec(
            CaseType.VOLUNTARY_CLAIM,
            "発信者情報開示請求（任意）",
            "claim for a sender's information",
            "情報流通プラットフォーム対処法5条",
            Family.CIVIL,
            hears_sender=True,
            priced=True,
        ),
        _spec(
            CaseType.DISCLOSURE_ORDER,
            "発信者情報開示命令",
            "court order to disclose a sender's information",
            "情報流通プラットフォーム対処法8条",
            Family.CIVIL,
            compulsory=True,
            hears_sender=True,
        ),
        _spec(
            CaseType.IDENTIFICATION_ORDER,
            "提供命令",
            "order to name the next provider",
            "情報流通プラットフォーム対処法15条",
            Family.CIVIL,
            compulsory=True,
        ),
        _spec(
            CaseType.DELETION_PROHIBITION,
            "消去禁止命令",
            "order not to delete",
            "情報流通プラットフォーム対処法16条",
            Family.CIVIL,
            compulsory=True,
        ),
        _spec(
            CaseType.LOG_INJUNCTION,
            "ログ保存仮処分",
            "injunction to keep logs",
            "民事保全法23条2項",
            Family.CIVIL,
            compulsory=True,
        ),
        _spec(
            CaseType.VOLUNTARY_PRESERVATION,
            "任意のログ保存依頼",
            "request without an order to keep logs",
            "法令の根拠なし（事業者の判断）",
            Family.CIVIL,
        ),
        _spec(
            CaseType.OWN_ACCOUNT,
            "本人からの照会",
            "a user's question about their own account",
            "個人情報保護法33条・通信当事者の同意",
            Family.OWN,
        ),
    )
}
"""Every type of request, in the order people read them."""
