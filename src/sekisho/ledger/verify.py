"""Verify a whole ledger offline, and say where it is damaged.

The tree is checked by the same code that travels with an export (:mod:`sekisho.ledger.standalone.verify`), so that the
operator and the regulator see the same findings. Here the journal is checked too.

What it does not do: it takes no lock (beside a running writer it sees the last checkpoint), it does not open leaves,
and it cannot see that a whole journal group after the last checkpoint was cleanly removed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sekisho.ledger.checkpoint import PUBLIC_KEY_SIZE
from sekisho.ledger.errors import KeyNameMalformed, LedgerDamaged, LedgerMissing
from sekisho.ledger.journal import is_journal_name, parse_journal
from sekisho.ledger.lock import LOCK_NAME
from sekisho.ledger.reader import CHECKPOINT_NAME, JOURNAL_NAME, REAL_FILES
from sekisho.ledger.standalone.verify import Finding, check_ledger, parse_tile_path
from sekisho.store.files import TEMPORARY_PREFIX, FileLayer


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. ``findings`` empty means: every entry and tile belongs to the signed root, and the journal
    checks.

    ``size`` and ``root`` are what the files show (the signed ones when ``signed``); ``unpublished`` counts leaves in
    the journal beyond the checkpoint; ``torn`` counts bytes of an unfinished write at its end, which the next opening
    cuts off; ``more`` counts findings beyond the first thousand; ``notes`` are pairs (ja, en) and no faults.
    """

    origin: str | None
    size: int
    root: bytes
    signed: bool
    findings: tuple[Finding, ...]
    more: int
    notes: tuple[tuple[str, str], ...]
    unpublished: int
    torn: int

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_ledger(
    directory: Path,
    *,
    public_key: bytes,
    origin: str | None = None,
    files: FileLayer = REAL_FILES,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Check checkpoint, every tile hash, every entry and the journal of the ledger in ``directory``.

    ``progress(done, total)`` is called in leaves. Damage is a finding, not an exception; raises :class:`LedgerMissing`
    when there is nothing to check and :class:`KeyNameMalformed` for a key that is not 32 bytes.
    """
    if len(public_key) != PUBLIC_KEY_SIZE:
        raise KeyNameMalformed(name="", problem=f"public key of {len(public_key)} bytes")
    names = sorted(path.relative_to(directory).as_posix() for path in files.walk(directory))
    if not any(name == CHECKPOINT_NAME or name.startswith(("tile/", f"{JOURNAL_NAME}/")) for name in names):
        raise LedgerMissing(directory=str(directory))

    def read(name: str) -> bytes | None:
        try:
            return files.read(directory / name)
        except (FileNotFoundError, NotADirectoryError):
            return None

    report = check_ledger(read, names, public_key, origin=origin, progress=progress)
    findings, unpublished, torn = _check_journal(read, names, report.size)
    notes = [
        (f"{name} は台帳のファイルではありません", f"{name} is not a file of the ledger")
        for name in names
        if not _known(name)
    ]
    return Verification(
        origin=report.head.origin if report.head else None,
        size=report.size,
        root=report.root,
        signed=report.head is not None,
        findings=(*report.findings, *findings),
        more=report.more,
        notes=(*report.notes, *notes),
        unpublished=unpublished,
        torn=torn,
    )


def _known(name: str) -> bool:
    return (
        name in (CHECKPOINT_NAME, LOCK_NAME)
        or parse_tile_path(name) is not None
        or name.startswith(f"{JOURNAL_NAME}/")
        or name.rpartition("/")[2].startswith(TEMPORARY_PREFIX)
    )


def _check_journal(read: Callable[[str], bytes | None], names: list[str], size: int) -> tuple[list[Finding], int, int]:
    """Findings, leaves beyond ``size``, and bytes torn off the end."""
    journals = [name for name in names if name.startswith(f"{JOURNAL_NAME}/")]
    contents = [(name, data) for name in journals if (data := read(name)) is not None]
    last = max((i for i, (_, data) in enumerate(contents) if data), default=-1)
    findings: list[Finding] = []
    end: int | None = None
    torn = 0
    for position, (name, data) in enumerate(contents):
        number = name.rpartition("/")[2]
        if not is_journal_name(number):
            findings.append(Finding(name, 0, None, "ジャーナルのファイルではありません", "this is not a journal file"))
            continue
        first = int(number)
        if end is None:
            end = first
            if first > size:
                findings.append(_gap(size))
        if not data and first <= end:
            continue
        if first != end:
            findings.append(Finding(name, 0, end, f"{end}番から始まるはずです", f"it should begin with leaf {end}"))
        try:
            content = parse_journal(data, file=name, first=first, may_be_torn=position == last)
        except LedgerDamaged as error:
            problem = str(error.fields["problem"])
            offset = int(error.fields["offset"])
            findings.append(Finding(name, offset, None, f"ジャーナルが壊れています（{problem}）", problem))
            return findings, 0, 0
        end = first + len(content.leaves)
        torn += len(data) - content.torn_at
    if end is None or end < size:
        findings.append(_gap(size))
    return findings, max(0, (end or 0) - size), torn


def _gap(size: int) -> Finding:
    return Finding(
        JOURNAL_NAME, 0, size, f"{size}番から続くジャーナルがありません", f"no journal file continues from leaf {size}"
    )
