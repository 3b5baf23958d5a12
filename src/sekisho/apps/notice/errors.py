"""What the notice refuses.

::

    SekishoError
    ├── CheckFailed
    │   ├── NoticeDrifted      the published notice isn't what scan and entries give now
    │   └── NoticeIncomplete   something in it hasn't been confirmed
    └── InputRefused
        ├── ScanDocumentRefused   a file isn't the document of a scan
        ├── EntriesRefused        a file of entries can't be read as one
        └── NoticeTemplateRefused a template can't be used
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused


class NoticeDrifted(CheckFailed):
    """The published notice isn't what scan and entries give now. Fields: ``count``, ``first``, ``differences``."""

    reason = "notice_drifted"
    ja = (
        "公表ページが今の計測と違います（{count}件：{first}）。`sekisho app notice` で作り直し、変更の記録を書いてから"
        "公表してください。"
    )
    en = (
        "The published notice differs from the scan ({count}: {first}). Make it again with `sekisho app notice`, write "
        "the change into its history, and publish it."
    )


class NoticeIncomplete(CheckFailed):
    """Something in the notice hasn't been confirmed. Fields: ``count``, ``first``, ``missing``."""

    reason = "notice_incomplete"
    ja = "公表ページに要確認が{count}件残っています（{first}）。記入ファイルに確かめた内容を書いてください。"
    en = "The notice has {count} places to be confirmed ({first}). Write what was confirmed into the file of entries."


class ScanDocumentRefused(InputRefused):
    """A file isn't the document of a scan. Fields: ``file``, ``problem``."""

    reason = "scan_document_refused"
    http_status = 422
    ja = "{file} は計測結果のJSONではありません（{problem}）。`sekisho app scan --json` の出力を渡してください。"
    en = "{file} isn't a scan's JSON ({problem}). Hand in what `sekisho app scan --json` wrote."


class EntriesRefused(InputRefused):
    """A file of the operator's entries can't be read. Fields: ``file``, ``line``, ``problem``."""

    reason = "notice_entries_refused"
    http_status = 422
    ja = "公表の記入ファイルを読めません（{file} {line}行目: {problem}）。その行を直してください。"
    en = "The file of the notice's entries can't be read ({file}, line {line}: {problem}). Mend that line."


class NoticeTemplateRefused(InputRefused):
    """A template can't be used. Fields: ``problem``."""

    reason = "notice_template_refused"
    http_status = 422
    ja = "公表ページの様式を使えません（{problem}）。様式を直すか、外して同梱の様式を使ってください。"
    en = "The notice's template can't be used ({problem}). Mend it, or leave it out to use the packaged one."
