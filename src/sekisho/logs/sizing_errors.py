"""Why a plan couldn't be made."""

from __future__ import annotations

from sekisho.errors import InputRefused


class SizingRefused(InputRefused):
    """A number that can't be so. Fields: ``field``, ``problem``."""

    reason = "log_sizing_refused"
    ja = "「{field}」が範囲の外です（{problem}）。"
    en = "'{field}' is out of range ({problem})."
