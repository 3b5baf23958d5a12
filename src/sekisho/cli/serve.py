"""``sekisho serve``: the HTTP interface, on loopback unless told otherwise."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
import uvicorn
from sqlalchemy import select

from sekisho.api.app import create_app
from sekisho.cli.errors import SystemRefused
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.errors import InputRefused
from sekisho.logs.tables import log_source
from sekisho.workspace import Workspace

GRACE_SECONDS = 10
"""How long requests under way are waited for: several times what the slowest decision takes."""

BACKLOG = 1024
"""Connections the kernel keeps waiting; a burst of that many is answered within a second or two."""


class PublicAddress(InputRefused):
    """An address beyond loopback was named without saying that this is meant."""

    reason = "public_address"
    ja = "{host} は外から届く番地です。TLSを終端する中継の後ろで使うなら --beyond-loopback を付けてください。"
    en = "{host} can be reached from outside. Behind a relay that ends TLS, add --beyond-loopback."


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="番地 / Address.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8620, show_default=True, help="0: 空いている番号 / any free port."
)
@click.option("--beyond-loopback", is_flag=True, help="外から届く番地で待ち受ける / Listen where others can reach it.")
@output_options
@pass_session
def serve(session: Session, host: str, port: int, beyond_loopback: bool) -> None:
    """HTTPで待ち受ける / Serve the HTTP interface.

    出所の設定 listen にある番地で、ログも受け取ります。
    SIGTERM か Ctrl-C で、受けた依頼に答え、届いたログを取り込み、台帳を公開してから終わります。

    Log sources whose setting "listen" says where receive their records, too. SIGTERM or Ctrl-C: requests under way are
    answered, logs that arrived are taken in, the ledger is published, then it ends.
    """
    if not beyond_loopback and not _is_loopback(host):
        raise PublicAddress(host=host)
    with session.open() as workspace:
        app = create_app(workspace)
        with _listen(host, port) as listener:
            # It takes connections from here on, so that the line with the address is true when it is printed.
            address = f"http://{_bracketed(host)}:{listener.getsockname()[1]}/v1/"
            if session.json:
                session.line({"address": address, "workspace": workspace.name})
            session.say(f"{address}  ({workspace.name})")
            config = uvicorn.Config(
                app,
                loop="uvloop",
                http="httptools",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
            server = uvicorn.Server(config)
            with _ending_gently(server), _receiving(session, workspace):
                server.run(sockets=[listener])


@contextmanager
def _receiving(session: Session, workspace: Workspace) -> Iterator[None]:
    """While within: log sources whose setting ``listen`` says where receive their records."""
    with workspace.database.read() as connection:
        told = connection.execute(select(log_source.c.number).where(log_source.c.settings.contains('"listen"'))).first()
    if told is None:
        yield
        return
    # Loading what reads logs takes a moment, which a server without listeners needn't wait for.
    from sekisho.logs.listeners.listening import listening  # noqa: PLC0415  see above
    from sekisho.logs.service import LogService  # noqa: PLC0415  see above

    with listening(workspace, LogService(workspace)) as begun:
        for one in begun:
            for where in one.endpoints:
                if session.json:
                    session.line({"listening": str(where), "source": one.source.spec.name})
                session.say(f"{where}  ({one.source.spec.name})")
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise SystemRefused(what=f"{_bracketed(host)}:{port}", why=error.strerror or type(error).__name__) from None
    return listener


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _ending_gently(server: uvicorn.Server) -> Iterator[None]:
    """The server, once it has stopped, raises the signal that stopped it anew. By default that would end us with the
    ledger unpublished; here it means what it meant: stop serving.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
