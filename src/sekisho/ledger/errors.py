"""What can go wrong with a ledger.

::

    SekishoError
    ├── CheckFailed
    │   ├── LedgerDamaged        a file of the ledger is not what was written; names the file and the place
    │   └── CheckpointRefused    a checkpoint is malformed, of another log, or not signed by the expected key
    ├── InputRefused
    │   ├── LeafTooLarge · AppendTooLarge · LeafMalformed · OriginMalformed · KeyNameMalformed
    │   ├── LedgerExists         there is a ledger in the directory already
    │   ├── NoSuchLeaf           the index is beyond the ledger
    │   └── NoSuchSize           a proof was asked for a size the ledger has not reached
    └── Unavailable
        ├── LedgerMissing        there is no ledger in the directory
        ├── LedgerBusy           another process has it open for writing
        ├── LedgerClosed         it was closed
        ├── PublicationStalled   too much is acknowledged and not published, and publishing fails
        └── LedgerWriteFailed    the disk refused; whether the leaves are recorded shows when it is opened again
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused, Unavailable


class LedgerDamaged(CheckFailed):
    """A ledger file is not what was written. Fields: ``file`` (below the ledger's directory), ``offset`` (bytes),
    ``problem``."""

    reason = "ledger_damaged"
    ja = (
        "台帳のファイル {file} が壊れています（{offset}バイト目から：{problem}）。書き込みは行っていません。"
        "このフォルダを保全し、sekisho ledger verify で範囲を確かめ、控えから復元してください。"
    )
    en = (
        "Ledger file {file} is damaged (from byte {offset}: {problem}). Nothing was written. Preserve this directory, "
        "see the extent with sekisho ledger verify, and restore from a backup."
    )


class CheckpointRefused(CheckFailed):
    """A checkpoint cannot be relied on. Fields: ``line`` (1-based; 0: the whole), ``problem``."""

    reason = "checkpoint_refused"
    ja = (
        "台帳の検印（checkpoint）を信頼できません（{line}行目：{problem}）。公開鍵と台帳の名前（origin）"
        "が正しいか確かめ、"
        "正しければ検印のファイルを保全して控えと比べてください。"
    )
    en = (
        "The ledger's checkpoint cannot be relied on (line {line}: {problem}). Check that the public key and the "
        "origin are "
        "the right ones; if they are, preserve the checkpoint and compare it with a backup."
    )


class LeafTooLarge(InputRefused):
    """One leaf is larger than a C2SP entry can be. Fields: ``size``, ``limit`` (bytes). Nothing of the call was
    appended."""

    reason = "leaf_too_large"
    http_status = 413
    ja = (
        "台帳の葉が大きすぎます（{size}バイト、上限{limit}バイト）。何も書き込んでいません。本文は葉に入れず、"
        "封緘値だけを記録してください。"
    )
    en = (
        "A ledger leaf is too large ({size} bytes, limit {limit}). Nothing was written. Record the commitment, not "
        "the body."
    )


class AppendTooLarge(InputRefused):
    """One append holds too much. Fields: ``size``, ``limit`` (bytes). Nothing of it was appended."""

    reason = "append_too_large"
    http_status = 413
    ja = (
        "一度に追記する量が大きすぎます（{size}バイト、上限{limit}バイト）。何も書き込んでいません。"
        "分けて追記してください。"
    )
    en = "Too much in one append ({size} bytes, limit {limit}). Nothing was written. Split it."


class LeafMalformed(InputRefused):
    """Bytes or fields do not make a leaf. Fields: ``field``, ``problem``."""

    reason = "leaf_malformed"
    ja = "台帳の葉の形が正しくありません（{field}：{problem}）。sekisho.ledger.leaf.seal_leaf で作り直してください。"
    en = "This is not a well-formed ledger leaf ({field}: {problem}). Make it with sekisho.ledger.leaf.seal_leaf."


class OriginMalformed(InputRefused):
    """A ledger's name cannot stand in a checkpoint. Fields: ``origin``, ``problem``."""

    reason = "origin_malformed"
    ja = (
        "台帳の名前「{origin}」は使えません（{problem}）。operator.example/ledger のような、"
        "空白を含まない名前にしてください。"
    )
    en = "The origin {origin!r} cannot be used ({problem}). Choose one like operator.example/ledger, without spaces."


class KeyNameMalformed(InputRefused):
    """A signer's name or public key cannot stand in a signed note. Fields: ``name``, ``problem``."""

    reason = "key_name_malformed"
    ja = (
        "署名鍵「{name}」は使えません（{problem}）。空白と「+」を含まない名前と、"
        "32バイトのEd25519公開鍵にしてください。"
    )
    en = (
        "The signing key {name!r} cannot be used ({problem}). Use a name without spaces or '+', and a 32-byte Ed25519 "
        "key."
    )


class LedgerExists(InputRefused):
    """There is a ledger, or something else, where one was to be created. Fields: ``directory``."""

    reason = "ledger_exists"
    http_status = 409
    ja = (
        "{directory} には既に台帳またはその一部があります。開くか、空のフォルダを指定してください。"
        "何も書き込んでいません。"
    )
    en = (
        "{directory} already holds a ledger or part of one. Open it, or choose an empty directory. Nothing was written."
    )


class NoSuchLeaf(InputRefused):
    """The index is beyond the ledger. Fields: ``index``, ``size``."""

    reason = "no_such_leaf"
    http_status = 404
    ja = "台帳に{index}番の葉はありません（0番から数えて{size}件あります）。番号を確かめてください。"
    en = "The ledger has no leaf {index} (it has {size}, counted from 0). Check the number."


class NoSuchSize(InputRefused):
    """A proof was asked between sizes the ledger does not have. Fields: ``asked``, ``size``."""

    reason = "no_such_size"
    http_status = 404
    ja = "台帳の大きさ{asked}の証明は作れません（現在は{size}件）。大きさを確かめてください。"
    en = "No proof for size {asked}: the ledger has {size} leaves. Check the size."


class LedgerMissing(Unavailable):
    """There is no ledger where one was expected. Fields: ``directory``."""

    reason = "ledger_missing"
    ja = "{directory} に台帳がありません。場所を確かめ、新しい作業領域なら作成からやり直してください。"
    en = "There is no ledger in {directory}. Check the place, or create the workspace anew."


class LedgerBusy(Unavailable):
    """Another process holds the ledger's lock. Fields: ``directory``."""

    reason = "ledger_busy"
    ja = (
        "台帳 {directory} は別のプロセスが書き込み中です。そのプロセスを終えるか、動いている sekisho serve "
        "を通して操作してください。"
    )
    en = "Another process is writing the ledger {directory}. Stop it, or work through the running sekisho serve."


class LedgerClosed(Unavailable):
    """The ledger object was closed. Fields: none. Nothing of the call was appended."""

    reason = "ledger_closed"
    ja = "台帳は閉じられています。何も書き込んでいません。開き直してください。"
    en = "The ledger is closed. Nothing was written. Open it again."


class PublicationStalled(Unavailable):
    """Publishing has failed for so long that no more is taken. Fields: ``cause`` (class name), ``limit`` (bytes).

    Nothing of the call was appended; what was acknowledged before is safe in the journal.
    """

    reason = "publication_stalled"
    ja = (
        "台帳の公開（タイルと検印）ができず（{cause}）、未公開の記録が{limit}バイトを超えました。"
        "今回は何も書き込んでいません。"
        "ディスクの空きと署名鍵の状態を確かめてから、やり直してください。"
    )
    en = (
        "The ledger's tiles and checkpoint can't be published ({cause}) and over {limit} bytes are waiting. Nothing "
        "of this "
        "call was written; check disk space and the signing key, then try again."
    )


class LedgerWriteFailed(Unavailable):
    """The disk refused a journal write. Fields: ``cause``.

    The leaves of the call are not acknowledged; opening the ledger again shows whether they are recorded. Until then
    every append is refused, because after a failed sync the disk's state is unknown.
    """

    reason = "ledger_write_failed"
    ja = (
        "台帳に書き込めませんでした（{cause}）。記録は確定していません。ディスクの空きと権限を確かめ、"
        "台帳を開き直してください。"
        "開き直すまで追記は受け付けません。"
    )
    en = (
        "The ledger could not be written ({cause}). Nothing was acknowledged. Check disk space and permissions, then "
        "open "
        "the ledger again; appends are refused until then."
    )
