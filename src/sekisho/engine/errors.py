"""Errors of the engine.

::

    Unavailable
    └── SilentLaw      the law data names a duty for this event, and nothing decides whether it applies
"""

from __future__ import annotations

from sekisho.errors import Unavailable


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
