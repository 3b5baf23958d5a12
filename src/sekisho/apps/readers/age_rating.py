"""What a developer told the App Store: the age rating's answers, and the privacy label.

Two shapes of JSON are read: attributes of App Store Connect's ``ageRatingDeclarations`` (as its API answers, or bare),
and the list of ``{category, purposes, data_protections}`` that deployment tools upload. No rating is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import orjson

from sekisho.apps.evidence import Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.items import ITEMS
from sekisho.apps.purposes import PURPOSES
from sekisho.apps.readers.recorded import missing, opened

BYTES_MOST: Final = 4 * 1024 * 1024
"""Real ones have a few kilobytes."""
ROWS_MOST: Final = 2_000

YES_OR_NO: Final = frozenset({
    "advertising", "ageAssurance", "gambling", "healthOrWellnessTopics", "lootBox", "messagingAndChat",
    "parentalControls", "unrestrictedWebAccess", "userGeneratedContent", "seventeenPlus", "socialMedia",
})  # fmt: skip
HOW_OFTEN: Final = frozenset({
    "alcoholTobaccoOrDrugUseOrReferences", "contests", "gamblingSimulated", "gunsOrOtherWeapons", "horrorOrFearThemes",
    "matureOrSuggestiveThemes", "medicalOrTreatmentInformation", "profanityOrCrudeHumor",
    "sexualContentGraphicAndNudity", "sexualContentOrNudity", "violenceCartoonOrFantasy", "violenceRealistic",
    "violenceRealisticProlongedGraphicOrSadistic",
})  # fmt: skip
OTHERS: Final = frozenset({
    "kidsAgeBand", "ageRatingOverride", "ageRatingOverrideV2", "koreaAgeRatingOverride", "developerAgeRatingInfoUrl",
})  # fmt: skip
"""Attributes of the declaration by what they answer; from the API's documentation as of 2026."""
_OFTEN: Final = frozenset({"NONE", "INFREQUENT", "FREQUENT", "INFREQUENT_OR_MILD", "FREQUENT_OR_INTENSE"})

_CATEGORIES: Final[Mapping[str, str]] = {
    "NAME": "Name", "EMAIL_ADDRESS": "EmailAddress", "PHONE_NUMBER": "PhoneNumber",
    "PHYSICAL_ADDRESS": "PhysicalAddress", "OTHER_CONTACT_INFO": "OtherUserContactInfo", "HEALTH": "Health",
    "FITNESS": "Fitness", "PAYMENT_INFORMATION": "PaymentInfo", "CREDIT_AND_FRAUD": "PaymentInfo",
    "OTHER_FINANCIAL_INFO": "PaymentInfo", "PRECISE_LOCATION": "PreciseLocation", "COARSE_LOCATION": "CoarseLocation",
    "SENSITIVE_INFO": "OtherDataTypes", "CONTACTS": "Contacts", "EMAILS_OR_TEXT_MESSAGES": "EmailsOrTextMessages",
    "PHOTOS_OR_VIDEOS": "PhotosorVideos", "AUDIO": "AudioData", "GAMEPLAY_CONTENT": "OtherUserContent",
    "CUSTOMER_SUPPORT": "OtherUserContent", "OTHER_USER_CONTENT": "OtherUserContent",
    "BROWSING_HISTORY": "BrowsingHistory", "SEARCH_HISTORY": "SearchHistory", "USER_ID": "UserID",
    "DEVICE_ID": "DeviceID", "PURCHASE_HISTORY": "PurchaseHistory", "PRODUCT_INTERACTION": "ProductInteraction",
    "ADVERTISING_DATA": "AdvertisingData", "OTHER_USAGE_DATA": "ProductInteraction", "CRASH_DATA": "CrashData",
    "PERFORMANCE_DATA": "PerformanceData", "OTHER_DIAGNOSTIC_DATA": "OtherDiagnosticData",
    "OTHER_DATA": "OtherDataTypes",
    "ENVIRONMENT_SCANNING": "OtherDataTypes", "HANDS": "OtherDataTypes", "HEAD": "OtherDataTypes",
}  # fmt: skip
"""The label's categories, as the manifest's data types call them (the nearest where it has none)."""

_PURPOSES: Final[Mapping[str, str]] = {
    "THIRD_PARTY_ADVERTISING": "ThirdPartyAdvertising", "DEVELOPERS_ADVERTISING": "DeveloperAdvertising",
    "DEVELOPERS_ADVERTISING_OR_MARKETING": "DeveloperAdvertising", "ANALYTICS": "Analytics",
    "PRODUCT_PERSONALIZATION": "ProductPersonalization", "APP_FUNCTIONALITY": "AppFunctionality",
    "OTHER_PURPOSES": "Other",
}  # fmt: skip

_NOT_ONE: Final = (
    "App Storeの年齢レーティング回答またはプライバシー表示のJSONとして読めません。ファイルを確かめてください。",
    "This can't be read as the App Store's age rating answers or privacy label. See whether it is one.",
)


