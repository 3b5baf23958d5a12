"""Errors on the way to another instance.

::

    Unavailable
    ├── PartyUnreachable    it didn't answer, or not in time
    └── AnswerTooLarge      its answer is larger than anything it could say
"""

from __future__ import annotations

from sekisho.errors import Unavailable


class PartyUnreachable(Unavailable):
    """It didn't answer, or not in time. Fields: ``problem``."""

    reason = "disclosure_party_unreachable"
    ja = "相手方に接続できません（{problem}）。同じ操作をもう一度行ってください。二重には送られません。"
    en = "The party can't be reached ({problem}). Do the same again: nothing is sent twice."


class AnswerTooLarge(Unavailable):
    """Its answer is larger than anything it could say. Fields: ``limit``."""

    reason = "disclosure_answer_too_large"
    ja = "相手方の答えが大きすぎます（上限 {limit} バイト）。相手方に確かめてください。"
    en = "The party's answer is too large (at most {limit} bytes). Ask them."
