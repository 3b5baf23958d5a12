"""``sekisho disclosure deliver``: packed for its recipient, handed over, receipted, waited for."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from sekisho.cli.disclosure_options import actor, case_argument, note_option, tell, token_option
from sekisho.cli.errors import Usage
from sekisho.cli.log_options import day_type
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.disclosure.delivery.recipient import MAX_PEM, read_key
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Handed, Mode, Package
from sekisho.disclosure.service import DisclosureService

_package = click.argument("package", metavar="PACKAGE")
_channel = click.option(
    "--channel",
    required=True,
    type=click.Choice([one.value for one in Channel]),
    help="渡し方 / How it is handed over.",
)
_how = click.option("--how", required=True, help="媒体・回線・追跡番号 / Medium, line or tracking number.")
_out = click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DIRECTORY", help="書き出すフォルダー / Where to."
)


@click.group()
def deliver() -> None:
    """交付する: 暗号化した包み・目録・受領書 / Hand over: an encrypted package, its list, the receipt."""


@deliver.command()
@case_argument
@click.option(
    "--recipient",
    default="requester",
    show_default=True,
    type=click.Choice(["requester", "next_provider", "data_subject"]),
    help="渡す相手の立場 / What they are to the case.",
)
@click.option("--name", required=True, help="渡す相手の名前 / The recipient's name.")
@click.option(
    "--key", "key", metavar="FILE.pem", type=click.Path(path_type=Path), help="相手の公開鍵 / Their public key."
)
@click.option("--paper", is_flag=True, help="紙で渡す / On paper, not encrypted.")
@click.option(
    "--letter", "letters", multiple=True, help="添える書類（繰り返し可） / A paper to go with it; repeatable."
)
@token_option
@output_options
@pass_session
def prepare(
    session: Session,
    case_id: str,
    recipient: str,
    name: str,
    key: Path | None,
    paper: bool,
    letters: tuple[str, ...],
    token_file: Path | None,
) -> None:
    """開示すると決めた項目を包む（まだ渡さない）。鍵がなければ合言葉を作る / Pack what was decided; hand nothing over.

    合言葉は一度だけ表示し、どこにも残しません。包みとは別の方法で伝えてください。

    Without a key a passphrase is made: shown once, kept nowhere. Tell it another way than the package goes.
    """
    if paper and key is not None:
        raise Usage(problem="--paper needs no --key", command="sekisho disclosure deliver prepare")
    public = None if key is None else read_key(_pem(key))
    mode = Mode.PAPER if paper else Mode.PASSPHRASE if public is None else Mode.KEY
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        desk = DeliveryDesk(DisclosureService(workspace))
        made, passphrase = desk.prepare(case_id, recipient, name, mode=mode, key=public, letters=letters, by=by)
    if session.json:
        session.answer({**made.document(), "passphrase": passphrase})
        return
    _say(session, made)
    if passphrase is not None:
        session.say_in(f"合言葉（一度だけ表示）: {passphrase}", f"Passphrase (shown this once): {passphrase}")


@deliver.command()
@case_argument
@_package
@_channel
@_how
@_out
@token_option
@output_options
@pass_session
def release(
    session: Session, case_id: str, package: str, channel: str, how: str, out: Path, token_file: Path | None
) -> None:
    """渡す。その時点で許されるかをもう一度確かめ、台帳に記録してから書き出す / Hand it over; the gate is asked now."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        desk = DeliveryDesk(DisclosureService(workspace))
        handed = desk.release(case_id, package, channel=Channel(channel), how=how, by=by)
    _hand(session, handed, out)


@deliver.command()
@case_argument
@_package
@_channel
@_how
@_out
@token_option
@output_options
@pass_session
def again(
    session: Session, case_id: str, package: str, channel: str, how: str, out: Path, token_file: Path | None
) -> None:
    """同じ包みをもう一度渡す（紛失・読めない など） / Hand the very same package over again."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        desk = DeliveryDesk(DisclosureService(workspace))
        handed = desk.redeliver(case_id, package, channel=Channel(channel), how=how, by=by)
    _hand(session, handed, out)


@deliver.command()
@case_argument
@_package
@click.option("--signed-by", required=True, help="受領した人 / Who received it.")
@click.option("--on", type=day_type, help="受領した日（省くと今日） / The day; today by default.")
@click.option("--sha256", help="受領書に書かれたハッシュ / The hash that the receipt states.")
@token_option
@output_options
@pass_session
def receipt(
    session: Session,
    case_id: str,
    package: str,
    signed_by: str,
    on: datetime | None,
    sha256: str | None,
    token_file: Path | None,
) -> None:
    """受領書を記録する / Register the recipient's receipt."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        day = japan_date(workspace.clock.now()) if on is None else on.date()
        desk = DeliveryDesk(DisclosureService(workspace))
        entry = desk.receipt(case_id, package, received_on=day, signed_by=signed_by, sha256=sha256, by=by)
        tell(session, entry, "受領を記録しました。", "The receipt is on record.")


@deliver.command()
@case_argument
@note_option
@token_option
@output_options
@pass_session
def wait(session: Session, case_id: str, note: str, token_file: Path | None) -> None:
    """異議の期間（1か月）を始める / Begin the month for objections."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DeliveryDesk(DisclosureService(workspace)).wait(case_id, note, by=by)
        tell(session, entry, "異議の期間を始めました。", "The time for objections runs.")


@deliver.command("list")
@case_argument
@token_option
@output_options
@pass_session
def list_(session: Session, case_id: str, token_file: Path | None) -> None:
    """作った包みと目録 / The packages that were made, with their lists."""
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        found = DeliveryDesk(DisclosureService(workspace)).packages(case_id, by=by)
    if session.json:
        session.answer([one.document() for one in found])
        return
    for one in found:
        _say(session, one)
    if not found:
        session.say_in("包みはまだありません。", "Nothing was packed yet.")


def _pem(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(MAX_PEM + 1)


def _say(session: Session, made: Package) -> None:
    session.say(f"{made.id}  {made.mode.value}  SHA-256 {made.sha256}")
    for file in made.manifest.files:
        session.say(f"  {file.name}  {file.size:,} B  {file.sha256}")


def _hand(session: Session, handed: Handed, out: Path) -> None:
    """Write what goes to the recipient: readable by who runs this, never over a file that is there."""
    out.mkdir(parents=True, exist_ok=True)
    suffix = "tar" if handed.package.mode is Mode.PAPER else "cms"
    written = [write_new(out / f"{handed.package.id}.{suffix}", handed.data)]
    if handed.key is not None:
        written.append(write_new(out / f"{handed.package.id}.key.pem", handed.key))
    if session.json:
        session.answer(
            {**handed.package.document(), "ledger_index": handed.ledger_index, "files": [str(one) for one in written]}
        )
        return
    session.say_in(
        f"台帳 #{handed.ledger_index} に記録し、書き出しました:",
        f"On record as ledger #{handed.ledger_index}. Written:",
    )
    for one in written:
        session.say(f"  {one}")
    if suffix == "cms":
        key = "KEY.pem" if handed.key is None else written[1].name
        session.say_in("相手の開き方:", "To open it:")
        session.say(f"  openssl cms -decrypt -binary -inform DER -in {written[0].name} -inkey {key} -out package.tar")


def write_new(path: Path, data: bytes) -> Path:
    """The same file that is there already is the one that is meant: a release that is asked again."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        if path.is_file() and path.read_bytes() == data:
            return path
        raise
    with open(descriptor, "wb") as opened:  # noqa: PTH123  a descriptor, so that what is made is what is written
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    return path
