"""What the connector's commands refuse. Inside the proxy nothing is refused: calls pass, and it is counted.

::

    InputRefused
    ├── ConnectorSettingsRefused   settings that the script couldn't run by
    ├── SpoolFileRefused           a file that isn't one of the spool, or whose beginning is damaged
    └── SpoolKeyUnknown            a file sealed to another key
    Unavailable
    └── CodeNotExportable          code that a proxy's Python couldn't import
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused, Unavailable


class ConnectorSettingsRefused(CallWords, InputRefused):
    """Settings of the connector that can't be used. Nothing was written."""

    reason = "connector_settings_refused"
    ja = "コネクタの設定「{field}」が使えません（{problem}）。直してから、もう一度書き出してください。"
    en = "The connector's setting '{field}' can't be used ({problem}). Correct it and write the files again."


class SpoolFileRefused(CallWords, InputRefused):
    """A file of the spool that can't be taken in. It stays where it is."""

    reason = "spool_file_refused"
    ja = "スプールのファイル「{path}」を読めません（{problem}）。ファイルはそのまま残しました。退避して調べてください。"
    en = "The spool file {path} can't be read ({problem}). It was left as it is; put it aside and look into it."


class SpoolKeyUnknown(InputRefused):
    """A file that was sealed to another workspace's key, or to a month's that is gone. Fields: ``path``, ``key``."""

    reason = "spool_key_unknown"
    ja = (
        "スプールのファイル「{path}」の鍵（{key}）はこの作業場所にありません。別の作業場所あてならそこで取り込み、"
        "期間を過ぎて破棄した月の鍵なら消してください。接続先が新しい判定データを読んでいるかも確かめてください。"
    )
    en = (
        "This workspace doesn't have the key ({key}) of the spool file {path}. Take it in with the workspace that has "
        "it; if it is a month's key that was destroyed, remove the file. See that the connector loads new bundles."
    )


class CodeNotExportable(Unavailable):
    """The code asks for something that a proxy's Python doesn't have. An error of this installation."""

    reason = "code_not_exportable"
    ja = "{module} は標準ライブラリにない {needs} を使うため、SIPプロキシに置けません。sekisho を入れ直してください。"
    en = "{module} needs {needs}, which isn't in the standard library, so it can't run in a proxy. Reinstall sekisho."
