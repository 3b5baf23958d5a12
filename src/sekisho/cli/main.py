"""The root command and how errors end it."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from sekisho.cli.session import Session
from sekisho.errors import SekishoError

_COMMANDS = {
    "demo": "sekisho.cli.demo:demo",
    "init": "sekisho.cli.init:init",
    "contract": "sekisho.cli.contract:contract",
    "rulebook": "sekisho.cli.rulebook:rulebook",
    "ledger": "sekisho.cli.ledger:ledger",
    "keys": "sekisho.cli.keys:keys",
    "staff": "sekisho.cli.staff:staff",
    "schema": "sekisho.cli.schema:schema",
    "serve": "sekisho.cli.serve:serve",
}
"""Command to where it is defined: loaded only when used, so that a small command starts fast."""


class _Lazy(click.Group):
    """A group whose commands are imported when called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, by name."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that defines the command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="sekisho", prog_name="sekisho")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SEKISHO_WORKSPACE",
    help="作業領域のフォルダー / The workspace's folder.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="SEKISHO_KEY_FILE",
    help="鍵ファイル（既定: 作業領域の隣の NAME.key） / The key file (default: NAME.key beside the workspace).",
)
@click.option(
    "--by",
    "staff",
    envvar="SEKISHO_STAFF",
    help="職員ID。証拠の確認者として記録される / Staff id, recorded as who vouches for the evidence.",
)
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", envvar="SEKISHO_LANG", show_default=True)
@click.pass_context
def root(ctx: click.Context, workspace: Path | None, key_file: Path | None, staff: str | None, lang: str) -> None:
    """関所: 契約・通信・ログ・利用者情報を法令の日付どおりに扱う / The checkpoint where an operator meets the law."""
    ctx.obj = Session(workspace=workspace, key_file=key_file, staff=staff, lang="ja" if lang == "ja" else "en")


def main() -> None:
    """Run the command line; a refusal becomes a sentence (with ``--json`` a document) and an exit code."""
    try:
        root(standalone_mode=False)
    except SekishoError as error:
        Session.current_or_default().fail(error)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`): nothing more can be said to it.
        sys.stderr.close()
        sys.exit(0)
