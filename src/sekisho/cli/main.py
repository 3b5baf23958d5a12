"""The root command, and how errors end it."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from sekisho.cli.errors import Usage, told
from sekisho.cli.lazily import LazyGroup
from sekisho.cli.session import PIN_VARIABLE, Session

_COMMANDS = {
    "demo": ("sekisho.cli.demo:demo", "例の申込みで一通り動かす / Run the examples, leave a workspace."),
    "init": ("sekisho.cli.init:init", "作業領域を作る / Make a workspace."),
    "contract": ("sekisho.cli.contract:contract", "契約の本人確認を判断する / Decide identity at contracts."),
    "call": ("sekisho.cli.call:call", "通話と発信者番号 / Calls, and the numbers they show."),
    "app": ("sekisho.cli.app:app", "アプリ・サイトの外部送信 / What apps and sites send to whom."),
    "stop": ("sekisho.cli.stop:stop", "詐欺に使われた番号の利用停止 / Numbers used for fraud are stopped."),
    "log": ("sekisho.cli.log:log", "通信ログを取り込み、保管する / Take communication logs in, and keep them."),
    "disclosure": (
        "sekisho.cli.disclosure:disclosure",
        "開示請求を受け付け、法令のとおりに答える / Requests for disclosure, to a lawful answer.",
    ),
    "rulebook": ("sekisho.cli.rulebook:rulebook", "法令データを見る・比べる・試算する / Read the law as data."),
    "ledger": ("sekisho.cli.ledger:ledger", "台帳を検証・証明・開く・書き出す / Verify, prove, open, export."),
    "keys": ("sekisho.cli.keys:keys", "鍵の控え・復元・破棄 / Back up, restore, destroy keys."),
    "staff": ("sekisho.cli.staff:staff", "職員・役割・トークン / Staff, roles and tokens."),
    "serve": ("sekisho.cli.serve:serve", "HTTPで待ち受ける / Serve the HTTP interface."),
    "due": ("sekisho.cli.due:due", "期日の仕事をすべて行う / Do everything that is due."),
    "schema": ("sekisho.cli.schema:schema", "JSON Schema を表示する / Print a JSON Schema."),
    "migrate": ("sekisho.cli.upkeep:migrate", "データベースをこの版の構造にする / Update the database's schema."),
    "accept-restored-database": (
        "sekisho.cli.upkeep:accept_restored_database",
        "古い控えに戻した欠落を記録する / Accept, by name, what a restore lost.",
    ),
}
"""Command to where it is defined and what it does: loaded only when used, so that a small command starts fast."""


class Root(LazyGroup):
    """The root, whose every failure is a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader of our pipe that has gone (``| head``) is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is still buffered goes nowhere, instead of failing again when the interpreter ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line; a failure becomes a sentence (with ``--json`` a document) and an exit code."""
        given = list(sys.argv[1:] if args is None else args)
        if not standalone_mode:
            return super().main(given, prog_name, complete_var, standalone_mode=False, **extra)
        Session.forget()
        try:
            code = super().main(given, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.Abort:
            sys.exit(130)
        except click.ClickException as error:
            _misused(error, as_json="--json" in given)
        except Exception as error:
            if os.environ.get("SEKISHO_TRACEBACK"):
                traceback.print_exception(error)
            session = Session.current_or_default()
            session.json = session.json or "--json" in given
            session.fail(told(error))
        sys.exit(code if isinstance(code, int) else 0)


def _misused(error: click.ClickException, *, as_json: bool) -> NoReturn:
    """Wrong options or arguments: click's own words for people, a document for machines."""
    session = Session.current_or_default()
    if as_json or session.json:
        session.json = True
        context = error.ctx if isinstance(error, click.UsageError) else None
        command = context.command_path if context is not None else "sekisho"
        session.fail(Usage(problem=error.format_message().splitlines()[0], command=command))
    error.show()
    sys.exit(Usage.exit_code)


@click.group(
    cls=Root, lazy=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="sekisho", prog_name="sekisho")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    envvar="SEKISHO_WORKSPACE",
    help="作業領域のフォルダー / The workspace's folder. [SEKISHO_WORKSPACE]",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    envvar="SEKISHO_KEY_FILE",
    help="鍵ファイル（既定: 作業領域の隣の NAME.key） / The key file (default: NAME.key beside the workspace). "
    "[SEKISHO_KEY_FILE]",
)
@click.option(
    "--pkcs11-library",
    type=click.Path(path_type=Path),
    envvar="SEKISHO_PKCS11_LIBRARY",
    help="鍵をHSMに置くとき: PKCS#11 ライブラリ / Keys in a security module: its library. [SEKISHO_PKCS11_LIBRARY]",
)
@click.option(
    "--token-label",
    envvar="SEKISHO_TOKEN_LABEL",
    help="HSMのトークン名 / The token's label. [SEKISHO_TOKEN_LABEL]",
)
@click.option(
    "--pin-file",
    type=click.Path(path_type=Path),
    envvar=PIN_VARIABLE,
    help=f"HSMのPINを書いたファイル / A file that holds the PIN. [{PIN_VARIABLE}]",
)
@click.option(
    "--by",
    "staff",
    envvar="SEKISHO_STAFF",
    help="職員ID。証拠の確認者として記録される / Staff id, recorded as who vouches for the evidence. [SEKISHO_STAFF]",
)
@click.option(
    "--lang",
    type=click.Choice(["ja", "en"]),
    default="ja",
    envvar="SEKISHO_LANG",
    help="画面の言葉（既定 ja） / Language (default ja). [SEKISHO_LANG]",
)
@click.pass_context
def root(
    ctx: click.Context,
    workspace: Path | None,
    key_file: Path | None,
    pkcs11_library: Path | None,
    token_label: str | None,
    pin_file: Path | None,
    staff: str | None,
    lang: str,
) -> None:
    """関所: 契約・通信・ログ・利用者情報を、その日の法令のとおりに扱う。

    Sekisho: the checkpoint where a telecom operator meets the law of the day.

    終了コード / exit codes: 0 済 done · 1 検査の不合格 a check failed · 2 入力の拒否 input refused ·
    3 権限なし not permitted · 4 いまはできない unavailable
    """
    ctx.obj = Session(
        workspace=workspace,
        key_file=key_file,
        staff=staff,
        lang="ja" if lang == "ja" else "en",
        pkcs11_library=pkcs11_library,
        token_label=token_label,
        pin_file=pin_file,
    )


def main() -> None:
    """The program ``sekisho``."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            # A terminal that can't show a character shows its number, instead of ending the run.
            stream.reconfigure(errors="backslashreplace")
    root(prog_name="sekisho")
