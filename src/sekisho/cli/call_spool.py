"""``sekisho call spool``: what decisions about calls rested on, from beside the proxy into the log store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from sekisho.calls.analytics.folding import Folding
from sekisho.calls.connector.spool_reader import SpoolFile, SpoolKey, complete_files, read_spool_file
from sekisho.calls.desk import Desk
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.errors import InputRefused
from sekisho.keys.schedule import workspace_key
from sekisho.logs.errors import AlreadyIngested, DayGone
from sekisho.logs.kinds import LogKind
from sekisho.logs.written import Handed, WrittenFiles
from sekisho.workspace import Workspace

KEY = workspace_key("call-spool")
"""The data key from which the spool's key pair is derived."""


def spool_key(workspace: Workspace) -> SpoolKey:
    """The key pair that a workspace's proxies seal evidence to; the first asking makes it."""
    workspace.keyring.ensure(KEY)
    return SpoolKey.of(workspace.keyring, KEY)


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


@spool.command()
@click.argument("directory", type=click.Path(path_type=Path))
@output_options
@pass_session
def ingest(session: Session, directory: Path) -> None:
    """書き終わったファイルを call.evidence として取り込み、消す / Take complete files in, and remove them.

    SIPプロキシの子プロセスが書いている途中のファイルはそのままにします。読めないファイルも残し、最後にそう伝えます。

    Files that a process of the proxy still writes stay. So do files that can't be read, and the end says so.
    """
    if not directory.is_dir():
        raise FileRefused(path=readable(directory), why="not a folder")
    tally, refused = _Tally(), list[InputRefused]()
    with session.open() as workspace:
        key, store, tallies = spool_key(workspace), WrittenFiles(workspace), Folding(Desk(workspace))
        for path in complete_files(directory):
            try:
                found = read_spool_file(path, key)
            except InputRefused as error:
                refused.append(error)
                continue
            if _take(store, found, tally):
                tallies.fold(found)
            path.unlink()
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
