"""Errors of the chain from provider to provider.

::

    InputRefused
    ├── NextUnknown          nobody can be named as the next provider of an item
    ├── OtherProvider        another provider than the records show
    ├── NoNotice             no notice of a petition against that provider was recorded
    ├── OrderLapsed          the two months are over: nothing is passed on
    ├── UnknownHandover      no handover of this id
    ├── HandoverRefused      what was handed over can't be taken
    ├── PurposeLocked        it may be used for its own petition alone
    ├── NotTaken             the receiver refused it
    └── ReceiptWrong         the receiver's receipt isn't for this handover
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class NextUnknown(InputRefused):
    """Nobody can be named as the next provider of an item. Fields: ``case``, ``item``."""

    reason = "disclosure_next_unknown"
    http_status = 409
    ja = "案件 {case} の項目 {item} の次の提供者を特定できません。相手方の登録（アドレスの範囲）を確かめてください。"
    en = "The next provider of item {item} of the case {case} can't be named: check the registered providers' prefixes."


class OtherProvider(InputRefused):
    """Another provider than the records show. Fields: ``case``, ``item``, ``found``."""

    reason = "disclosure_other_provider"
    http_status = 409
    ja = "案件 {case} の項目 {item} の記録は「{found}」を示しています。別の提供者は選べません。"
    en = "The records of item {item} of the case {case} show {found}: another provider can't be chosen."


class NoNotice(InputRefused):
    """No notice of a petition against that provider was recorded. Fields: ``case``, ``party``."""

    reason = "disclosure_no_filing_notice"
    http_status = 409
    ja = "案件 {case} には「{party}」への開示命令申立ての通知がありません。通知を受けるまで渡せません（15条1項2号）。"
    en = "The case {case} has no notice of a petition against {party}: nothing is passed on before it (art. 15(1)(ii))."


class OrderLapsed(InputRefused):
    """The two months are over. Fields: ``case``, ``due``."""

    reason = "disclosure_order_lapsed"
    http_status = 409
    ja = "案件 {case} の提供命令は、{due} までに申立ての通知がなく効力を失いました（15条3項）。何も渡しません。"
    en = "The order of the case {case} lapsed: no notice came by {due} (art. 15(3)). Nothing is passed on."


class UnknownHandover(InputRefused):
    """No handover of this id. Fields: ``handover``."""

    reason = "unknown_disclosure_handover"
    http_status = 404
    ja = "引継ぎ「{handover}」はありません。"
    en = "There is no handover {handover}."


class HandoverRefused(InputRefused):
    """What was handed over can't be taken. Fields: ``field``, ``problem``; never the value."""

    reason = "disclosure_handover_refused"
    http_status = 422
    ja = "引継ぎの「{field}」を受け付けられません（{problem}）。送った提供者に確かめてください。"
    en = "The handover's '{field}' can't be accepted ({problem}). Ask the provider that sent it."


class PurposeLocked(InputRefused):
    """What was handed over may be used for its own petition alone. Fields: ``handover``, ``problem``."""

    reason = "disclosure_purpose_locked"
    http_status = 403
    ja = "引継ぎ {handover} は、その申立ての事件のほかには使えません（{problem}。6条3項・15条）。"
    en = "The handover {handover} serves its own petition alone ({problem}; arts. 6(3) and 15)."


class ReceiptWrong(InputRefused):
    """The receiver's receipt isn't for this handover. Fields: ``handover``."""

    reason = "disclosure_receipt_wrong"
    http_status = 409
    ja = "引継ぎ {handover} の受領書が一致しません。相手方に確かめ、もう一度送ってください。"
    en = "The receipt for the handover {handover} doesn't match. Ask the receiver, then send it again."


class NotTaken(InputRefused):
    """The receiver refused it. Fields: ``party``, ``problem``."""

    reason = "disclosure_handover_not_taken"
    http_status = 502
    ja = "「{party}」が引継ぎを受け付けませんでした（{problem}）。相手方に確かめてください。"
    en = "{party} didn't take the handover ({problem}). Ask them."
