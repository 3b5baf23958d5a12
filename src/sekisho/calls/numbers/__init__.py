"""Telephone numbers: what a number is on a day, by a dated table of the Japanese plan and of the world's country codes.

Everything named here needs the standard library only, so that it also runs inside a SIP proxy. Beside it stand
:mod:`~sekisho.calls.numbers.designation_files` (MIC's tables as CSV and Excel) and
:mod:`~sekisho.calls.numbers.foreign` (foreign numbers by ``phonenumbers``), which do need more.
"""

from __future__ import annotations

from sekisho.calls.numbers.classify import Classified, Numbering, classify, classify_many
from sekisho.calls.numbers.designations import Block, Designations, designations
from sekisho.calls.numbers.errors import (
    DateBeforePlan,
    DesignationsRefused,
    NoDigits,
    NotDigits,
    NumberRefused,
    TooManyDigits,
)
from sekisho.calls.numbers.kinds import CallerUse, Confidence, Kind, Place, Reason
from sekisho.calls.numbers.reading import Asked

__all__ = [
    "Asked",
    "Block",
    "CallerUse",
    "Classified",
    "Confidence",
    "DateBeforePlan",
    "Designations",
    "DesignationsRefused",
    "Kind",
    "NoDigits",
    "NotDigits",
    "NumberRefused",
    "Numbering",
    "Place",
    "Reason",
    "TooManyDigits",
    "classify",
    "classify_many",
    "designations",
]
