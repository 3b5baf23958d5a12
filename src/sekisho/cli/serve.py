"""``sekisho serve``: the HTTP interface, on loopback unless told otherwise."""

from __future__ import annotations

import ipaddress
import socket

import click
import uvicorn

from sekisho.api.app import create_app
from sekisho.cli.session import Session, pass_session
from sekisho.errors import InputRefused


class PublicAddress(InputRefused):
    """An address beyond loopback was named without saying that this is meant."""

    reason = "public_address"
    ja = "{host} は外から届く番地です。TLSを終端する中継の後ろで使うなら --beyond-loopback を付けてください。"
    en = "{host} can be reached from outside. Behind a relay that ends TLS, add --beyond-loopback."


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8620, show_default=True, help="0: 空いている番号 / any free port."
)
@click.option("--beyond-loopback", is_flag=True, help="外から届く番地で待ち受ける / Listen where others can reach it.")
@pass_session
def serve(session: Session, host: str, port: int, beyond_loopback: bool) -> None:
    """HTTPで待ち受ける / Serve the HTTP interface."""
    if not beyond_loopback and not _is_loopback(host):
        raise PublicAddress(host=host)
    with session.open() as workspace:
        # Bound here, so that the line with the port is true when it is printed.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            session.say(f"http://{host}:{listener.getsockname()[1]}/v1/  ({workspace.name})")
            config = uvicorn.Config(
                create_app(workspace),
                loop="uvloop",
                http="httptools",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=10,
            )
            uvicorn.Server(config).run(sockets=[listener])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
