"""The archive an auditor or regulator checks without Sekisho: the published tree, the public key, and a verifier.

What is in it: no bodies and no salts. Leaves show kinds, times and owners' key names; they open only with a salt given
for each one.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from sekisho.ledger.checkpoint import fingerprint, require_signer, verifier_key
from sekisho.ledger.reader import CHECKPOINT_NAME, LedgerReader
from sekisho.ledger.standalone.verify import KEY_FILE, SUMS_FILE
from sekisho.ledger.tiles import TILE_HEIGHT, TILE_WIDTH, tile_path, tile_width

README_NAME = "README.txt"
VERIFIER_NAME = "verify.py"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold; the same for every file, so that archives compare
_MODE = 0o644 << 16
_UNIX = 3

_README = """関所 台帳の書き出し

この書き出しは、台帳「{origin}」の{size}件の葉すべてと、その検印（署名された要約）を含みます。
関所がなくても検証できます。必要なものは Python 3.9 以降と cryptography だけです。

  pip install cryptography
  python verify.py --key 指紋

指紋は、この書き出しとは別の方法（書面、電話、公開された掲示など）で事業者から受け取ってください。
この書き出しに入っている鍵の指紋：
  {fingerprint}

分かること：すべての葉が、事業者の署名した一つの台帳に、この順番で、改変なく入っていること。
分からないこと：葉の指す本文が真実であること。本文は入っていません。
個々の葉は、事業者がその葉の塩を示したときだけ開けます：
  python verify.py --leaf 番号 --body 本文のファイル --salt 塩
以前に受け取った checkpoint があれば、台帳がそれを引き継いでいることを確かめられます：
  python verify.py --earlier 以前のcheckpoint

形式：C2SP tlog-tiles、tlog-checkpoint、signed-note（Ed25519）。木は RFC 9162。
SHA256SUMS は、この説明・鍵・検証プログラム・検印の偶然の破損を見つけるためのものです。


Sekisho ledger export

This export holds all {size} leaves of the ledger "{origin}" and its checkpoint (a signed summary).
It is verified without Sekisho; Python 3.9 or later and "cryptography" are all it needs.

  pip install cryptography
  python verify.py --key FINGERPRINT

Get the fingerprint from the operator by another way than this export (a letter, the telephone, a public notice).
The key in this export has the fingerprint
  {fingerprint}

What it shows: every leaf is, in this order and unaltered, in the one ledger the operator signed.
What it doesn't show: that what a leaf speaks of is true. Bodies are not included. A leaf opens only when the operator
reveals its salt:
  python verify.py --leaf NUMBER --body FILE --salt HEX
With a checkpoint received earlier you can check that the ledger extends it:
  python verify.py --earlier CHECKPOINT

Formats: C2SP tlog-tiles, tlog-checkpoint, signed-note (Ed25519). The tree is RFC 9162's.
SHA256SUMS finds accidental damage to this text, the key, the verifier and the checkpoint.
"""


def export_ledger(
    reader: LedgerReader,
    target: Path,
    *,
    key_name: str,
    public_key: bytes,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the ledger as ``reader`` shows it to the zip ``target``, whole and durable or not at all; returns it.

    The same checkpoint gives the same bytes. ``key_name`` is the signer's name in the note. Does not verify the tree:
    the verifier inside does, wherever it is taken. ``progress(done, total)`` is called in leaves. Raises
    :class:`LedgerDamaged` when a file is missing, and ``OSError``.
    """
    require_signer(key_name, public_key)
    size = reader.size
    front = {
        README_NAME: _README.format(origin=reader.origin, size=size, fingerprint=fingerprint(public_key)).encode(),
        CHECKPOINT_NAME: reader.checkpoint(),
        KEY_FILE: (verifier_key(key_name, public_key) + "\n").encode(),
        VERIFIER_NAME: (Path(__file__).parent / "standalone" / VERIFIER_NAME).read_bytes(),
    }
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(front.items()))

    def produce(stream: BinaryIO) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, data in (*sorted(front.items()), (SUMS_FILE, sums.encode())):
                archive.writestr(zip_entry(name), data)
            for level, index, width in _tiles(size):
                archive.writestr(zip_entry(tile_path(level, index, width)), reader.tile_file(level, index))
                if progress is not None and level is None:
                    progress(min(size, (index + 1) * TILE_WIDTH), size)

    reader.files.publish_from(target, produce)
    return target


def zip_entry(name: str) -> zipfile.ZipInfo:
    """A member of an archive that depends on nothing but its name, so that archives compare."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = _MODE
    info.create_system = _UNIX
    return info


def _tiles(size: int) -> Iterator[tuple[int | None, int, int]]:
    """Level (None: entries), index and width of every file a tree of ``size`` has."""
    for index in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
        yield None, index, tile_width(0, index, size)
    level = 0
    while count := size >> (TILE_HEIGHT * level):
        for index in range((count + TILE_WIDTH - 1) // TILE_WIDTH):
            yield level, index, tile_width(level, index, size)
        level += 1
