"""``sekisho log ingest``: files, standard input, or a folder that is watched."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from sekisho.cli.errors import FileRefused, Usage, readable, told
from sekisho.cli.progress import Progress
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.errors import InputRefused, SekishoError
from sekisho.logs.errors import AlreadyIngested
from sekisho.logs.formats.registry import require
from sekisho.logs.intake_desk import Ingested
from sekisho.logs.service import LogService

DONE, REFUSED = "ingested", "refused"
"""Folders within a watched one: where files go once they are durable, and where those go that can't be taken in."""
PAUSE_SECONDS = 2.0
"""Between two looks at a watched folder; a file must be the same size at both to be taken for complete."""


@click.command()
@click.argument("paths", metavar="PATH|-...", nargs=-1)
@click.option("--source", "name", required=True, help="出所の名前 / The source's name.")
@click.option("--format", "format_", help="出所の形式と同じか確かめる / Check that the source has this format.")
@click.option(
    "--watch",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="このフォルダーを見張り、置かれたファイルを取り込む / Watch a folder and take in what is put there.",
)
@click.option("--once", is_flag=True, help="--watch: いまあるものを取り込んで終わる / Take in what is there and end.")
@click.option(
    "--remove", is_flag=True, help="--watch: 取り込んだら消す（既定は ingested/ へ移す） / Remove taken-in files."
)
@output_options
@pass_session
def ingest(
    session: Session,
    paths: tuple[str, ...],
    name: str,
    format_: str | None,
    watch: Path | None,
    once: bool,
    remove: bool,
) -> None:
    """ログを取り込む（平文・gzip・zstd） / Take logs in: plain, gzip or zstd.

    1つのファイルは全部取り込むか、まったく取り込まないかのどちらかです。同じ内容を再び取り込んでも何も増えません。
    読めない記録は理由と行番号とともに隔離し、残りを取り込みます。

    A file is taken in whole or not at all; the same bytes again add nothing. Records that can't be read are quarantined
    with reason and line number, and the rest goes on.
    """
    if bool(paths) == (watch is not None):
        raise Usage(problem="give PATHs, or --watch DIR", command="sekisho log ingest")
    with session.open() as workspace, Progress() as progress:
        logs = LogService(workspace)
        source = logs.source(name)
        if format_ is not None and source.spec.format != require(format_):
            raise Usage(problem=f"{name} has the format {source.spec.format}", command="sekisho log ingest")
        take = _Taking(session, logs, source.number, many=len(paths) != 1)
        if watch is not None:
            _watch(take, watch, once=once, remove=remove)
        for number, path in enumerate(paths):
            progress(number, len(paths))
            take(path, raises=len(paths) == 1)
    if take.worst:
        sys.exit(take.worst)


class _Taking:
    """Takes in one file after another and tells what came of each."""

    def __init__(self, session: Session, logs: LogService, source: int, *, many: bool) -> None:
        self._session = session
        self._logs = logs
        self._source = source
        self._many = many
        self.worst = 0

    def __call__(self, path: str, *, raises: bool = False) -> SekishoError | None:
        """Take ``path`` in. An error is told and kept for the end, unless it is the only file's."""
        try:
            with _opened(path) as (stream, received):
                done = self._logs.ingest(stream, self._source, received=received)
        except AlreadyIngested as error:
            self._tell(path, {"already": True, **error.fields}, error.sentence(self._session.lang))
            return None
        except (SekishoError, OSError) as error:
            if raises:
                raise
            failed = told(error)
            self.worst = max(self.worst, failed.exit_code)
            if self._session.json:
                self._session.line({"path": path, "error": failed.as_document()})
            else:
                click.echo(f"{path}: {failed.sentence(self._session.lang)}", err=True)
            return failed
        self._tell(path, _document(done), _sentence(done, self._session.lang))
        return None

    def _tell(self, path: str, document: dict[str, Any], sentence: str) -> None:
        if self._session.json:
            (self._session.line if self._many else self._session.answer)({"path": path, **document})
        else:
            self._session.say(f"{path}: {sentence}" if self._many else sentence)


class _opened:  # noqa: N801  used as a function
    """A file with the time of its last change, or standard input with none."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> tuple[BinaryIO, datetime | None]:
        if self._path == "-":
            return sys.stdin.buffer, None
        path = Path(self._path)
        if path.is_dir():
            raise FileRefused(path=readable(path), why="a folder; --watch takes one")
        self._file = path.open("rb")
        changed = os.fstat(self._file.fileno()).st_mtime_ns
        return self._file, datetime.fromtimestamp(changed // 10**9, UTC)

    def __exit__(self, *exc: object) -> None:
        if self._file is not None:
            self._file.close()


def _watch(take: Callable[[str], SekishoError | None], folder: Path, *, once: bool, remove: bool) -> None:
    """Take in each file once it is complete, oldest first; it leaves the folder only after it is durable.

    What is refused goes aside; what can't be taken in now (a full disk) stays and is tried again.
    """
    if not folder.is_dir():
        raise FileRefused(path=readable(folder), why="not a folder")
    seen: dict[Path, tuple[int, int]] = {}
    while True:
        there = dict(_files(folder))
        ready = [path for path, state in there.items() if once or seen.get(path) == state]
        for path in sorted(ready, key=lambda one: (there[one][1], one.name)):
            failed = take(str(path))
            if failed is not None and not isinstance(failed, InputRefused):
                continue
            if remove and failed is None:
                path.unlink()
                continue
            aside = folder / (DONE if failed is None else REFUSED)
            aside.mkdir(exist_ok=True)
            path.rename(aside / path.name)
        if once:
            return
        seen = there
        try:
            time.sleep(PAUSE_SECONDS)
        except KeyboardInterrupt:
            return


def _files(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    """The files of a folder with size and time of change; hidden and temporary ones aren't ready."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.suffix in (".tmp", ".part") or not path.is_file():
            continue
        status = path.stat()
        yield path, (status.st_size, status.st_mtime_ns)


def _document(done: Ingested) -> dict[str, Any]:
    return {"already": False, **asdict(done)}


def _sentence(done: Ingested, lang: str) -> str:
    quarantined = ", ".join(f"{reason} {count}" for reason, count in sorted(done.quarantined.items()))
    refused = ", ".join(f"{reason} {count}" for reason, count in sorted(done.refused.items()))
    if lang == "ja":
        text = f"{done.records:,} 件を読み、{done.rows:,} 行を保管しました（{done.id}）。"
        text += f" 隔離: {quarantined}。" if quarantined else ""
        return text + (f" 受け付けない日: {refused}。" if refused else "")
    text = f"{done.records:,} records read, {done.rows:,} rows kept ({done.id})."
    text += f" Quarantined: {quarantined}." if quarantined else ""
    return text + (f" Refused: {refused}." if refused else "")
