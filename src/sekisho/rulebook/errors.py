"""Errors of the rulebook.

::

    InputRefused
    ├── RulebookRefused     a file of the rulebook cannot be accepted; names file, line and reason
    └── UnknownRule         a rule id that the rulebook doesn't have
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class RulebookRefused(InputRefused):
    """The rulebook was not loaded: one file says something the loader cannot accept."""

    reason = "rulebook_refused"
    ja = "規則集を読み込めません。{file} {line}行目: {problem}。直してからもう一度読み込んでください。"
    en = "The rulebook was not loaded. {file} line {line}: {problem}. Correct it and load again."


class UnknownRule(InputRefused):
    """No rule has this id."""

    reason = "unknown_rule"
    http_status = 404
    ja = "規則「{rule}」はありません。`sekisho rulebook show` で一覧を確かめてください。"
    en = "There is no rule '{rule}'. See `sekisho rulebook show` for the list."
