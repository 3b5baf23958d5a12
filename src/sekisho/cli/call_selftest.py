"""``sekisho call selftest``: canary calls with numbers that a trunk may not show."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.calls.selftest.errors import CanariesNotCaught
from sekisho.calls.selftest.results import Result
from sekisho.calls.selftest.service import SelfTest, TrunkRun
from sekisho.calls.service import CallService
from sekisho.cli.call_options import opened, token_option
from sekisho.cli.session import Session, output_options, pass_session


@click.group()
def selftest() -> None:
    """発信者番号の自己試験 / Self-test of the numbers that trunks show."""


@selftest.command()
@click.argument("trunks", nargs=-1)
@token_option
@output_options
@pass_session
def run(session: Session, trunks: tuple[str, ...], token_file: Path | None) -> None:
    """回線を試験し、記録する（既定はすべて） / Test trunks and record it; all by default.

    止まらない番号があれば 1 で終わります。
    It ends with 1 where a number isn't caught.
    """
    with opened(session, token_file) as (service, by):
        found = _of(service).run(trunks or None, by=by)
    _tell(session, found)
    missed = sum(len(one.of(Result.NOT_CAUGHT)) for one in found)
    if missed:
        if session.json:
            raise click.exceptions.Exit(CanariesNotCaught.exit_code)
        raise CanariesNotCaught(canaries=missed, trunks=", ".join(sorted({
            one.trunk for one in found if one.of(Result.NOT_CAUGHT)
        })))  # fmt: skip


@selftest.command()
@token_option
@output_options
@pass_session
def show(session: Session, token_file: Path | None) -> None:
    """最新の結果を示す / The newest results."""
    with opened(session, token_file) as (service, _):
        found = _of(service).newest()
    _tell(session, found)


@selftest.command("set")
@click.argument("trunk")
@click.option("--every-hours", type=int, default=24, show_default=True, help="何時間ごとに / How often.")
@click.option("--source", metavar="ADDRESS", help="プロキシが回線と見なす送信元 / The address the proxy knows it by.")
@click.option("--proxy", metavar="ADDRESS:PORT", help="SIPプロキシ / The SIP proxy.")
@click.option("--called", metavar="NUMBER", help="自社の試験番号 / The operator's own test number.")
@click.option("--answer", metavar="ADDRESS:PORT", help="試験番号の着信先 / Where the proxy routes that number to.")
@token_option
@output_options
@pass_session
def set_(
    session: Session, trunk: str, every_hours: int, source: str | None, proxy: str | None, called: str | None,
    answer: str | None, token_file: Path | None,
) -> None:  # fmt: skip
    """試験の間隔と、SIPで送る先を決める / How often a trunk is tested, and where to over SIP.

    「*」は、個別の設定のない回線すべてです。SIPの4項目は、すべて書くか、一つも書かないかです。実在の利用者の番号は
    試験番号にしないでください。

    * stands for all trunks without a setting. Of the four options about SIP give all or none; the test number is the
    operator's own, never a subscriber's.
    """
    said = {"source": source, "proxy": proxy, "called": called, "answer": answer}
    wire = {name: value for name, value in said.items() if value is not None} or None
    with opened(session, token_file) as (service, by):
        made = _of(service).set(trunk, every_hours=every_hours, wire=wire, by=by)
    if session.json:
        session.answer(made.document())
        return
    session.say_in(f"「{trunk}」を{every_hours}時間ごとに試験します。", f"{trunk} is tested every {every_hours} hours.")


def _of(service: CallService) -> SelfTest:
    return SelfTest(service.desk, service.publishing.root)


def _tell(session: Session, runs: list[TrunkRun]) -> None:
    if session.json:
        session.answer([one.document() for one in runs])
        return
    for one in runs:
        session.say(f"{one.trunk} ({one.way.value}, {one.bundle}, {one.rules_sha256[:12]})")
        for each in one.sent:
            mark = {Result.CAUGHT: "✓", Result.NOT_CAUGHT: "✗", Result.COULD_NOT_CHECK: "?"}[each.result]
            session.say(f"  {mark} {each.kind.value}: {each.reason}")
    if not runs:
        session.say_in("試験する回線はありません。", "No trunk to test.")
