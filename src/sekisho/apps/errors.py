"""What a scan is refused for. What a target holds is never an error: that becomes 測定不能.

::

    SekishoError
    ├── InputRefused
    │   ├── TargetUnknown       it can't be told what a target is
    │   ├── TargetRefused       a target can't be opened at all
    │   ├── AnswersRefused      a file of answers can't be read
    │   ├── ValuesRefused       a file of known values can't be read
    │   ├── BaselineRefused     what is compared with is no scan
    │   ├── ScanRefused         a field of what was asked for can't be accepted
    │   ├── UnknownScan         there is no such scan, service or schedule here
    │   └── UnknownAppCertificate  no key of that name has ended
    └── CheckFailed
        └── NewRecipient        somebody receives who didn't before
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused

CAN_BE_GIVEN_JA = (
    "APK・AAB・XAPK、IPA、サイトのアドレス（https://）、HAR、mitmproxyの記録、pcap、PlayのデータセーフティのCSV、"
    "PrivacyInfo.xcprivacy、年齢レーティングのJSON、inspection.json、ポリシーのHTML・テキスト"
)
CAN_BE_GIVEN_EN = (
    "an APK, AAB or XAPK, an IPA, a site's address (https://), a HAR, a mitmproxy flow file, a pcap, Play's Data "
    "safety CSV, a PrivacyInfo.xcprivacy, an age rating JSON, an inspection.json, a policy as HTML or text"
)


class TargetUnknown(InputRefused):
    """It can't be told what a target is. Fields: ``name``."""

    reason = "app_target_unknown"
    http_status = 422
    ja = f"「{{name}}」が何か分かりません。調べられるのは、{CAN_BE_GIVEN_JA}です。"
    en = f"What {{name!r}} is can't be told. What can be scanned: {CAN_BE_GIVEN_EN}."


class TargetRefused(InputRefused):
    """A target can't be opened. Fields: ``name``, ``why``."""

    reason = "app_target_refused"
    http_status = 422
    ja = "「{name}」を開けません（{why}）。名前と権限を確かめてください。"
    en = "{name!r} can't be opened ({why}). Check its name and permissions."


class AnswersRefused(InputRefused):
    """A file of answers can't be read. Fields: ``name``, ``problem``."""

    reason = "app_answers_refused"
    http_status = 422
    ja = "答えのファイル「{name}」を読めません（{problem}）。docs/apps.mdの書き方で直してください。"
    en = "The answers in {name!r} can't be read ({problem}). Write them as docs/apps.md says."


class ValuesRefused(InputRefused):
    """A file of known values can't be read. Fields: ``name``, ``problem``; never a value."""

    reason = "app_values_refused"
    http_status = 422
    ja = "既知の値のファイル「{name}」を読めません（{problem}）。docs/apps.mdの書き方で直してください。"
    en = "The known values in {name!r} can't be read ({problem}). Write them as docs/apps.md says."


class BaselineRefused(InputRefused):
    """What is compared with is no scan of Sekisho's. Fields: ``name``, ``problem``."""

    reason = "app_baseline_refused"
    http_status = 422
    ja = "比べる相手「{name}」を走査の結果として読めません（{problem}）。`--output`で書いたファイルを指定してください。"
    en = "{name!r} can't be compared with ({problem}). Name a file that `--output` wrote."


class ScanRefused(InputRefused):
    """A field of what was asked for can't be accepted. Fields: ``field``, ``problem``."""

    reason = "app_scan_refused"
    http_status = 422
    ja = "「{field}」を受け付けられません（{problem}）。直して、もう一度行ってください。"
    en = "{field!r} can't be accepted ({problem}). Mend it and do it again."


class UnknownScan(InputRefused):
    """There is no such thing here. Fields: ``what``, ``id``."""

    reason = "unknown_app_scan"
    http_status = 404
    ja = "{what}「{id}」はありません。`sekisho app list` で確かめてください。"
    en = "There is no {what} {id!r}. See `sekisho app list`."


class UnknownAppCertificate(InputRefused):
    """No key of that name has ended, so it has no certificate. Fields: ``key``."""

    reason = "unknown_app_certificate"
    http_status = 404
    ja = "鍵「{key}」の破棄の証明書はありません。破棄された鍵は `sekisho app forget` と `sekisho due` が示します。"
    en = "The key {key!r} has no destruction certificate. `sekisho app forget` and `sekisho due` name what ended."


class NewRecipient(CheckFailed):
    """Somebody receives who didn't in the scan that was compared with. Fields: ``names``, ``count``."""

    reason = "new_recipient"
    ja = (
        "新しい送信先が{count}件あります：{names}。意図したものなら公表を先に改め、この結果を新しい基準にしてください。"
        "意図しないものなら、タグ・SDKを外してください。"
    )
    en = (
        "There are {count} new recipients: {names}. If that is meant, change the notice first and take this scan as "
        "the new baseline. If not, remove the tag or module."
    )
