"""What can go wrong with assignment rules.

::

    InputRefused
    ├── RuleRefused     what a rule says can't be so
    ├── UnknownRule     no rule has this id (404)
    └── RuleEnded       its validity has ended already (409)
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class RuleRefused(InputRefused):
    """What a rule says can't be so. Fields: ``field``, ``problem``."""

    reason = "map_rule_refused"
    ja = "割当規則の「{field}」が正しくありません（{problem}）。"
    en = "The rule's '{field}' can't be accepted ({problem})."


class UnknownRule(InputRefused):
    """No rule has this id. Fields: ``rule``."""

    reason = "unknown_map_rule"
    http_status = 404
    ja = "「{rule}」という割当規則はありません。`sekisho log rule list` で確かめてください。"
    en = "There is no rule {rule}. See `sekisho log rule list`."


class RuleEnded(InputRefused):
    """Its validity has ended already. Fields: ``rule``, ``at``."""

    reason = "map_rule_ended"
    http_status = 409
    ja = "割当規則 {rule} は {at} に終わっています。違う内容は新しい規則として加えてください。"
    en = "The rule {rule} ended at {at}. Add what differs as a new rule."
