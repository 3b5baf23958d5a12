"""``sekisho call spool``: what decisions about calls rested on, from beside the proxy into the log store."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from sekisho.calls.analytics.folding import Folding
from sekisho.calls.connector.spool_reader import SpoolFile, complete_files, read_spool_file
from sekisho.calls.connectors import checked_name
from sekisho.calls.desk import Desk
from sekisho.calls.evidence_keys import living_keys
from sekisho.calls.service import CallService
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.errors import InputRefused
from sekisho.logs.errors import AlreadyIngested, DayGone
from sekisho.logs.kinds import LogKind
from sekisho.logs.written import Handed, WrittenFiles

_LOOKED_AT = 100
"""Records at a file's end among which a decision is looked for; the others are alarms."""


def _decision(record: bytes) -> dict[str, Any] | None:
    """A record of a decision; ``None`` for any other. Whoever has the public key can write anything."""
    try:
        said = json.loads(record)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "outcome" in said else None


@click.group()
def spool() -> None:
    """判定の根拠のスプール / The spool of evidence."""


@dataclass(slots=True)
class _Tally:
    files: int = 0
    records: int = 0
    missing: int = 0
    again: int = 0
    purged: int = 0
    loaded: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    """For each process that wrote: the number of its newest file, and the bundle of the last decision in it."""

    def heard(self, found: SpoolFile) -> None:
        """Remember what a process judged by when it wrote its newest file."""
        said = [one for one in map(_decision, found.records[-_LOOKED_AT:]) if one is not None]
        if said and found.number >= self.loaded.get(found.writer, (0, None))[0]:
            name = said[-1].get("rules")
            known = isinstance(name, str) and len(name) == 8 and name.isascii() and name.isdigit()
            self.loaded[found.writer] = (found.number, name if known else None)

    @property
    def slowest(self) -> str | None:
        """The oldest bundle that one of the processes judged by; ``None`` where one had none."""
        names = [name for _, name in self.loaded.values()]
        return None if None in names else min(name for name in names if name is not None)


@spool.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--connector", metavar="NAME", help="接続先の名前。使っている判定データを記録する / Whose spool it is.")
@output_options
@pass_session
def ingest(session: Session, directory: Path, connector: str | None) -> None:
    """書き終わったファイルを call.evidence として取り込み、消す / Take complete files in, and remove them.

    SIPプロキシの子プロセスが書いている途中のファイルはそのままにします。読めないファイルも残し、最後にそう伝えます。

    Files that a process of the proxy still writes stay. So do files that can't be read, and the end says so. With
    --connector the bundle that its slowest process last judged by is recorded as the one that this connector has.
    """
    if not directory.is_dir():
        raise FileRefused(path=readable(directory), why="not a folder")
    if connector is not None:
        checked_name(connector)
    tally, refused = _Tally(), list[InputRefused]()
    with session.open() as workspace:
        keys, store, tallies = living_keys(workspace), WrittenFiles(workspace), Folding(Desk(workspace))
        for path in complete_files(directory):
            try:
                found = read_spool_file(path, keys)
            except InputRefused as error:
                refused.append(error)
                continue
            tally.heard(found)
            if _take(store, found, tally):
                tallies.fold(found, connector=connector)
            path.unlink()
        if connector is not None and tally.loaded:
            CallService(workspace).publishing.report(connector, folder=tally.slowest, problem=None)
        gaps = sum(one.files for one in store.gaps(LogKind.CALL_EVIDENCE))
    if session.json:
        session.answer(
            {
                "files": tally.files,
                "records": tally.records,
                "missing": tally.missing,
                "already": tally.again,
                "day_gone": tally.purged,
                "files_never_seen": gaps,
                "refused": [one.as_document() for one in refused],
            }
        )
    session.say_in(
        f"{tally.files:,} ファイル・{tally.records:,} 件を call.evidence として保管しました。失われた記録 "
        f"{tally.missing:,} 件、届いていないファイル {gaps:,} 件。",
        f"{tally.files:,} files with {tally.records:,} records kept as call.evidence. Records known to be lost: "
        f"{tally.missing:,}; files that never came: {gaps:,}.",
    )
    if refused:
        raise refused[0]


def _take(store: WrittenFiles, found: SpoolFile, tally: _Tally) -> bool:
    """Whether the file is kept, now or since a run that was killed."""
    try:
        store.take(
            Handed(
                id=found.id,
                kind=LogKind.CALL_EVIDENCE,
                day=found.day,
                writer=found.writer,
                number=found.number,
                frames=found.frames,
                records=found.records,
                missing=found.missing,
            )
        )
    except AlreadyIngested:
        # Taken in before a crash that kept it from being removed.
        tally.again += 1
        return True
    except DayGone:
        # Its period is over: the file goes without having been kept.
        tally.purged += 1
        return False
    tally.files += 1
    tally.records += len(found.records)
    tally.missing += found.missing
    return True