def read(data: BinaryIO | bytes, *, name: str) -> Reading:
    """What is declared in ``data``: answers as facts, collected data as declared pieces. Never raises for its content.

    An attribute that isn't known is kept as a fact and told as not understood.
    """
    target = opened(data)
    content = target.file.read(BYTES_MOST + 1)
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf")) if len(content) <= BYTES_MOST else None
    except orjson.JSONDecodeError:
        document = None
    pieces: list[Piece] = []
    said: list[NotMeasured] = []
    facts: dict[tuple[str, str], None] = {}
    found = _label(document) if isinstance(document, list) else _answers(document)
    for each in found:
        match each:
            case Piece():
                pieces.append(each)
            case NotMeasured():
                said.append(each)
            case _:
                facts.setdefault(each)
    if not pieces and not facts and not said:
        said.append(missing("json", "age_rating_unreadable", *_NOT_ONE))
    return Reading(
        target=Target(name=name, sha256=target.sha256, kind=TargetKind.AGE_RATING),
        pieces=tuple(dict.fromkeys(pieces)),
        not_measured=tuple(said),
        facts=tuple(facts),
    )


def attributes_of(document: object) -> Mapping[str, Any]:
    """The declaration's attributes: bare, or within the API's ``data`` and ``attributes``; empty where none are."""
    node = document
    for key in ("data", "attributes"):
        if isinstance(node, dict) and key in node:
            node = node[key]
        if isinstance(node, list) and node:
            node = node[0]
    return node if isinstance(node, dict) else {}


def _answers(document: object) -> Iterator[tuple[str, str] | NotMeasured]:
    attributes = attributes_of(document)
    if not attributes.keys() & (YES_OR_NO | HOW_OFTEN | OTHERS):
        return
    rows = document.get("data") if isinstance(document, dict) else None
    if isinstance(rows, list) and len(rows) > 1:
        yield missing("data", "age_rating_more",
                      "宣言が複数あります。最初の1件だけを読みました。1件ずつ渡してください。",
                      "There are several declarations; only the first was read. Give each by itself.")  # fmt: skip
    for key in sorted(attributes)[:ROWS_MOST]:
        value = attributes[key]
        if value is None:
            yield key, "unanswered"
            continue
        shown = str(value).lower() if isinstance(value, bool) else str(value)[:1000]
        yield key, shown
        fits = (
            (key in YES_OR_NO and isinstance(value, bool))
            or (key in HOW_OFTEN and shown in _OFTEN)
            or (key in OTHERS and isinstance(value, str))
        )
        if not fits:
            yield missing(key[:100], "age_rating_unknown",
                          f"「{key[:60]}」の回答「{shown[:60]}」の意味が分かりません。様式が変わった可能性があります。",
                          f"What '{shown[:60]}' for '{key[:60]}' means isn't known. The form may have changed.",
                          )  # fmt: skip


def _texts(rows: object) -> list[str]:
    return [each for each in rows[:ROWS_MOST] if isinstance(each, str)] if isinstance(rows, list) else []


def _label(rows: list[Any]) -> Iterator[Piece | NotMeasured | tuple[str, str]]:
    for number, row in enumerate(rows[:ROWS_MOST], 1):
        path = f"row {number}"
        if not isinstance(row, dict) or not isinstance(row.get("data_protections"), list | None):
            yield missing(path, "app_privacy_row", "プライバシー表示の行として読めません。", "It is no row of a label.")
            continue
        protections = _texts(row.get("data_protections"))
        category = row.get("category")
        if category is None and "DATA_NOT_COLLECTED" in protections:
            yield "app_privacy", "DATA_NOT_COLLECTED"
            continue
        apple = _CATEGORIES.get(category) if isinstance(category, str) else None
        if apple is None:
            shown = re.sub(r"\s+", " ", str(category))[:60]
            yield missing(path, "app_privacy_unknown", f"区分「{shown}」の意味が分かりません。",
                          f"What the category '{shown}' means isn't known.")  # fmt: skip
            continue
        yield f"app_privacy {category}", " ".join(protections)[:500]
        written = _texts(row.get("purposes"))
        purposes: list[str | None] = [_PURPOSES[each] for each in written if each in _PURPOSES]
        if len(purposes) < len(written):
            yield missing(
                path, "app_privacy_unknown", "知らない利用目的があります。", "It has a purpose that isn't known."
            )
        for item in (slug for slug, each in ITEMS.items() if apple in each.apple):
            for purpose in purposes or [None]:
                slug = next((key for key, each in PURPOSES.items() if purpose in each.apple), None)
                yield Piece(grade=Grade.DECLARED, place=Place(path=path), information=item, purpose=slug,
                            words=f"{category} {purpose or ''} {' '.join(protections)}"[:200].strip())  # fmt: skip
