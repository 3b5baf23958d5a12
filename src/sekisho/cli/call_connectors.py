"""``sekisho call connectors``: what each has, and how one that is no longer in use is taken off the list."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.calls.decommissioning import left_in, remove
from sekisho.cli.call_options import opened, tell, token_option
from sekisho.cli.call_publish import connectors as every
from sekisho.cli.errors import FileRefused, Usage, readable
from sekisho.cli.session import Session, output_options, pass_session


@click.group("connectors", invoke_without_command=True, help=every.help)
@token_option
@output_options
@click.pass_context
def connectors(context: click.Context, token_file: Path | None) -> None:
    """As :func:`sekisho.cli.call_publish.connectors` says, where nothing else is asked for."""
    if context.invoked_subcommand is None:
        context.invoke(every, token_file=token_file)


@connectors.command("remove")
@click.argument("name")
@click.option("--reason", required=True, help="外す理由。失われた記録があれば、それも / Why; of lost records as well.")
@click.option(
    "--spool", type=click.Path(path_type=Path), metavar="DIR", help="その接続先のスプール。空かを確かめる / Its spool."
)
@click.option("--lost", type=int, help="失われた記録の件数。スプールが空なら 0 / Records that are lost; 0 for none.")
@token_option
@output_options
@pass_session
def remove_(
    session: Session, name: str, reason: str, spool: Path | None, lost: int | None, token_file: Path | None
) -> None:
    """使わなくなった接続先を一覧から外す / Take a connector that is no longer in use off the list.

    先にプロキシを止め、`call spool ingest` で残りを取り込んでください。--spool のスプールに取り込んでいない記録が
    あれば、その件数を --lost で示すまで外しません。届いた根拠と件数は消えません。
    知らせか根拠が再び届けば、一覧に戻ります。

    Stop the proxy and take in what is left first. While the spool named with --spool holds records that weren't taken
    in, it is refused until --lost states just their number. What came from it stays. It is on the list again once it
    reports or its evidence comes.
    """
    if spool is None and lost is None:
        raise Usage(problem="--spool or --lost is needed", command="sekisho call connectors remove")
    if spool is not None and not spool.is_dir():
        raise FileRefused(path=readable(spool), why="not a folder")
    with opened(session, token_file) as (service, by):
        left = None if spool is None else left_in(service.desk, spool)
        made = remove(service.desk, name, reason, left=left, lost=lost, by=by)
    if made.new:
        ja = f"接続先「{name}」を外しました。失われた記録 {made.lost:,} 件。"
        en = f"Removed {name}; {made.lost:,} records lost."
    else:
        ja, en = f"接続先「{name}」はすでに外れています。", f"{name} was removed before."
    tell(session, made.document(), ja, en)
