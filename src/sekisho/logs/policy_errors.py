"""Why a policy was refused.

::

    InputRefused
    ├── PolicyRefused        what a policy says can't be so; names the field
    ├── PeriodsDiffer        another service's policy of the same kind has another period
    ├── PolicyOverlaps       the same provider, service and kind has a policy at that time
    ├── UnknownPolicy        no policy has this id
    ├── PolicyDecided        it is in force, ended or withdrawn already
    └── NoPolicy             nothing is recorded of a kind without a policy in force
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class PolicyRefused(InputRefused):
    """What a policy says can't be so. Fields: ``field``, ``problem``."""

    reason = "log_policy_refused"
    ja = "保存方針の「{field}」が正しくありません（{problem}）。"
    en = "The policy's '{field}' can't be accepted ({problem})."


class PeriodsDiffer(InputRefused):
    """Another service's policy of the same kind has another period. Fields: ``kind``, ``other``, ``period``."""

    reason = "log_policy_periods_differ"
    http_status = 409
    ja = (
        "{kind} には {other} の方針（{period}）があります。1日分の鍵は種類ごとに1つなので、期間を変えられません。"
        "期間をそろえるか、別の種類に分けてください。"
    )
    en = (
        "{other} has a policy for {kind} with {period}. A kind's day has one key, so periods can't differ between "
        "services: agree on one, or record under another kind."
    )


class PolicyOverlaps(InputRefused):
    """The same provider, service and kind has a policy at that time. Fields: ``policy``."""

    reason = "log_policy_overlaps"
    http_status = 409
    ja = "同じ対象の方針 {policy} と期間が重なります。先に `sekisho log policy end` で終えてください。"
    en = "It overlaps with the policy {policy} of the same provider, service and kind. End that first."


class UnknownPolicy(InputRefused):
    """No policy has this id. Fields: ``policy``."""

    reason = "unknown_log_policy"
    http_status = 404
    ja = "「{policy}」という保存方針はありません。`sekisho log policy list` で確かめてください。"
    en = "There is no policy {policy}. See `sekisho log policy list`."


class PolicyDecided(InputRefused):
    """It is in force, ended or withdrawn already. Fields: ``policy``, ``state``."""

    reason = "log_policy_decided"
    http_status = 409
    ja = "保存方針 {policy} は既に「{state}」です。"
    en = "The policy {policy} is {state} already."


class NoPolicy(InputRefused):
    """Nothing is recorded of a kind without a policy in force. Fields: ``provider``, ``service``, ``kind``."""

    reason = "no_log_policy"
    http_status = 409
    ja = (
        "{provider} / {service} の {kind} には、いま有効な保存方針がありません。目的と期間を決めて "
        "`sekisho log policy add` で登録してから取り込んでください。何も取り込んでいません。"
    )
    en = (
        "There is no policy in force for {kind} of {provider} / {service}. Decide on purpose and period, declare them "
        "with `sekisho log policy add`, then ingest. Nothing was taken in."
    )
