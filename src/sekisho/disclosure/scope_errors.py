"""Errors of a scope that is exceeded: what would be done lies outside what was ordered or asked.

::

    CheckFailed
    └── ScopeExceeded           what would be done isn't within the paper
        ├── NothingNamed        no address, identifier or name: it would be about everybody
        ├── AddressNotOrdered   another address
        ├── PortNotOrdered      the address, but a port outside
        ├── IdentifierNotOrdered another line, account, number …
        ├── NameNotOrdered      another subscriber name or reference as the records have it
        ├── TimeNotOrdered      a wider time, or another
        ├── KindNotOrdered      another kind of log
        ├── ClassNotOrdered     another class of data
        ├── RecipientNotNamed   somebody whom the paper doesn't name
        ├── NotYetValid         before the paper's validity
        └── ValidityOver        after it

Each names the place of the mismatch (the first item that is outside, counted from 1), never the value: errors are
logged, and who was asked about is nobody else's business.
"""

from __future__ import annotations

from sekisho.errors import CheckFailed


class ScopeExceeded(CheckFailed):
    """What would be searched, held or handed over isn't within what was ordered. Nothing was done."""

    reason = "scope_exceeded"
    http_status = 409
    ja = "命令・請求の範囲を超えています。範囲を狭めるか、範囲の合う文書を求めてください。"
    en = "This goes beyond the order or request. Narrow it, or ask for a paper that covers it."


class NothingNamed(ScopeExceeded):
    """Neither address nor identifier nor name: it would be about everybody."""

    reason = "scope_nothing_named"
    ja = "アドレスも識別子も示されていません。だれの記録かを特定してください。"
    en = "No address and no identifier is named. Say whose records it is about."


class AddressNotOrdered(ScopeExceeded):
    """An address that the paper doesn't name."""

    reason = "scope_address"
    ja = "{item}番目のアドレスは文書の範囲にありません。文書のアドレスと見比べてください。"
    en = "Address number {item} isn't within the paper. Compare it with the paper's addresses."


class PortNotOrdered(ScopeExceeded):
    """The address is within the paper, a port isn't."""

    reason = "scope_port"
    ja = "{item}番目のアドレスのポートは文書の範囲を外れています。文書のポートに狭めてください。"
    en = "A port of address number {item} lies outside the paper. Narrow it to the paper's ports."


class IdentifierNotOrdered(ScopeExceeded):
    """An identifier that the paper doesn't name."""

    reason = "scope_identifier"
    ja = "{item}番目の識別子（{kind}）は文書の範囲にありません。文書の識別子と見比べてください。"
    en = "Identifier number {item} ({kind}) isn't within the paper. Compare it with the paper's."


class NameNotOrdered(ScopeExceeded):
    """A subscriber name or a reference of the records that the paper doesn't name."""

    reason = "scope_name"
    ja = "{count}件の契約者名・参照番号が文書の範囲にありません。文書と見比べてください。"
    en = "{count} names or references aren't within the paper. Compare them with it."


class TimeNotOrdered(ScopeExceeded):
    """A time that begins earlier or ends later than the paper's."""

    reason = "scope_time"
    ja = "期間（{begin} から {end} まで）が文書の期間（{ordered_begin} から {ordered_end} まで）を超えています。"
    en = "The time ({begin} to {end}) goes beyond the paper's ({ordered_begin} to {ordered_end})."


class KindNotOrdered(ScopeExceeded):
    """Another kind of log."""

    reason = "scope_kind"
    ja = "記録の種類 {kinds} は文書にありません。文書にある種類に限ってください。"
    en = "The kinds {kinds} aren't in the paper. Keep to those that are."


class ClassNotOrdered(ScopeExceeded):
    """Another class of data."""

    reason = "scope_class"
    ja = "情報の区分 {data_class} は文書にありません。"
    en = "The class of data {data_class} isn't in the paper."


class RecipientNotNamed(ScopeExceeded):
    """Somebody whom the paper doesn't name as recipient."""

    reason = "scope_recipient"
    ja = "渡す相手が文書に書かれていません。文書の相手を確かめてください。"
    en = "The paper doesn't name this recipient. Check whom it names."


class NotYetValid(ScopeExceeded):
    """Before the paper's validity begins."""

    reason = "scope_not_yet_valid"
    ja = "文書はまだ有効期間に入っていません（{valid_from} から）。"
    en = "The paper isn't valid yet (from {valid_from})."


class ValidityOver(ScopeExceeded):
    """After the paper's validity."""

    reason = "scope_validity_over"
    ja = "文書の有効期間は {valid_until} に終わりました。有効な文書を求めてください。"
    en = "The paper's validity ended at {valid_until}. Ask for one that is valid."
