"""What every command shares: which workspace, whose hands, which language, and how things are printed."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

import click
import orjson

from sekisho.cli.errors import NoStaff, NotConfirmed, NoWorkspace, SecretFileRefused, Usage, readable
from sekisho.errors import Lang, SekishoError
from sekisho.keys import KeyFile, Passphrase, Unlock
from sekisho.workspace import Mode, Workspace

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token

PASSPHRASE_VARIABLE = "SEKISHO_PASSPHRASE_FILE"  # noqa: S105  the name of a variable that names a file
"""Names a file that holds the keyring's passphrase: a secret in a variable or argument shows in process lists."""

PIN_VARIABLE = "SEKISHO_PIN_FILE"
"""Names a file that holds the security module's PIN, for the same reason."""

MAX_SECRET = 4096
"""Bytes read of a passphrase or PIN file: a longer one is not what was meant."""

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Session:
    """The options of the root command. ``json`` is set by ``--json`` of the command."""

    workspace: Path | None
    key_file: Path | None
    staff: str | None
    lang: Lang
    json: bool = False
    pkcs11_library: Path | None = None
    token_label: str | None = None
    pin_file: Path | None = None
    _current: ClassVar[Session | None] = None

    def __post_init__(self) -> None:
        """Remember the session for the error path, which has no context any more."""
        Session._current = self

    @staticmethod
    def current_or_default() -> Session:
        """The session of this run, or plain defaults where the root command itself failed."""
        return Session._current or Session(None, None, None, "en" if os.environ.get("SEKISHO_LANG") == "en" else "ja")

    @staticmethod
    def forget() -> None:
        """Begin a run: no session yet."""
        Session._current = None

    def say(self, text: str) -> None:
        """Print for a person; nothing with ``--json``."""
        if not self.json:
            click.echo(text)

    def say_in(self, ja: str, en: str) -> None:
        """Print for a person, in their language."""
        self.say(ja if self.lang == "ja" else en)

    def answer(self, document: Any) -> None:
        """Print the one JSON document."""
        click.echo(_dumped(document, indent=True))

    def line(self, document: Any) -> None:
        """Print one line of JSON Lines."""
        click.echo(_dumped(document, indent=False))

    def fail(self, error: SekishoError) -> NoReturn:
        """End the run with the error's sentence and exit code."""
        if self.json:
            self.answer({"error": error.as_document()})
        else:
            click.echo(error.sentence(self.lang), err=True)
        sys.exit(error.exit_code)

    def confirm(self, ja: str, en: str, *, yes: bool) -> None:
        """Ask on stderr whether to go on; ``NotConfirmed`` unless the answer is yes, or was given beforehand."""
        if yes:
            return
        try:
            click.confirm(ja if self.lang == "ja" else en, abort=True, err=True)
        except click.Abort:
            raise NotConfirmed from None

    @contextmanager
    def open(self, mode: Mode = "write", *, keys: bool = True) -> Iterator[Workspace]:
        """The workspace, opened with what opens its keyring. ``keys=False``: reading what isn't encrypted."""
        path = self.require_workspace()
        with Workspace.open(path, mode=mode, keyring=self.unlock(path) if keys else None) as opened:
            yield opened

    def require_workspace(self) -> Path:
        """The workspace's folder, or the error that asks for one."""
        if self.workspace is None:
            raise NoWorkspace
        return self.workspace

    def unlock(self, workspace: Path) -> Unlock | Token:
        """What opens the keyring: a token, a key file, a passphrase file, or the key file beside the workspace."""
        if self.pkcs11_library is not None:
            return self._token(self.pkcs11_library)
        passphrase = os.environ.get(PASSPHRASE_VARIABLE)
        if passphrase and self.key_file is None:
            return Passphrase(read_secret(Path(passphrase)))
        return KeyFile(self.key_file or default_key_file(workspace))

    def makes_key_file(self) -> bool:
        """Whether a new workspace gets a key file: neither token nor passphrase was chosen."""
        return self.pkcs11_library is None and (self.key_file is not None or not os.environ.get(PASSPHRASE_VARIABLE))

    def _token(self, library: Path) -> Token:
        from sekisho.keys.pkcs11_ring import Token  # noqa: PLC0415  loads PKCS#11: only where there is one

        if self.token_label is None:
            raise Usage(problem="--pkcs11-library needs --token-label", command="sekisho")
        if self.pin_file is None:
            raise Usage(problem=f"--pkcs11-library needs --pin-file or {PIN_VARIABLE}", command="sekisho")
        return Token(library, self.token_label, read_secret(self.pin_file))

    def require_staff(self) -> str:
        """The staff id, or the error that asks for one."""
        if self.staff is None:
            raise NoStaff
        return self.staff


def default_key_file(workspace: Path) -> Path:
    """``NAME.key`` beside the workspace: not inside it, so that a copy of the workspace doesn't hold its key."""
    resolved = workspace.resolve()
    return resolved.with_name(resolved.name + ".key")


def read_secret(path: Path) -> str:
    """The one line of a file that only its owner can read; ``SecretFileRefused`` for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise SecretFileRefused(path=readable(path), why=error.strerror) from None
    with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor, so that what is checked is what is read
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SecretFileRefused(path=readable(path), why="not a regular file")
        if stat.S_IMODE(status.st_mode) & 0o077:
            why = f"mode {stat.S_IMODE(status.st_mode):04o} lets others in"
            raise SecretFileRefused(path=readable(path), why=why)
        content = file.read(MAX_SECRET + 1)
    try:
        secret = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretFileRefused(path=readable(path), why="not UTF-8") from None
    if not secret or "\n" in secret or len(content) > MAX_SECRET:
        raise SecretFileRefused(path=readable(path), why="not one line")
    return secret




def pass_session(command: Any) -> Any:
    """Give the command its session as first argument."""
    return click.make_pass_decorator(Session)(command)


def output_options(command: Command) -> Command:
    """:func:`json_option` and :func:`lang_option`, which every command has."""
    return json_option(lang_option(command))


def json_option(command: Command) -> Command:
    """``--json``, seen before anything else can fail, so that errors are JSON too."""
    return click.option(
        "--json",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_note_json,
        help="JSON で出す / Print JSON.",
    )(command)


def lang_option(command: Command) -> Command:
    """``--lang`` after the command as well as before it."""
    return click.option(
        "--lang",
        type=click.Choice(["ja", "en"]),
        is_eager=True,
        expose_value=False,
        callback=_note_lang,
        help="表示の言葉 / Language of the text.",
    )(command)


def yes_option(command: Command) -> Command:
    """``--yes``: what can't be undone is done without asking."""
    return click.option("--yes", is_flag=True, help="問い合わせずに行う / Don't ask.")(command)


def _note_json(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    session = ctx.find_object(Session)
    if session is not None and value:
        session.json = True


def _note_lang(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    del parameter
    session = ctx.find_object(Session)
    if session is not None and value is not None:
        session.lang = "en" if value == "en" else "ja"


def _dumped(document: Any, *, indent: bool) -> bytes:
    """UTF-8 whatever the terminal's encoding is (RFC 8259 section 8.1)."""
    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 if indent else None)
    except TypeError:
        # A file name that is no text: shown with replacement characters rather than not at all.
        text = json.dumps(document, ensure_ascii=False, indent=2 if indent else None)
        return text.encode("utf-8", "replace")
