"""What a part of an iOS app is refused for; the reader turns each into what couldn't be measured."""

from __future__ import annotations

from sekisho.errors import InputRefused


class PlistRefused(InputRefused):
    """The bytes are no property list, or one larger than any. Fields: ``problem``."""

    reason = "plist_broken"
    http_status = 422
    ja = "プロパティリスト（plist）として読めません（{problem}）。Xcodeで開けるか確かめてください。"
    en = "This can't be read as a property list ({problem}). See whether Xcode opens it."


class ProgramRefused(InputRefused):
    """The bytes are no Mach-O program, or a broken one. Fields: ``problem``."""

    reason = "program_broken"
    http_status = 422
    ja = "Mach-O形式の実行ファイルとして読めません（{problem}）。途中で切れていないかを確かめてください。"
    en = "This can't be read as a Mach-O program ({problem}). See whether it was cut off."
