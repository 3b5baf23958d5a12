"""What can be wrong with a file of a card's chip as such, whatever card it is.

::

    EvidenceRefused
    └── ChipFileRefused
        ├── ChipFileTooLarge         longer than any such file
        ├── ChipFileTruncated        ends before its own length says
        ├── ChipLengthIndefinite     BER's indefinite length
        ├── ChipLengthNotMinimal     a length written longer than it needs to be, or in more than two bytes
        ├── ChipTagTwice             an item twice: readers would disagree about which counts
        ├── ChipTooManyItems         more items than any such file
        └── ChipFileStructure        not the structure of this file
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused

_AGAIN_JA = "チップをもう一度読み取り、読み取ったままのファイルを送ってください。"
_AGAIN_EN = "Read the chip again and send the file as it was read."


class ChipFileRefused(EvidenceRefused):
    """A file that no such chip has."""

    reason = "chip_file_refused"


class ChipFileTooLarge(ChipFileRefused):
    """Longer than any such file."""

    reason = "chip_file_too_large"
    ja = "{file} が大きすぎます（上限 {limit} バイト）。" + _AGAIN_JA
    en = "{file} is too large (at most {limit} bytes). " + _AGAIN_EN


class ChipFileTruncated(ChipFileRefused):
    """Ends before its own length says it does."""

    reason = "chip_file_truncated"
    ja = "{file} が途中で切れています（{at} バイト目）。" + _AGAIN_JA
    en = "{file} is cut off (at byte {at}). " + _AGAIN_EN


class ChipLengthIndefinite(ChipFileRefused):
    """BER's indefinite length, which no such file has."""

    reason = "chip_length_indefinite"
    ja = "{file} に不定長の符号があります（{at} バイト目）。" + _AGAIN_JA
    en = "{file} has an indefinite length (at byte {at}). " + _AGAIN_EN


class ChipLengthNotMinimal(ChipFileRefused):
    """A length written longer than it needs to be, or in more than two bytes."""

    reason = "chip_length_not_minimal"
    ja = "{file} に冗長な長さの符号があります（{at} バイト目）。" + _AGAIN_JA
    en = "{file} has an overlong length (at byte {at}). " + _AGAIN_EN


class ChipTagTwice(ChipFileRefused):
    """An item that stands twice where it may stand once."""

    reason = "chip_tag_twice"
    ja = "{file} に同じ項目（タグ {tag}）が2つあります。" + _AGAIN_JA
    en = "{file} has the item with tag {tag} twice. " + _AGAIN_EN


class ChipTooManyItems(ChipFileRefused):
    """More items than any such file."""

    reason = "chip_too_many_items"
    ja = "{file} の項目が多すぎます（上限 {limit}）。" + _AGAIN_JA
    en = "{file} has too many items (at most {limit}). " + _AGAIN_EN


class ChipFileStructure(ChipFileRefused):
    """Well-formed, but not what this file holds."""

    reason = "chip_file_structure"
    ja = "{file} はこのファイルの形をしていません（{problem}）。" + _AGAIN_JA
    en = "{file} isn't such a file ({problem}). " + _AGAIN_EN
