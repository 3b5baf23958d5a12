"""What can be wrong with a company's number, or with an answer about it.

::

    EvidenceRefused
    └── RegistryRefused
        ├── CorporateNumberWrong    not thirteen digits, or the check digit is wrong
        ├── CorporationNotFound     whoever was asked knows no such body
        ├── CorporationClosed       its register is closed (dissolved, merged, 閉鎖)
        ├── OtherCorporation        the answer is about another body than was asked for
        └── OtherService            the answer is not from the service that the law names
    NotCheckable
    ├── NobodyToAsk                 no adapter is configured
    ├── LookupFailed                nobody answered, or the answer can't be read
    └── AnswerNotOurs               an answer brought from outside: unsigned, so nobody can tell who made it
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable


class RegistryRefused(EvidenceRefused):
    """A company that can't be relied on to be the one stated."""

    reason = "registry_refused"


class CorporateNumberWrong(RegistryRefused):
    """Not thirteen digits with the right check digit. The number itself isn't repeated."""

    reason = "corporate_number_wrong"
    ja = (
        "法人番号が正しくありません。13桁の数字で、先頭は検査用数字です。国税庁の法人番号公表サイトで確かめてください。"
    )
    en = (
        "The corporate number isn't right: thirteen digits, the first of which checks the rest. "
        "Look it up on the National Tax Agency's site."
    )


class CorporationNotFound(RegistryRefused):
    """Whoever was asked knows no such body."""

    reason = "corporation_not_found"
    ja = "この番号の法人は見つかりませんでした（回答: {answered_by}）。番号を確かめてください。"
    en = "No corporation with this number was found (asked: {answered_by}). Check the number."


class CorporationClosed(RegistryRefused):
    """The register is closed: by merger, by the end of winding-up, or otherwise."""

    reason = "corporation_closed"
    ja = (
        "この法人の登記記録は閉鎖されています（{closed_on}、事由 {cause}）。"
        "合併などで承継した法人があれば、その法人として申し込んでください。"
    )
    en = (
        "The register of this corporation is closed ({closed_on}, cause {cause}). "
        "If another corporation succeeded it, apply as that one."
    )


class OtherCorporation(RegistryRefused):
    """The answer is about another number than was asked for."""

    reason = "other_corporation"
    ja = "回答が、照会した法人番号のものではありません。もう一度照会してください。"
    en = "The answer isn't about the number that was asked for. Ask again."


class OtherService(RegistryRefused):
    """The Ordinance names whose answer counts; this is not it."""

    reason = "other_service"
    ja = "{answered_by} の回答は、省令の定める照会先のものではありません。定められた照会先に照会してください。"
    en = "The answer of {answered_by} isn't from the service the Ordinance names. Ask that one."


class NobodyToAsk(NotCheckable):
    """No adapter is configured, as on the command line. Says nothing about the company."""

    reason = "nobody_to_ask"
    ja = "照会先が設定されていないため、法人を照会できません。照会先を設定したサービスで確認してください。"
    en = "Nobody to ask is configured, so the corporation can't be looked up. Use the service that has an adapter."


class LookupFailed(NotCheckable):
    """Nobody answered, or what came can't be read. Says nothing about the company."""

    reason = "lookup_failed"
    ja = "法人の照会ができませんでした（{problem}）。時間をおいて、もう一度照会してください。"
    en = "The corporation couldn't be looked up ({problem}). Try again later."


class AnswerNotOurs(NotCheckable):
    """An answer in a file: it isn't signed, so whether anybody gave it can't be told from it."""

    reason = "answer_not_ours"
    ja = (
        "外から持ち込まれた照会結果は確かめられません（{fetched_at} に {fetched_by} が {answered_by} から取得と記載）。"
        "署名がないため、証拠にするにはこのサービスから照会し直してください。"
    )
    en = (
        "An answer brought from outside can't be checked (it says {fetched_by} got it from {answered_by} at "
        "{fetched_at}). It isn't signed: for evidence, have this service look it up again."
    )
