"""Errors of outside parties' configuration, beyond those of :mod:`sekisho.contracts.adapters.bounded_http`.

::

    InputRefused
    ├── UnknownParty      no party of this name can be asked
    ├── PartyNotSet       this workspace asks no such party
    └── AddressTooLong    longer than any address of a service
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class UnknownParty(InputRefused):
    """No party of this name can be asked."""

    reason = "unknown_outside_party"
    ja = "「{party}」という照会先はありません。次から選んでください: {known}"
    en = "There is no outside party '{party}'. Choose one of: {known}"


class PartyNotSet(InputRefused):
    """This workspace asks no such party."""

    reason = "outside_party_not_set"
    http_status = 404
    ja = "照会先「{party}」は設定されていません。`sekisho contract outside list` で確かめてください。"
    en = "The outside party '{party}' isn't set. See `sekisho contract outside list`."


class AddressTooLong(InputRefused):
    """Longer than any address of a service."""

    reason = "outside_address_too_long"
    ja = "照会先の番地が長すぎます（上限 {limit} 文字）。"
    en = "The address is too long (limit {limit} characters)."
