"""What can go wrong with the log store.

::

    SekishoError
    ├── InputRefused
    │   ├── SourceRefused      what was declared of a source can't be so
    │   ├── SourceUsed         the name is another source's
    │   ├── UnknownSource      no source has this name or number
    │   ├── UnknownInput       no input has this id
    │   ├── UnknownFormat      no format has this name
    │   ├── AlreadyIngested    the same bytes were taken in before: nothing was added
    │   ├── InputTruncated     a compressed input ends before its end: nothing of it was taken in
    │   ├── InputNotReadable   not what its first bytes say, or too large for its format
    │   ├── WrongFormat        nothing of it can be read by the source's format
    │   ├── SpoolInUse         another listener writes this source's spool
    │   ├── SourceBusy         another ingest of the same source came first
    │   ├── DayNotOver         a day can't be sealed before its end and the time of grace
    │   ├── NothingToGiveUp    every table of the source can be read
    │   └── DayReadable        every segment of the day that isn't sealed can be read
    ├── CheckFailed
    │   └── SourceUnwell       a source is silent, or what it sends is of little use
    └── Unavailable
        ├── SegmentMissing     a file that should be there isn't: the answer is a gap, never "nobody"
        ├── SegmentDamaged     its bytes aren't what was written, or the key isn't its key
        ├── TableDamaged       a source's open or carried table is damaged or missing: its ingest waits
        ├── DayDamaged         a segment of a day that isn't sealed is damaged or missing: its seal waits
        ├── DayGone            the day's records were purged
        └── StoreNotWritable   the disk is full or may not be written: nothing was taken in
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused, Unavailable


class SegmentMissing(Unavailable):
    """A segment the database names isn't on disk."""

    reason = "segment_missing"
    ja = (
        "{kind} の {day} の記録ファイル {segment} がありません。バックアップから戻すまで、その日の答えは「欠落」に"
        "なります。"
    )
    en = (
        "The segment {segment} of {kind} on {day} is missing. Restore it from a backup; until then answers about that "
        "day say that there is a gap."
    )


class SegmentDamaged(Unavailable):
    """A segment's bytes aren't what was written."""

    reason = "segment_damaged"
    ja = (
        "{kind} の {day} の記録ファイル {segment} が壊れているか、鍵が違います（{problem}）。バックアップから戻すまで、"
        "その日の答えは「欠落」になります。"
    )
    en = (
        "The segment {segment} of {kind} on {day} is damaged or the key is another one's ({problem}). Restore it from "
        "a backup; until then answers about that day say that there is a gap."
    )


class TableDamaged(Unavailable):
    """What a source still held can't be read, so that nothing of it can be taken in or its day not be sealed. Fields:
    ``source``, ``segment``, ``kind``, ``day``, ``problem``."""

    reason = "log_table_damaged"
    ja = (
        "出所「{source}」が割当て中のものを記した表（{kind} の {day}、{segment}）がないか、壊れているか、鍵が違います"
        "（{problem}）。取り込んでいません。この番号のファイルをバックアップから戻してください。どのバックアップにもなければ、"
        "`sekisho log source give-up {source}` でその表をあきらめると続けられます（その間の答えは「欠落」になります）。"
    )
    en = (
        "The table of what {source} still held ({segment}, {kind} on {day}) is missing, damaged or the key is another "
        "one's ({problem}). Nothing was taken in. Restore the file of that id from a backup. If no backup has it, "
        "`sekisho log source give-up {source}` gives the table up and lets the source go on; answers about that time "
        "then say that there is a gap."
    )


class DayDamaged(Unavailable):
    """A segment of a day can't be read, so that the day can't be sealed. Fields: ``kind``, ``day``, ``segment``,
    ``problem``."""

    reason = "log_day_damaged"
    ja = (
        "{kind} の {day} は封緘できません。記録ファイル {segment} がないか、壊れているか、鍵が違います（{problem}）。"
        "この番号のファイルをバックアップから戻してください。どのバックアップにもなければ、"
        "`sekisho log give-up {kind} {day}` であきらめると封緘できます（その日の答えは「欠落」のままです）。"
    )
    en = (
        "{kind} of {day} can't be sealed: the segment {segment} is missing, damaged or the key is another one's "
        "({problem}). Restore the file of that id from a backup. If no backup has it, `sekisho log give-up {kind} "
        "{day}` gives it up so that the day can be sealed; answers about that day still say that there is a gap."
    )


class SourceUnwell(CheckFailed):
    """A source is silent, or what it sends is of little use. Fields: ``sources``."""

    reason = "source_unwell"
    ja = "状態のよくない出所があります（{sources}）。`sekisho log health` で確かめてください。"
    en = "There are sources that aren't well ({sources}). See `sekisho log health`."


class SourceRefused(InputRefused):
    """What was declared of a source can't be so. Fields: ``field``, ``problem``."""

    reason = "source_refused"
    ja = "ログの出所の「{field}」が正しくありません（{problem}）。"
    en = "The source's '{field}' can't be accepted ({problem})."


class SourceUsed(InputRefused):
    """The name is another source's. Fields: ``name``."""

    reason = "source_used"
    http_status = 409
    ja = "「{name}」という出所は既にあります。別の名前を付けてください。"
    en = "There is a source named {name} already. Choose another name."


