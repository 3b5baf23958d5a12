"""What every command shares: which workspace, whose hands, which language, and how things are printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import click
import orjson

from sekisho.errors import InputRefused, Lang, SekishoError
from sekisho.keys import KeyFile, Passphrase, Unlock
from sekisho.workspace import Mode, Workspace

PASSPHRASE_VARIABLE = "SEKISHO_PASSPHRASE_FILE"  # noqa: S105  the name of a variable that names a file
"""Names a file that holds the keyring's passphrase: a secret in a variable or argument shows in process lists."""


class NoWorkspace(InputRefused):
    """The command needs a workspace and none was named."""

    reason = "no_workspace"
    ja = "作業領域を --workspace DIR か SEKISHO_WORKSPACE で指定してください。なければ `sekisho init DIR` で作れます。"
    en = "Name a workspace with --workspace DIR or SEKISHO_WORKSPACE; `sekisho init DIR` makes one."


class NoStaff(InputRefused):
    """The command records who acted, and nobody was named."""

    reason = "no_staff"
    ja = "だれの操作かを --by 職員ID か SEKISHO_STAFF で指定してください。"
    en = "Say who acts with --by STAFF or SEKISHO_STAFF."


@dataclass(slots=True)
class Session:
    """The options of the root command. ``json`` is set by commands that take ``--json``."""

    workspace: Path | None
    key_file: Path | None
    staff: str | None
    lang: Lang
    json: bool = False
    _current: ClassVar[Session | None] = None

    def __post_init__(self) -> None:
        """Remember the session for the error path, which has no context any more."""
        Session._current = self

    @staticmethod
    def current_or_default() -> Session:
        """The session of this run, or plain defaults where the root command itself failed."""
        return Session._current or Session(None, None, None, "ja")

    def say(self, text: str) -> None:
        """Print for a person; nothing with ``--json``."""
        if not self.json:
            click.echo(text)

    def answer(self, document: Any) -> None:
        """Print the one JSON document."""
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())

    def line(self, document: Any) -> None:
        """Print one line of JSON Lines."""
        click.echo(orjson.dumps(document).decode())

    def fail(self, error: SekishoError) -> NoReturn:
        """End the run with the error's sentence and exit code."""
        if self.json:
            self.answer({"error": error.as_document()})
        else:
            click.echo(error.sentence(self.lang), err=True)
        sys.exit(error.exit_code)

    @contextmanager
    def open(self, mode: Mode = "write") -> Iterator[Workspace]:
        """The workspace, opened with its key file or passphrase."""
        if self.workspace is None:
            raise NoWorkspace
        with Workspace.open(self.workspace, mode=mode, keyring=self.unlock(self.workspace)) as opened:
            yield opened

    def unlock(self, workspace: Path) -> Unlock:
        """What opens the keyring: a passphrase file, the named key file, or the one beside the workspace."""
        passphrase = os.environ.get(PASSPHRASE_VARIABLE)
        if passphrase is not None and self.key_file is None:
            return Passphrase(Path(passphrase).read_text(encoding="utf-8").rstrip("\n"))
        return KeyFile(self.key_file or default_key_file(workspace))

    def require_staff(self) -> str:
        """The staff id, or the error that asks for one."""
        if self.staff is None:
            raise NoStaff
        return self.staff


def default_key_file(workspace: Path) -> Path:
    """``NAME.key`` beside the workspace: not inside it, so that a copy of the workspace doesn't hold its key."""
    resolved = workspace.resolve()
    return resolved.with_name(resolved.name + ".key")


def open_workspace(path: Path | None, mode: Mode = "write") -> Workspace:
    """Open the workspace for a command that closes it itself."""
    session = Session.current_or_default()
    chosen = path or session.workspace
    if chosen is None:
        raise NoWorkspace
    return Workspace.open(chosen, mode=mode, keyring=session.unlock(chosen))


def pass_session(command: Any) -> Any:
    """Give the command its session as first argument."""
    return click.make_pass_decorator(Session)(command)
