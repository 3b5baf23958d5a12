"""``sekisho call redirect``: a SIP redirect server for sites without a proxy."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import click

from sekisho.calls.connector.errors import ConnectorSettingsRefused
from sekisho.calls.connector.publication import Publication
from sekisho.calls.connector.redirect_server import RedirectServer
from sekisho.calls.connector.redirecting import Hops, Redirector
from sekisho.calls.connector.screener import Screener
from sekisho.calls.connector.settings import SettingsRefused, checked
from sekisho.calls.evidence_keys import present_key
from sekisho.cli.call_kamailio import table
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock

_FOLDER = click.Path(path_type=Path)
_HOP = re.compile(r"sips?:(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]{1,200})(?::\d{1,5})?(?:;[A-Za-z0-9.;=_-]{1,100})?")
_URI = re.compile(r"sips?:[A-Za-z0-9.;=:@_+\[\]/-]{1,200}")
_LINK = re.compile(r"https://[A-Za-z0-9.;=:@_+?&%/~-]{1,300}")
_PLACE = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")
_MIB = 1024 * 1024


@click.command()
@click.option("--bind", default="127.0.0.1:5060", show_default=True, metavar="PLACE", help="待ち受け（UDP） / Where.")
@click.option("--next-hop", required=True, metavar="URI", help="通す呼の行き先 / Where passing calls are sent.")
@click.option("--withheld-hop", metavar="URI", help="番号を非通知にする行き先 / A next hop that withholds numbers.")
@click.option("--trunks", type=_FOLDER, required=True, metavar="FILE", help="回線の表（JSON） / Trunks.")
@click.option("--bundle", type=_FOLDER, required=True, metavar="DIR", help="判定の一式 / The bundles.")
@click.option("--spool", type=_FOLDER, required=True, metavar="DIR", help="根拠の置き場 / The spool.")
@click.option("--spool-mib", type=click.IntRange(32), default=1024, show_default=True, help="上限 / At most, MiB.")
@click.option("--windows", type=_FOLDER, metavar="FILE", help="通話の型を見張るファイル / The file for patterns.")
@click.option("--metrics", type=_FOLDER, metavar="FILE", help="計測値を書く先 / Where figures are written.")
@click.option("--announcement", metavar="URI", help="案内サーバー（RFC 4240） / The announcement server.")
@click.option("--redress", metavar="URL", help="608の申し出先の署名付きカード（RFC 8688） / The signed card of a 608.")
@output_options
@pass_session
def redirect(
    session: Session,
    bind: str,
    next_hop: str,
    withheld_hop: str | None,
    trunks: Path,
    bundle: Path,
    spool: Path,
    spool_mib: int,
    windows: Path | None,
    metrics: Path | None,
    announcement: str | None,
    redress: str | None,
) -> None:
    """SIPプロキシのない所で、INVITEに302・603などで答える / Answer INVITEs with 302, 603 … where there is no proxy.

    転送先を答えるだけなので、番号を非通知にすることも表示を付けることも自分ではできません。非通知にすべき呼は
    --withheld-hop へ向けます。なければ ?Privacy=id を付けますが、守らない機器が多くあります。

    It only says where to go, so it can't withhold a number or put words beside it. Calls to be withheld are sent to
    --withheld-hop; without one they get ?Privacy=id, which many devices don't honour (counted as not_enforced).
    """
    for name, value, shape in (
        ("bind", bind, _PLACE), ("next_hop", next_hop, _HOP), ("withheld_hop", withheld_hop, _HOP),
        ("announcement", announcement, _URI), ("redress", redress, _LINK),
    ):  # fmt: skip
        if value is not None and not shape.fullmatch(value):
            raise ConnectorSettingsRefused(field=name, problem="not of the expected form")
    with session.open() as workspace:
        public = present_key(workspace).public
    said = {
        "bundle": str(bundle.resolve()), "spool": str(spool.resolve()), "public_key": public.hex(),
        "spool_max_bytes": spool_mib * _MIB, "trunks": table(trunks),
        "windows": None if windows is None else str(windows.resolve()),
    }  # fmt: skip
    try:
        settings = checked(said)
    except SettingsRefused as error:
        raise ConnectorSettingsRefused(field=error.name, problem=error.problem) from None
    screener = Screener(settings, Publication(settings.bundle), log=lambda text, bad: click.echo(text, err=bad))
    hops = Hops(next_hop=next_hop, withheld=withheld_hop, announcement=announcement, redress=redress)
    server = RedirectServer(Redirector(hops, screener), screener, SystemClock(), figures=metrics)
    host, _, port = bind.rpartition(":")
    if session.json:
        session.answer({"bind": bind, "rules": screener.version})
    session.say_in(f"{bind} で待ち受けます。終わるには Ctrl-C。", f"Listening at {bind}. End it with Ctrl-C.")
    asyncio.run(_serve(server, host.strip("[]"), int(port)))


async def _serve(server: RedirectServer, host: str, port: int) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await server.run(host, port, stop, lambda: None)
