"""What can go wrong with the subscriber register.

::

    InputRefused
    ├── IdentifierRefused    a number, address or name that isn't of its kind; never repeats it
    └── RegisterRefused      a file that isn't a register: nothing of it was taken in
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class IdentifierRefused(InputRefused):
    """It isn't of its kind. Fields: ``kind``, ``problem``."""

    reason = "subscriber_identifier_refused"
    ja = "{kind} の値が正しくありません（{problem}）。"
    en = "This isn't a {kind} ({problem})."


class RegisterRefused(InputRefused):
    """A file isn't a register; nothing was taken in. Fields: ``line``, ``problem``."""

    reason = "subscriber_register_refused"
    ja = "契約者名簿の {line} 行目を読めません（{problem}）。何も取り込んでいません。直してもう一度行ってください。"
    en = "Line {line} of the register can't be read ({problem}). Nothing was taken in. Correct it and try again."
