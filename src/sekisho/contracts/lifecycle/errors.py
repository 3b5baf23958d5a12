"""Errors of a contract's life. Fields are refused with those of :mod:`sekisho.contracts.errors`, certificates with
those of :mod:`sekisho.destruction.errors`.

::

    InputRefused
    ├── UnknownContract          no contract has this reference or id
    ├── NotAccepted              a contract begins with an accepted decision
    ├── DecisionTaken            the decision belongs to another contract, or was said to have none
    ├── ReferenceTaken           another contract has this reference
    ├── WrongEvent               this can't happen to the contract as it stands
    ├── EventDayRefused          a day in the future, or before the contract began
    ├── ContractRecordsDestroyed the key of its records is destroyed; nothing brings them back
    ├── PeriodRefused            a house period outside what is allowed, or without a reason
    ├── UnknownCertificate       no destruction of this key has been certified
    ├── NotARental               the decision isn't about a rental
    └── RentalRecorded           there is a rental record already
    CheckFailed
    └── DueFailed                something due was not done, or somebody is late
    Unavailable
    └── ContractChanged          somebody else changed it at the same moment
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused, Unavailable


class UnknownContract(InputRefused):
    """No contract has this reference or id in this workspace."""

    reason = "unknown_contract"
    http_status = 404
    ja = "契約「{contract}」はこのワークスペースにありません。`sekisho contract list` で確かめてください。"
    en = "There is no contract '{contract}' in this workspace. See `sekisho contract list`."


class NotAccepted(InputRefused):
    """A contract begins with an accepted decision, and this is another. Fields: ``decision``, ``verdict``."""

    reason = "decision_not_accepted"
    http_status = 409
    ja = (
        "判断「{decision}」は {verdict} です。契約は、本人確認が終わった判断（accept）から始めてください。"
        "郵送の完了待ちなら、配達を記録してからにしてください。"
    )
    en = (
        "The decision '{decision}' says {verdict}. A contract begins with a decision that says accept; where post is "
        "awaited, record its delivery first."
    )


class DecisionTaken(InputRefused):
    """The decision was given to a contract, or said to have none, before. Fields: ``decision``, ``contract``."""

    reason = "decision_taken"
    http_status = 409
    ja = "判断「{decision}」は既に「{contract}」に属しています。番号を確かめてください。"
    en = "The decision '{decision}' belongs to '{contract}' already. Check the ids."


class ReferenceTaken(InputRefused):
    """Another contract has this reference. Fields: ``contract`` (its id)."""

    reason = "contract_reference_taken"
    http_status = 409
    ja = "同じ契約番号の契約（{contract}）が既にあります。別の番号を付けるか、その契約に判断を加えてください。"
    en = "Another contract ({contract}) has this reference. Give another, or attach the decision to that contract."


class WrongEvent(InputRefused):
    """This can't happen to the contract as it stands. Fields: ``event``, ``state``."""

    reason = "wrong_contract_event"
    http_status = 409
    ja = "契約の状態が {state} なので、{event} は記録できません。`sekisho contract list` で経過を確かめてください。"
    en = "The contract is {state}: {event} can't be recorded. See what happened to it with `sekisho contract list`."


class EventDayRefused(InputRefused):
    """The day of an event is impossible. Fields: ``day``, ``problem``."""

    reason = "event_day_refused"
    http_status = 422
    ja = "{day} は記録できません（{problem}）。起きた日を、起きた後に記録してください。"
    en = "{day} can't be recorded ({problem}). Record the day on which it happened, after it has."


class ContractRecordsDestroyed(InputRefused):
    """The key of the contract's records is destroyed: its time is over. Fields: ``contract``, ``key``."""

    reason = "contract_records_destroyed"
    http_status = 410
    ja = "契約「{contract}」の記録は保存期間が終わり、鍵「{key}」とともに破棄されました。元には戻せません。"
    en = (
        "The records of contract '{contract}' were destroyed with the key {key} when their time was over. "
        "This is final."
    )


class PeriodRefused(InputRefused):
    """A house period that isn't allowed. Fields: ``problem``."""

    reason = "period_refused"
    http_status = 422
    ja = "この期間は宣言できません（{problem}）。月数と、その期間にした理由を示してください。"
    en = "This period can't be declared ({problem}). Give a number of months and the reason for it."


class UnknownCertificate(InputRefused):
    """No destruction of this key has been certified here. Fields: ``key``."""

    reason = "unknown_certificate"
    http_status = 404
    ja = "鍵「{key}」の破棄の証明書はありません。`sekisho contract destruction-certificate list` で確かめてください。"
    en = "There is no certificate for the key '{key}'. See `sekisho contract destruction-certificate list`."


class NotARental(InputRefused):
    """A rental record belongs to an accepted decision about a rental. Fields: ``decision``, ``event``."""

    reason = "not_a_rental"
    http_status = 409
    ja = "判断「{decision}」は貸与の受入れではありません（{event}）。貸与時の本人確認の判断を指定してください。"
    en = "The decision '{decision}' ({event}) doesn't accept a rental. Name the decision about the rental."


class RentalRecorded(InputRefused):
    """There is a rental record of this decision with other content. Fields: ``decision``."""

    reason = "rental_recorded"
    http_status = 409
    ja = "判断「{decision}」の貸与の記録は、別の内容で既にあります。貸し増しは新しい判断に記録してください。"
    en = "The rental of decision '{decision}' is recorded already, differently. Record more units under a new decision."


class DueFailed(CheckFailed):
    """Something due was not done, or is late. Fields: ``failed``, ``overdue``."""

    reason = "due_failed"
    ja = "期日の仕事のうち {failed} 件ができず、{overdue} 件が期日を過ぎています。上の一覧に従ってください。"
    en = "{failed} things that were due could not be done, and {overdue} are late. Follow the list above."


class ContractChanged(Unavailable):
    """Somebody else recorded something about the contract at the same moment. Nothing was written."""

    reason = "contract_changed"
    ja = "契約「{contract}」が同時に変わりました。今の経過を確かめて、もう一度送ってください。"
    en = "The contract '{contract}' changed at the same moment. See how it stands now, and send again."
