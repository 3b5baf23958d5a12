"""What zip archives from strangers are refused for.

::

    SekishoError
    └── InputRefused
        ├── ArchiveRefused           the archive as a whole can't be read
        │   ├── NotAnArchive         no end record stands in it
        │   ├── DirectoryBroken      the directory is cut off, outside the file or too large
        │   └── TooManyEntries       more entries than any app has
        └── EntryRefused             one entry can't be read; the others can
            ├── EntryNameUnsafe      its name leads out of the archive
            ├── EntryOverlaps        it shares bytes with another entry or with the directory
            ├── EntryCutOff          its bytes end before it does
            ├── EntryTooLarge        it unpacks to more than the limit
            ├── EntryEncrypted       it is locked with a password
            └── EntryBroken          its bytes can't be unpacked
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class ArchiveRefused(InputRefused):
    """The archive as a whole can't be read."""

    reason = "archive_refused"
    http_status = 422


class NotAnArchive(ArchiveRefused):
    """No end record of a zip archive stands in the file."""

    reason = "not_an_archive"
    ja = "zip形式として読めません（終端の記録がありません）。途中で切れていないか、別の形式でないかを確かめてください。"
    en = "This can't be read as a zip archive (no end record). See whether it was cut off or is of another format."


class DirectoryBroken(ArchiveRefused):
    """The directory is cut off, outside the file or too large. Fields: ``offset``."""

    reason = "archive_directory_broken"
    ja = "zipの目録が壊れています（{offset}バイト目）。ファイルを取得し直してください。"
    en = "The archive's directory is broken (at byte {offset}). Get the file again."


class TooManyEntries(ArchiveRefused):
    """More entries than the limit. Fields: ``count``, ``limit``."""

    reason = "archive_too_many_entries"
    ja = "zipの項目が{count}件あり、上限の{limit}件を超えるため読みません。アプリのファイルかどうか確かめてください。"
    en = "The archive has {count} entries, more than the {limit} read here. See whether it is an app's file."


class EntryRefused(InputRefused):
    """One entry can't be read; the others can. Fields: ``entry``."""

    reason = "entry_refused"
    http_status = 422


class EntryNameUnsafe(EntryRefused):
    """The name leads out of the archive: an absolute path, ``..``, a backslash or a control character."""

    reason = "entry_name_unsafe"
    ja = "項目「{entry}」は名前がzipの外を指すため読みません。作成元に確かめてください。"
    en = "The entry {entry!r} has a name that leads out of the archive and isn't read. Ask who made it."


class EntryOverlaps(EntryRefused):
    """The entry shares bytes with another or with the directory, as in a zip bomb."""

    reason = "entry_overlaps"
    ja = "項目「{entry}」は他の項目と同じ場所を使っているため読みません（zip爆弾の疑い）。作成元に確かめてください。"
    en = "The entry {entry!r} shares its bytes with another and isn't read (perhaps a zip bomb). Ask who made it."


class EntryCutOff(EntryRefused):
    """The entry's bytes end before it does."""

    reason = "entry_cut_off"
    ja = "項目「{entry}」は途中で切れています。ファイルを取得し直してください。"
    en = "The entry {entry!r} is cut off. Get the file again."


class EntryTooLarge(EntryRefused):
    """The entry, or all entries read so far, unpack to more than the limit. Fields: also ``limit`` in bytes."""

    reason = "entry_too_large"
    ja = "項目「{entry}」は展開すると上限（{limit}バイト）を超えるため読みません。中身を別に確かめてください。"
    en = "The entry {entry!r} unpacks to more than the limit ({limit} bytes) and isn't read. Look at it separately."


class EntryEncrypted(EntryRefused):
    """The entry is locked with a password, or says so and can't be unpacked."""

    reason = "entry_encrypted"
    ja = "項目「{entry}」は暗号化されていて読めません。暗号化していないファイルを用意してください。"
    en = "The entry {entry!r} is encrypted. Provide a file that isn't."


class EntryBroken(EntryRefused):
    """The entry's bytes can't be unpacked."""

    reason = "entry_broken"
    ja = "項目「{entry}」を展開できません。ファイルを取得し直してください。"
    en = "The entry {entry!r} can't be unpacked. Get the file again."
