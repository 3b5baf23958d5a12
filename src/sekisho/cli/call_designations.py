"""``sekisho call designations``: MIC's tables of designated numbers, as bundles have them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sekisho.access.roles import Scope
from sekisho.calls.numbers.designation_files import MOST_BYTES
from sekisho.cli.call_options import opened, tell, token_option
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.log_options import day_type
from sekisho.cli.session import Session, output_options, pass_session


@click.group()
def designations() -> None:
    """総務省の電気通信番号指定状況（判定データに入れる表） / MIC's tables of designated numbers."""


@designations.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--snapshot", type=day_type, help="表がいつ現在のものか（表に書いてなければ） / The day they are of.")
@token_option
@output_options
@pass_session
def load(session: Session, files: tuple[Path, ...], snapshot: datetime | None, token_file: Path | None) -> None:
    """表（CSV・xlsx）をすべて一度に読み込み、発行する / Load all of MIC's tables at once, and publish.

    前に読み込んだ表はまとめて置き換わります。1行でも読めなければ、何も変わりません。
    What was loaded before is replaced as a whole; one wrong line, and nothing changes.
    """
    contents = {}
    for path in files:
        try:
            with path.open("rb") as file:
                contents[path.name] = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise FileRefused(path=readable(path), why=error.strerror or "?") from None
    with opened(session, token_file) as (service, by):
        found = service.designations.load(contents, as_of=None if snapshot is None else snapshot.date(), by=by)
        made = service.publishing.publish(by=by)
    gone = "、".join(found.no_longer)
    tell(
        session, {**found.document(), "bundle": made.document()},
        f"{found.as_of} 現在の {found.blocks:,} 区画を読み込み、{made.folder} を発行しました。"
        + (f"前の表にあった {gone} は今回の表になく、その番号については何も言えなくなりました。" if gone else ""),
        f"{found.blocks:,} blocks as of {found.as_of} are loaded; {made.folder} is published."
        + (f" Missing now, so that nothing is said of their numbers: {', '.join(found.no_longer)}." if gone else ""),
    )  # fmt: skip


@designations.command()
@token_option
@output_options
@pass_session
def show(session: Session, token_file: Path | None) -> None:
    """いま使っている表 / The tables that bundles have."""
    with opened(session, token_file) as (service, by):
        by.require(Scope.READ)
        found = service.designations.held()
    if found is None:
        tell(session, None, "指定状況の表は読み込まれていません。", "No table of designations is loaded.")
        return
    tables = ", ".join(found.tables)
    tell(
        session, found.document(),
        f"{found.as_of} 現在  {found.blocks:,} 区画  {tables}  （{found.source}）",
        f"as of {found.as_of}  {found.blocks:,} blocks  {tables}  ({found.source})",
    )  # fmt: skip
