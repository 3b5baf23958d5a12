"""What is refused as a telephone number, or as a table of designations.

::

    SekishoError
    └── InputRefused
        ├── NumberRefused            what was given isn't a telephone number
        │   ├── NoDigits             nothing is left once separators are gone
        │   ├── NotDigits            a letter, or another character that no number has
        │   └── TooManyDigits        longer than anything that can be dialled
        ├── DateBeforePlan           the table begins later than the date asked about
        └── DesignationsRefused      the table of designations can't be read: nothing of it was taken in

No error holds the number: a caller's number is part of the secrecy of communications.
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused


class NumberRefused(InputRefused):
    """What was given isn't a telephone number."""

    reason = "number_refused"


class NoDigits(NumberRefused):
    """There is no digit in it."""

    reason = "number_empty"
    ja = "電話番号に数字がありません。番号を指定してください。"
    en = "The telephone number holds no digit. Give a number."


class NotDigits(NumberRefused):
    """A character that no number has. Fields: ``position`` (from 1), ``character`` (its code point, ``U+0041``)."""

    reason = "number_not_digits"
    ja = (
        "電話番号の{position}文字目（{character}）は、そこに置ける数字・記号ではありません。"
        "数字、先頭の +、区切りだけで指定してください。"
    )
    en = (
        "Character {position} of the telephone number ({character}) can't stand there. Give digits, a leading + and "
        "separators only."
    )


class TooManyDigits(NumberRefused):
    """Longer than anything that can be dialled. Fields: ``most``."""

    reason = "number_too_long"
    ja = "電話番号が長すぎます（{most}桁まで）。番号を確かめてください。"
    en = "The telephone number is too long (at most {most} digits). Check the number."


class DateBeforePlan(InputRefused):
    """Asked about a day before the table begins. Fields: ``on``, ``first``."""

    reason = "date_before_number_plan"
    ja = "番号計画の表は{first}からです。{on}の番号は判定できません。{first}以後の日を指定してください。"
    en = "The number plan's table begins on {first}: it can't tell what a number was on {on}. Ask about a later day."


class DesignationsRefused(CallWords, InputRefused):
    """A table of designations can't be read. Fields: ``problem``, ``line`` (0 for the file as a whole)."""

    reason = "designations_refused"
    ja = (
        "番号の指定状況の表を読めません（{line}行目: {problem}）。総務省の表をそのまま保存したものを指定してください。"
        "何も取り込んでいません。"
    )
    en = (
        "The table of designated numbers can't be read (line {line}: {problem}). Give MIC's table as it was published. "
        "Nothing of it was taken in."
    )
