"""Errors of hearings.

::

    InputRefused
    ├── NoHearingHere       this type of request has no hearing
    ├── SenderUncertain     the search didn't name one holder: there is nobody to ask
    ├── UnknownInquiry      the case has no inquiry of this number
    ├── InquiryMoved        the inquiry isn't at that point
    ├── TimeStillRuns       the sender may still answer
    ├── ObjectorNotTold     a sender who objected must be told of the order first
    └── NobodyToTell        nobody objected, or no order came, or they were told
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class NoHearingHere(InputRefused):
    """This type of request has no hearing. Fields: ``case``, ``type``."""

    reason = "disclosure_no_hearing"
    http_status = 409
    ja = "案件 {case}（{type}）では発信者の意見を聴きません。発信者に知らせないでください。"
    en = "The case {case} ({type}) has no hearing of the sender. Don't tell them."


class SenderUncertain(InputRefused):
    """The search didn't name one holder. Fields: ``case``, ``item``, ``outcome``."""

    reason = "disclosure_sender_uncertain"
    http_status = 409
    ja = "案件 {case} の項目 {item} は「{outcome}」で、発信者が1人に定まりません。誰にも照会しないでください。"
    en = "Item {item} of the case {case} is '{outcome}': no one sender is certain, so nobody is asked."


class UnknownInquiry(InputRefused):
    """The case has no inquiry of this number. Fields: ``case``, ``inquiry``."""

    reason = "unknown_disclosure_inquiry"
    http_status = 404
    ja = "案件 {case} に照会 {inquiry} はありません。"
    en = "The case {case} has no inquiry {inquiry}."


class InquiryMoved(InputRefused):
    """The inquiry isn't at that point. Fields: ``case``, ``inquiry``, ``stands``."""

    reason = "disclosure_inquiry_moved"
    http_status = 409
    ja = "案件 {case} の照会 {inquiry} は「{stands}」なので、それはできません。"
    en = "Inquiry {inquiry} of the case {case} is '{stands}': that isn't possible now."


class TimeStillRuns(InputRefused):
    """The sender may still answer. Fields: ``case``, ``inquiry``, ``due``."""

    reason = "disclosure_hearing_time_runs"
    http_status = 409
    ja = "案件 {case} の照会 {inquiry} は {due} まで回答を待ちます。その翌日から「回答なし」にできます。"
    en = "The sender may answer inquiry {inquiry} of the case {case} to the end of {due}. Record silence after that."


class ObjectorNotTold(InputRefused):
    """A sender who objected must be told of the order. Fields: ``case``, ``objector``."""

    reason = "disclosure_objector_not_told"
    http_status = 409
    ja = (
        "案件 {case} では、開示に反対した発信者（{objector}）に開示命令を受けたことをまだ通知していません"
        "（情報流通プラットフォーム対処法6条2項）。通知を記録してから終えてください。"
    )
    en = (
        "The sender who objected ({objector}) in the case {case} has not been told of the order (Act art. 6(2)). "
        "Record that notice, then close."
    )


class NobodyToTell(InputRefused):
    """There is no such duty. Fields: ``case``, ``objector``."""

    reason = "disclosure_nobody_to_tell"
    http_status = 409
    ja = "案件 {case} に、開示命令を通知すべき発信者「{objector}」はいません。"
    en = "In the case {case} there is nobody '{objector}' to be told of an order."
