"""Errors of the gate.

::

    InputRefused
    ├── UnknownFact         a fact that the catalogue doesn't have
    ├── WrongFact           a value outside the fact's domain
    ├── DimensionAsFact     event, act or class given as a fact: they are the question, not the answer
    ├── UnknownItem         an item of sender information that the ordinance doesn't list
    ├── BeforeRulebook      a day whose law the rulebook doesn't hold
    ├── ReceiptDayUnknown   days counted from a receipt that isn't given
    └── ReceiptInFuture     a request received after the day for which it is judged
    CheckFailed
    └── NotPermittedByLaw   the act isn't permitted (now): what is missing, or which ground is lacking
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused


class UnknownFact(InputRefused):
    """A fact the catalogue doesn't have: a rule could never have asked about it."""

    reason = "unknown_fact"
    http_status = 422
    ja = "「{fact}」という事実はありません。事実の一覧（ontology）で名前を確かめてください。"
    en = "There is no fact '{fact}'. Look up its name in the list of facts (ontology)."


class WrongFact(InputRefused):
    """A value outside the fact's domain."""

    reason = "wrong_fact"
    http_status = 422
    ja = "事実「{fact}」に入れられるのは {wanted} です。"
    en = "The fact '{fact}' takes {wanted}."


class DimensionAsFact(InputRefused):
    """The type of request, the act or the class of data was given among the facts."""

    reason = "dimension_as_fact"
    http_status = 422
    ja = "「{fact}」は問いそのものです。事実としてではなく、引数で渡してください。"
    en = "'{fact}' is the question itself; give it as an argument, not as a fact."


class UnknownItem(InputRefused):
    """An item of sender information that the ordinance doesn't list: it can't be disclosed on a civil claim."""

    reason = "unknown_civil_item"
    http_status = 422
    ja = "発信者情報の項目「{number}」は省令（施行規則2条）にありません。1から14までで選んでください。"
    en = "The ordinance (art. 2) lists no item {number} of sender information. Choose from 1 to 14."


class BeforeRulebook(InputRefused):
    """A day before the rulebook begins."""

    reason = "before_disclosure_rulebook"
    http_status = 422
    ja = "{day} の法令はこの規則集にありません（{earliest} から）。"
    en = "The rulebook doesn't hold the law of {day} (it begins on {earliest})."


class ReceiptDayUnknown(InputRefused):
    """The days of a preservation count from the receipt of its request (刑訴法197条3項・4項), and it isn't given."""

    reason = "receipt_day_unknown"
    http_status = 422
    ja = "保全の期間は要請を受けた日から数えます。{event} を受けた日を渡してください。"
    en = "A preservation's days count from the day its request was received: give that day for '{event}'."


class ReceiptInFuture(InputRefused):
    """A request that is judged for a day before it was received."""

    reason = "receipt_in_future"
    http_status = 422
    ja = "要請を受けた日（{received}）が判断の日（{on}）より後です。日付を確かめてください。"
    en = "The request was received on {received}, after the day it is judged for ({on}). Check the dates."


class NotPermittedByLaw(CheckFailed):
    """The gate doesn't open: nothing was searched, held or handed over. Fields: ``act``, ``data_class``, ``verdict``,
    ``missing``, ``duties``, ``rules`` as codes; ``act_ja`` … ``why_en`` in words, each reason with its provision."""

    reason = "not_permitted_by_law"
    http_status = 409
    ja = "{class_ja}の{act_ja}は、{verdict_ja}。{why_ja} 何も行っていません。{next_ja}"
    en = "To {act_en} {class_en}: {verdict_en}. {why_en} Nothing was done. {next_en}"
