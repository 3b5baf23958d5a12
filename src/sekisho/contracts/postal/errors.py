"""Errors of the postal legs. Fields are refused with those of :mod:`sekisho.contracts.errors`.

::

    InputRefused
    ├── NotAwaitingPost          the decision doesn't wait for post
    ├── PostingUnknown           nothing was sent under this number for this decision
    ├── PostingExists            the number stands for another posting of this decision
    ├── PostingReturned          that item came back; send anew and record it
    ├── DeliveryInFuture         an event that has not happened yet
    ├── DeliveryBeforeSending    an event before the item was sent
    └── DeliveryAfterCompletion  the decision is complete already
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class NotAwaitingPost(InputRefused):
    """The decision doesn't wait for post. Fields: ``decision``, ``verdict``."""

    reason = "not_awaiting_post"
    http_status = 409
    ja = "判断「{decision}」は {verdict} で、郵便の配達を待っていません。番号を確かめてください。"
    en = "The decision '{decision}' says {verdict}: it doesn't wait for post. Check the id."


class PostingUnknown(InputRefused):
    """Nothing was sent under this tracking number for this decision. Fields: ``decision``; never the number."""

    reason = "posting_unknown"
    http_status = 404
    ja = (
        "判断「{decision}」では、この引受番号の発送は記録されていません。"
        "別の判断の郵便ではないか確かめ、発送（sent）を先に記録してください。"
    )
    en = (
        "Nothing was recorded as sent under this tracking number for the decision '{decision}'. Check whether it "
        "belongs to another decision; record the posting (sent) first."
    )


class PostingExists(InputRefused):
    """The tracking number stands for another posting of this decision. Fields: ``decision``."""

    reason = "posting_exists"
    http_status = 409
    ja = "この引受番号の発送は、別の内容で既に記録されています（判断「{decision}」）。番号を確かめてください。"
    en = "A posting with this tracking number is recorded already, differently (decision '{decision}'). Check it."


class PostingReturned(InputRefused):
    """The item came back. Fields: ``decision``."""

    reason = "posting_returned"
    http_status = 409
    ja = "この郵便は返送されています（判断「{decision}」）。送り直したら、新しい引受番号で発送を記録してください。"
    en = "This item came back (decision '{decision}'). If it was sent again, record that under its new number."


class DeliveryInFuture(InputRefused):
    """The event has not happened yet. Fields: ``at``, ``now``."""

    reason = "delivery_in_future"
    http_status = 422
    ja = "{at} はまだ来ていません（現在 {now}）。起きた後に、その時刻で記録してください。"
    en = "{at} has not come yet (it is {now}). Record it once it has happened, with its time."


class DeliveryBeforeSending(InputRefused):
    """The event is earlier than the sending. Fields: ``at``, ``sent_at``."""

    reason = "delivery_before_sending"
    http_status = 422
    ja = "{at} は発送（{sent_at}）より前です。時刻と引受番号を確かめてください。"
    en = "{at} is before the item was sent ({sent_at}). Check the time and the tracking number."


class DeliveryAfterCompletion(InputRefused):
    """The decision is complete. Fields: ``decision``, ``completed_by`` (the decision that says so)."""

    reason = "delivery_after_completion"
    http_status = 409
    ja = "判断「{decision}」は「{completed_by}」で完了しています。これより後の配達は記録できません。"
    en = "The decision '{decision}' was completed by '{completed_by}'. Nothing more can be delivered for it."
