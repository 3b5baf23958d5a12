"""Errors of the engine.

::

    Unavailable
    └── SilentLaw          the law data names a duty for this event, and nothing decides whether it applies
    InputRefused
    ├── ColumnsRefused     a columnar fact file of another catalogue, damaged, or not one at all
    └── UnknownSelection   a simulation names a proposal or instrument that doesn't exist
"""

from __future__ import annotations

from sekisho.errors import InputRefused, Unavailable


class SilentLaw(Unavailable):
    """A duty is neither imposed nor excused by any rule: an empty set of checks is a failure, never an approval."""

    reason = "silent_law"
    ja = (
        "{event}（{dimensions}、{as_of}）について、義務「{duty}」があるともないとも決める規則がありません。"
        "規則集を直すまで判断できません。"
    )
    en = (
        "For {event} ({dimensions}, {as_of}) no rule says whether the duty '{duty}' applies. "
        "No decision can be made until the rulebook is corrected."
    )


class ColumnsRefused(InputRefused):
    """A columnar fact file, or cases for one, cannot be used: another catalogue, a damaged or foreign column."""

    reason = "columns_refused"
    ja = "列形式の事実データを使えません（{where}: {problem}）。ワークスペースから書き出し直してください。"
    en = "The columnar facts cannot be used ({where}: {problem}). Export them from the workspace again."


class UnknownSelection(InputRefused):
    """A simulation names a proposal or an instrument that the rulebook doesn't have: it would change nothing."""

    reason = "unknown_selection"
    ja = "「{name}」という{what_ja}は規則集にありません。`sekisho rulebook show` で名前を確かめてください。"
    en = "The rulebook has no {what} '{name}'. Look up its name with `sekisho rulebook show`."
