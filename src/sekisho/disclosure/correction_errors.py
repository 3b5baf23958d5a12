"""Errors of corrections after a delivery.

::

    InputRefused
    ├── UnknownCorrection    the case has no correction of this number
    └── FactMoved            the fact isn't what it was when the correction was stated
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class UnknownCorrection(InputRefused):
    """The case has no correction of this number. Fields: ``case``, ``number``."""

    reason = "unknown_disclosure_correction"
    http_status = 404
    ja = "案件 {case} に {number} 番の訂正はありません。一覧で番号を確かめてください。"
    en = "The case {case} has no correction number {number}. Look at the list."


class FactMoved(InputRefused):
    """The fact isn't what it was when the correction was stated, or somebody confirmed it already. Fields: ``case``,
    ``number``."""

    reason = "disclosure_fact_moved"
    http_status = 409
    ja = "案件 {case} の {number} 番の訂正は、申し出た時と事実が変わっています。申し出直してください。"
    en = "The fact of correction {number} in the case {case} isn't what it was when it was stated. State it anew."
