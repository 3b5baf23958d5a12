"""Why a case's secrecy isn't ended."""

from __future__ import annotations

from sekisho.errors import InputRefused


class NotSecret(InputRefused):
    """The case isn't secret, or no longer. Fields: ``case``."""

    reason = "disclosure_not_secret"
    http_status = 409
    ja = "案件 {case} は秘密の扱いではありません。することはありません。"
    en = "The case {case} isn't secret: there is nothing to end."


class SecrecyRuns(InputRefused):
    """The secrecy's day hasn't passed, or none was named. Fields: ``case``, ``until`` (``–``: none was named)."""

    reason = "disclosure_secrecy_runs"
    http_status = 409
    ja = "案件 {case} の秘密の扱いは続いています（{until} まで）。終わらせるには、求めた側・命じた側の文書が要ります。"
    en = "The secrecy of the case {case} runs (to the end of {until}). Only a document of who asked for it ends it now."


class UnknownSecrecyEnd(InputRefused):
    """Nobody stated an end of this number. Fields: ``case``, ``number``."""

    reason = "unknown_disclosure_secrecy_end"
    http_status = 404
    ja = "案件 {case} に、秘密の終わりの申出 {number} はありません。先に別の人が申し出てください。"
    en = "No end of secrecy number {number} was stated in the case {case}. Somebody else states it first."
