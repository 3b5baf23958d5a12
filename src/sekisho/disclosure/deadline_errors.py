"""Errors of the terms.

::

    InputRefused
    ├── LongerThanTerm      a term was asked for that is longer than law or the house allows, or shorter than a day
    └── FixedTerm           a term whose length nobody chooses was given another length
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class LongerThanTerm(InputRefused):
    """A term longer than the most there may be, or of no day."""

    reason = "longer_than_term"
    http_status = 422
    ja = "「{title_ja}」は1日以上{most_ja}以内です（{source}）。その範囲の日数を入れてください。"
    en = "'{title_en}' takes from 1 day to {most_en} ({source}). Give a number of days within that."


class FixedTerm(InputRefused):
    """Another length was given for a term whose length is fixed."""

    reason = "fixed_term"
    http_status = 422
    ja = "「{title_ja}」の長さは決まっています（{source}）。日数を指定せずに計算してください。"
    en = "The length of '{title_en}' is fixed ({source}). Leave the number of days out."
