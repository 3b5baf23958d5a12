"""What can go wrong with the log store.

::

    SekishoError
    ├── InputRefused
    └── Unavailable
        ├── SegmentMissing     a file that should be there isn't: the answer is a gap, never "nobody"
        └── SegmentDamaged     its bytes aren't what was written, or the key isn't its key
"""

from __future__ import annotations

from sekisho.errors import Unavailable


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
