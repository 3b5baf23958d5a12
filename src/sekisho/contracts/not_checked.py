"""What a reader of a decision might think was checked, and wasn't."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sekisho.contracts.application import Application
from sekisho.contracts.decide import ContractDecision
from sekisho.contracts.evidence.paper.seen import KINDS, unsupported
from sekisho.contracts.evidence_items import EvidenceItem, Origin, PhotoOf
from sekisho.engine.facts import Text
from sekisho.engine.verdicts import DutyState

_WHICH_PHOTO = {
    PhotoOf.UNSIGNED_CHIP: Text(
        "の顔照合に使われた写真はチップから読んだものですが、そのチップの署名は確かめていません。",
        "was compared with a photo read from a chip whose signature was not verified.",
    ),
    PhotoOf.DOCUMENT: Text(
        "の顔照合に使われた写真が書類の写真であることは送り手の申告によるもので、検証した書類とは結び付いていません。",
        "was compared with a photo that is the document's by the sender's word: no verified document has it.",
    ),
    PhotoOf.OTHER: Text(
        "の顔照合に使われた写真は、この人を示すチップの写真ではないため、書類と同じ人とは数えていません。"
        "チップから読んだ写真をそのまま提供者に渡して、照合し直してください。",
        "was compared with another photo than that of the chip that shows this person, so it wasn't counted as the "
        "document's. Give the provider the photo as read from the chip and compare again.",
    ),
    PhotoOf.NOTHING: Text(
        "の顔照合に使われた写真の書類がないため、書類と同じ人とは数えていません。"
        "写真を読み取ったチップの証拠を一緒に送ってください。",
        "was compared with a photo of no document that is here, so it wasn't counted as the document's. "
        "Send the evidence of the chip that the photo was read from with it.",
    ),
}


def not_checked(decision: ContractDecision) -> Iterator[dict[str, Any]]:
    """Each with a slug (``what``), a sentence in both languages, and the item it is about where it is about one."""
    application = decision.application
    yield from _not_verified(application)
    since, until = decision.window
    if any(not since <= item.at <= until for item in application.evidence):
        yield {
            "what": "acts_outside_the_window",
            "ja": f"{since} より前と {until} より後の証拠は数えていません。",
            "en": f"Evidence of acts before {since} or after {until} was not counted.",
        }
    yield {
        "what": "current_address",
        "ja": "住居の現況（最新の利用者情報）は照会していません。",
        "en": "Whether the address is still current was not asked of the register.",
    }
    main = decision.outcome.duties[0]
    if main.state is DutyState.OUT_OF_SCOPE:
        yield {
            "what": "outside_the_law",
            "ja": "この手続は、この日の法令の義務の対象外です。業界・社内の規則は採用したものだけを数えます。",
            "en": "On this day the law imposes no duty here. Industry and house rules count only where adopted.",
        }
    open_law = [f for f in decision.outcome.findings() if f.reason is not None and f.reason.value == "date_not_fixed"]
    if open_law:
        yield {
            "what": "date_not_fixed",
            "ja": f"施行日が決まっていない規則が{len(open_law)}件あります。政令の公布を確かめてください。",
            "en": f"{len(open_law)} rules wait for their date of entry into force; check whether it has been fixed.",
        }


def _not_verified(application: Application) -> Iterator[dict[str, Any]]:
    """What of the evidence rests on somebody's word, or on nothing."""
    items = list(enumerate(application.evidence))
    if any(item.origin is Origin.ATTESTED for _, item in items):
        yield {
            "what": "evidence_attested",
            "ja": "証拠は送り手が確認したと申し出た事実です。Sekishoは署名や画像そのものを検証していません。",
            "en": "The evidence is attested by the sender; Sekisho has not verified signatures or images itself.",
        }
    for position, item in items:
        if item.wanted is not None:
            yield {
                "what": "raw_evidence_required",
                "item": position,
                "format": item.wanted,
                "ja": f"evidence[{position}] は検証できる証拠なので、申告では数えません。"
                f"証拠そのものを raw（format: {item.wanted}）で送ってください。",
                "en": f"evidence[{position}] can be verified, so a statement doesn't count. "
                f"Send the evidence itself as raw (format: {item.wanted}).",
            }
    if any(item.origin is Origin.DECLARED and item.wanted is None and item.checked is None for _, item in items):
        yield {
            "what": "evidence_only_declared",
            "ja": "証拠は申告だけで、確認の権限（attest）のある者が確かめていないため、数えていません。",
            "en": "The evidence is only declared: nobody with the scope 'attest' vouches for it; it wasn't counted.",
        }
    for position, item in items:
        yield from _not_looked_at(position, item)
        yield from _not_verified_of_raw(position, item)
        if item.photo_of in _WHICH_PHOTO:
            why = _WHICH_PHOTO[item.photo_of]
            yield {
                "what": "evidence_of_which_photo",
                "item": position,
                "ja": f"evidence[{position}] {why.ja}",
                "en": f"evidence[{position}] {why.en}",
            }


def _not_looked_at(position: int, item: EvidenceItem) -> Iterator[dict[str, Any]]:
    """Of what somebody attests: who looked and at what, where nobody says, and what was attested without a look."""
    if item.origin is not Origin.ATTESTED or item.kind not in KINDS:
        return
    if item.seen is None:
        yield {
            "what": "seen_by_not_told",
            "item": position,
            "ja": f"evidence[{position}] を、だれがいつ見て何を確かめたか（seen_by, seen_at, looked_at）が"
            "書かれていません。",
            "en": f"Nobody says who saw evidence[{position}], when, and at what (seen_by, seen_at, looked_at).",
        }
        return
    names = unsupported(item.attributes, item.seen)
    if names:
        listed = ", ".join(names)
        yield {
            "what": "attested_without_a_look",
            "item": position,
            "ja": f"evidence[{position}] の次の項目は、見たと書かれていないのに申告されています: {listed}",
            "en": f"Of evidence[{position}], attested although nobody says that it was looked at: {listed}",
        }


def _not_verified_of_raw(position: int, item: EvidenceItem) -> Iterator[dict[str, Any]]:
    if item.checked is not None and item.origin is Origin.REFUSED:
        failure = item.checked.report["failure"]["message"]
        yield {
            "what": "evidence_refused",
            "item": position,
            "ja": f"evidence[{position}] は検証に通らず、数えていません。{failure['ja']}",
            "en": f"evidence[{position}] did not pass verification and wasn't counted. {failure['en']}",
        }
    if item.checked is not None and item.origin is Origin.DECLARED:
        yield {
            "what": "evidence_of_whom",
            "item": position,
            "ja": f"evidence[{position}] は検証に通りましたが、だれのものかを示すものがないため、数えていません。"
            "登録した認証器による当人認証（step-up）の証拠を使ってください。",
            "en": f"evidence[{position}] holds, but nothing shows whose it is, so it wasn't counted. "
            "Use the evidence of a step-up with a registered authenticator.",
        }
    for what, names, ja, en in (
        ("attested_beside", item.attested, "送り手の申告による", "attested by the sender"),
        ("declared_beside", item.unattested, "申告だけなので数えていない", "only declared, and not counted"),
    ):
        if names:
            listed = ", ".join(sorted(names))
            yield {
                "what": what,
                "item": position,
                "ja": f"evidence[{position}] のうち検証の外にあるもの（{ja}）: {listed}",
                "en": f"Beside what was verified of evidence[{position}] ({en}): {listed}",
            }
