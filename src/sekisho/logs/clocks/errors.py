"""What can be wrong with what is declared of a clock."""

from __future__ import annotations

from sekisho.errors import InputRefused


class ClockRefused(InputRefused):
    """A source's declared clock isn't one."""

    reason = "clock_refused"
    ja = "ログ送信元の時計の設定「{field}」が正しくありません（{problem}）。設定を直してもう一度登録してください。"
    en = "The source's clock setting {field} is not right ({problem}). Correct it and declare the source again."