class UnknownSource(InputRefused):
    """No source has this name or number. Fields: ``name``."""

    reason = "unknown_source"
    http_status = 404
    ja = "「{name}」という出所はありません。`sekisho log source list` で確かめてください。"
    en = "There is no source {name}. See `sekisho log source list`."


class UnknownInput(InputRefused):
    """No input has this id. Fields: ``input``."""

    reason = "unknown_log_input"
    http_status = 404
    ja = "取込み「{input}」はありません。取り込んだときに表示された番号を確かめてください。"
    en = "There is no input {input}. Check the id that was shown when it was taken in."


class UnknownFormat(InputRefused):
    """No format has this name. Fields: ``format``, ``known``."""

    reason = "unknown_log_format"
    ja = "「{format}」という形式はありません。使えるもの: {known}"
    en = "There is no format {format!r}. There are: {known}"


class AlreadyIngested(InputRefused):
    """The same bytes were taken in before; nothing was added. Fields: ``input``, ``at``."""

    reason = "already_ingested"
    http_status = 409
    ja = "同じ内容は {at} に取り込み済みです（{input}）。何も加えていません。"
    en = "The same bytes were taken in at {at} ({input}). Nothing was added."


class InputTruncated(InputRefused):
    """A compressed input ends before its end; nothing of it was taken in. Fields: ``format``, ``expanded``."""

    reason = "input_truncated"
    ja = (
        "{format} の途中で終わっています（{expanded} バイトまで展開できました）。取り込んでいません。"
        "ファイルを写し直してから、もう一度取り込んでください。"
    )
    en = (
        "The {format} data ends before its end ({expanded} bytes could be expanded). Nothing was taken in. "
        "Copy the file again, then ingest it."
    )


class InputNotReadable(InputRefused):
    """The input isn't what its first bytes say, or is too large. Nothing was taken in. Fields: ``problem``."""

    reason = "input_not_readable"
    ja = "この入力は読めません（{problem}）。取り込んでいません。ファイルを確かめてください。"
    en = "This input can't be read ({problem}). Nothing was taken in. Check the file."


class WrongFormat(InputRefused):
    """Nothing of an input can be read by the source's format. Fields: ``format``, ``records``, ``first``."""

    reason = "wrong_format"
    ja = (
        "{records} 件のどれも形式 {format} として読めません（1件目の理由: {first}）。取り込んでいません。"
        "出所と --format を確かめてください。"
    )
    en = (
        "None of {records} records can be read as {format} (first reason: {first}). Nothing was taken in. "
        "Check the source and --format."
    )


class SourceBusy(InputRefused):
    """Another ingest of the same source came first. Fields: ``name``."""

    reason = "source_busy"
    http_status = 409
    ja = "出所「{name}」は別の取込みが先に進みました。取り込んでいません。もう一度行ってください。"
    en = "Another ingest of {name} came first. Nothing was taken in; do it again."


class SpoolInUse(InputRefused):
    """Another listener writes this source's spool. Fields: ``path``."""

    reason = "spool_in_use"
    http_status = 409
    ja = "この出所の受け口は別のプロセスが使っています（{path}）。止めてから始めてください。"
    en = "Another process listens for this source ({path}). Stop it first."


class DayNotOver(InputRefused):
    """A day can't be sealed before its end and the time of grace. Fields: ``day``, ``until``."""

    reason = "day_not_over"
    ja = "{day} はまだ封緘できません。{until} 以後に行ってください。"
    en = "{day} can't be sealed yet. Do it after {until}."


class NothingToGiveUp(InputRefused):
    """Every table of the source can be read: nothing was changed. Fields: ``name``."""

    reason = "nothing_to_give_up"
    http_status = 409
    ja = "出所「{name}」の表はどれも読めます。あきらめるものはなく、何も変えていません。"
    en = "Every table of {name} can be read. There is nothing to give up, and nothing was changed."


class DayReadable(InputRefused):
    """Every segment of the day can be read, or the day is sealed or gone: nothing was changed. Fields: ``kind``,
    ``day``."""

    reason = "log_day_readable"
    http_status = 409
    ja = (
        "{kind} の {day} に、あきらめるものはありません（封緘前の記録ファイルはどれも読めるか、"
        "その日は封緘済み・削除済みです）。何も変えていません。"
    )
    en = (
        "There is nothing to give up of {kind} on {day}: every segment that isn't sealed can be read, or the day is "
        "sealed or gone. Nothing was changed."
    )


class DayGone(Unavailable):
    """The day's records were purged. Fields: ``kind``, ``day``."""

    reason = "day_gone"
    http_status = 410
    ja = "{kind} の {day} の記録は保存期間が終わり、削除しました。"
    en = "The records of {kind} on {day} were deleted at the end of their period."


class StoreNotWritable(Unavailable):
    """The disk is full or may not be written; nothing was taken in. Fields: ``why``."""

    reason = "log_store_not_writable"
    ja = "ログの置き場に書けません（{why}）。取り込んでいません。空きと権限を確かめてから、もう一度行ってください。"
    en = "The log store can't be written ({why}). Nothing was taken in. Check space and permissions, then try again."
