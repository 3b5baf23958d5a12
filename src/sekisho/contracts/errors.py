"""Errors of the contract desk.

::

    InputRefused
    ├── ApplicationRefused      a field of the application cannot be accepted; names the field
    │   ├── NotJson             not one JSON object in strict UTF-8
    │   ├── TooLarge            larger or deeper than any application is
    │   ├── UnknownField        a field nobody reads
    │   ├── WrongValue          a value outside the field's domain
    │   ├── EvidenceAfterDecision   evidence dated after the moment of the decision
    │   └── IndividualNumber    holds an individual number (個人番号), which must never be here
    ├── BeforeRulebook          a day whose law the rulebook doesn't hold
    ├── UnknownDecision         no decision has this id
    ├── UnknownFormat           no verifier has this name
    ├── UnknownEvidence         no evidence has this id
    ├── EvidenceForAnother      kept evidence of another application or person, or compared with another statement
    ├── UnknownUse              no verifier takes trust files of this use
    ├── TrustFileTooLarge       larger than any trust file of its use
    └── UnknownTrustFile        no trust file has this id
    Unavailable
    └── TrustUnusable           what the operator configured can't be used any more; says nothing about evidence
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import AtStep
from sekisho.errors import InputRefused, Unavailable


class ApplicationRefused(InputRefused):
    """A field of the application cannot be accepted; nothing was decided or written."""

    reason = "application_refused"
    http_status = 422


class NotJson(ApplicationRefused):
    """The input is not one JSON object in strict UTF-8 without duplicate keys."""

    reason = "not_json"
    http_status = 400
    ja = "{line}行目: 申込みはUTF-8のJSONオブジェクト1件で送ってください（{problem}）。"
    en = "Line {line}: send one application as a JSON object in UTF-8 ({problem})."


class TooLarge(ApplicationRefused):
    """Larger or more deeply nested than any application is."""

    reason = "too_large"
    http_status = 413
    ja = (
        "申込みが大きすぎるか、入れ子が深すぎます（上限: {limit}）。"
        "書類の画像などは入れず、確認した事実と、検証する証拠（raw）だけを送ってください。"
    )
    en = (
        "The application is too large or too deeply nested (limit: {limit}). "
        "Send the facts that were checked and raw evidence to be verified, not scans or other files."
    )


class UnknownField(ApplicationRefused):
    """A field that nobody reads: refused, so that nothing the sender meant is lost in silence."""

    reason = "unknown_field"
    ja = "項目「{field}」はありません。`sekisho schema application` で項目の一覧を確かめてください。"
    en = "There is no field '{field}'. See `sekisho schema application` for the list."


class MissingField(ApplicationRefused):
    """A field without which nothing can be decided."""

    reason = "missing_field"
    ja = "項目「{field}」がありません。加えてもう一度送ってください。"
    en = "The field '{field}' is missing. Add it and send again."


class WrongValue(ApplicationRefused):
    """A value outside the field's domain."""

    reason = "wrong_value"
    ja = "項目「{field}」の値が正しくありません。{expected} の形で送ってください。"
    en = "The value of '{field}' is not acceptable. It must be {expected}."


class EvidenceAfterDecision(ApplicationRefused):
    """Evidence dated after the moment of the decision."""

    reason = "evidence_after_decision"
    ja = "項目「{field}」の日（{at}）が判断の日（{decided_on}）より後です。日付を確かめてください。"
    en = "The day of '{field}' ({at}) is after the day of the decision ({decided_on}). Check the dates."


class IndividualNumber(AtStep, ApplicationRefused):
    """Holds an individual number (個人番号): the law forbids keeping it here (Number Use Act arts. 19, 20).

    ``step`` is that of the verification of evidence which came across it (0: as it was read), None elsewhere.
    """

    reason = "individual_number"
    ja = (
        "項目「{field}」に個人番号（マイナンバー）が入っています。"
        "消してからもう一度送ってください。記録はしていません。"
    )
    en = "The field '{field}' holds an individual number (My Number). Remove it and send again. Nothing was recorded."


class BeforeRulebook(InputRefused):
    """A day whose law the rulebook doesn't hold."""

    reason = "before_rulebook"
    http_status = 422
    ja = "{day} の法令は規則集にありません（{earliest} から）。日付を確かめてください。"
    en = "The rulebook doesn't hold the law of {day} (it begins on {earliest}). Check the date."


class UnknownDecision(InputRefused):
    """No decision has this id in this workspace."""

    reason = "unknown_decision"
    http_status = 404
    ja = "判断「{decision}」はこのワークスペースにありません。"
    en = "There is no decision '{decision}' in this workspace."


class UnknownFormat(InputRefused):
    """No verifier has this name."""

    reason = "unknown_format"
    http_status = 422
    ja = "証拠の形式「{format}」はありません。次から選んでください: {known}"
    en = "There is no format of evidence '{format}'. Choose one of: {known}"


class UnknownEvidence(InputRefused):
    """No evidence has this id in this workspace."""

    reason = "unknown_evidence"
    http_status = 404
    ja = "証拠「{evidence}」はこのワークスペースにありません。"
    en = "There is no evidence '{evidence}' in this workspace."


class EvidenceForAnother(InputRefused):
    """Kept evidence that isn't this application's or person's, or was compared with another statement."""

    reason = "evidence_for_another"
    http_status = 422
    ja = "{field} の証拠は、この申込みのこの人の今の記載について検証したものではありません。もう一度検証してください。"
    en = (
        "The evidence in {field} was not verified for this application, this person and what is stated now. "
        "Verify it again."
    )


class UnknownUse(InputRefused):
    """No verifier takes trust files of this use."""

    reason = "unknown_use"
    http_status = 422
    ja = "用途「{use}」はありません。次から選んでください: {known}"
    en = "There is no use '{use}'. Choose one of: {known}"


class TrustFileTooLarge(InputRefused):
    """Larger than any trust file of its use."""

    reason = "trust_file_too_large"
    http_status = 413
    ja = "用途 {use} のファイルは {limit} バイトまでです。ファイルを確かめてください。"
    en = "A file of the use {use} has at most {limit} bytes. Check the file."


class UnknownTrustFile(InputRefused):
    """No trust file has this id in this workspace."""

    reason = "unknown_trust_file"
    http_status = 404
    ja = "検証に使うファイル「{id}」はありません。`sekisho contract trust list` で確かめてください。"
    en = "There is no trust file '{id}'. See `sekisho contract trust list`."


class TrustUnusable(Unavailable):
    """What the operator configured can't be used any more: nothing can be verified until it is put right."""

    reason = "trust_unusable"
    ja = "{format} の検証に使うファイルを読み込めないため、検証していません。{why_ja}"
    en = "The trust files for {format} can't be used, so nothing was verified. {why_en}"
