"""``sekisho log listen``: receive a source's records live, until told to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.listeners.endpoints import Endpoint, ListenSpec, Transport, allowed, declared, endpoint
from sekisho.logs.listeners.errors import ListenRefused
from sekisho.logs.listeners.listening import DRAIN_SECONDS, Listening
from sekisho.logs.service import LogService

WATCH_SECONDS = 1.0
"""How soon a listener that ended by itself ends the command."""

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--source", "name", required=True, help="出所（`sekisho log source list`） / The source.")
@click.option(
    "--udp", multiple=True, metavar="ADDRESS:PORT", help="syslog を UDP で受ける / syslog over UDP (RFC 5426)."
)
@click.option(
    "--tcp", multiple=True, metavar="ADDRESS:PORT", help="syslog を TCP で受ける / syslog over TCP (RFC 6587)."
)
@click.option(
    "--tls", multiple=True, metavar="ADDRESS:PORT", help="syslog を TLS で受ける / syslog over TLS (RFC 5425)."
)
@click.option(
    "--radius", multiple=True, metavar="ADDRESS:PORT", help="RADIUS の課金記録を受ける / RADIUS accounting (RFC 2866)."
)
@click.option(
    "--ipfix",
    multiple=True,
    metavar="ADDRESS:PORT",
    help="IPFIX・NetFlow 9 を UDP で受ける / IPFIX and NetFlow 9 over UDP.",
)
@click.option("--allow", multiple=True, metavar="PREFIX", help="受け付ける送信元（繰り返し可） / Senders; repeatable.")
@click.option("--certificate", type=_FILE, help="TLS の証明書（PEM） / Certificate for TLS.")
@click.option("--key", type=_FILE, help="その秘密鍵（PEM） / Its key.")
@click.option("--client-ca", type=_FILE, help="クライアント証明書を求める認証局 / Demand clients' certificates of it.")
@click.option("--secrets", type=_FILE, help="RADIUS の共有鍵のファイル / File of RADIUS secrets.")
@click.option(
    "--demand-message-authenticator", is_flag=True, help="Message-Authenticator のない要求を捨てる / Drop others."
)
@click.option("--beyond-loopback", is_flag=True, help="外から届く番地で待ち受ける / Listen where others can reach it.")
@click.option(
    "--drain-every",
    type=click.FloatRange(1.0, 3600.0),
    default=DRAIN_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="取り込みの間隔 / Between two drains.",
)
@output_options
@pass_session
def listen(
    session: Session,
    name: str,
    udp: tuple[str, ...],
    tcp: tuple[str, ...],
    tls: tuple[str, ...],
    radius: tuple[str, ...],
    ipfix: tuple[str, ...],
    allow: tuple[str, ...],
    certificate: Path | None,
    key: Path | None,
    client_ca: Path | None,
    secrets: Path | None,
    demand_message_authenticator: bool,
    beyond_loopback: bool,
    drain_every: float,
) -> None:
    """届くログを受け取る / Receive records live.

    番地を省くと、出所の設定 listen に従います。SIGTERM か Ctrl-C で、届いた記録を取り込んでから終わります。

    Without addresses, the source's setting "listen" counts. SIGTERM or Ctrl-C: what has arrived is taken in, then it
    ends.
    """
    given = {
        Transport.UDP: udp,
        Transport.TCP: tcp,
        Transport.TLS: tls,
        Transport.RADIUS: radius,
        Transport.IPFIX: ipfix,
    }
    endpoints = tuple(endpoint(transport, text) for transport, texts in given.items() for text in texts)
    with session.open() as workspace:
        logs = LogService(workspace)
        source = logs.source(name)
        spec = declared(source.settings) or ListenSpec(())
        spec = replace(
            spec,
            endpoints=endpoints or spec.endpoints,
            allow=allowed(allow) or spec.allow,
            certificate=certificate or spec.certificate,
            key=key or spec.key,
            client_ca=client_ca or spec.client_ca,
            secrets=secrets or spec.secrets,
            demand_message_authenticator=demand_message_authenticator or spec.demand_message_authenticator,
            beyond_loopback=beyond_loopback or spec.beyond_loopback,
        )
        if not spec.endpoints:
            raise ListenRefused(field="endpoints", problem="--udp, --tcp, --tls, --radius or --ipfix, or a setting")
        with _until_told() as end, Listening(workspace, logs, source, spec, drain_seconds=drain_every) as listening:
            _say_where(session, listening.endpoints)
            while not end.wait(WATCH_SECONDS) and listening.failed is None:
                pass
        failed = listening.failed
        if session.json:
            session.line(listening.document())
        counts = listening.counts
        session.say_in(
            f"受信 {counts.received:,}、保存 {counts.durable:,}、破棄 {counts.dropped.total():,}",
            f"received {counts.received:,}, durable {counts.durable:,}, dropped {counts.dropped.total():,}",
        )
        if failed is not None:
            raise failed


def _say_where(session: Session, endpoints: tuple[Endpoint, ...]) -> None:
    if session.json:
        session.line({"listening": [str(one) for one in endpoints]})
    for one in endpoints:
        session.say(str(one))


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """While within, SIGTERM and SIGINT set an event instead of ending the process."""
    end = threading.Event()
    before = {number: signal.signal(number, lambda *_: end.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
