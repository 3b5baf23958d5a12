"""Errors of the command line itself.

::

    InputRefused
    ├── Usage               options or arguments that don't fit the command
    ├── NoWorkspace         the command needs a workspace and none was named
    ├── NoStaff             the command records who acted, and nobody was named
    ├── FileRefused         a named file can't be read or written
    ├── SecretFileRefused   a file with a passphrase or PIN is open to others, or isn't one
    ├── NotConfirmed        what can't be undone was not confirmed
    └── ReservedName        a workspace name that only demonstrations have
    Unavailable
    ├── SystemRefused       the operating system refused: disk full, address taken …
    └── InternalFault       a fault of Sekisho's own
"""

from __future__ import annotations

import errno
import os
import traceback
from pathlib import Path

from sekisho.cli.words import CommandWords
from sekisho.errors import InputRefused, SekishoError, Unavailable


class Usage(CommandWords, InputRefused):
    """Options or arguments that don't fit the command. Fields: ``problem``, ``command``."""

    reason = "usage"
    ja = "コマンドの使い方が違います（{problem}）。`{command} --help` で確かめてください。"
    en = "The command was not used as it must be ({problem}). See `{command} --help`."


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


class FileRefused(CommandWords, InputRefused):
    """A named file or folder can't be read or written. Fields: ``path``, ``why``."""

    reason = "file_refused"
    ja = "{path} を使えません（{why}）。名前と権限を確かめてください。"
    en = "{path} can't be used ({why}). Check its name and permissions."


class SecretFileRefused(CommandWords, InputRefused):
    """A file that holds a passphrase, PIN or token isn't safe to use. Fields: ``path``, ``why``. Never its content."""

    reason = "secret_file_refused"
    ja = (
        "{path} は使えません（{why}）。パスフレーズ・PIN・トークンを1行だけ書き、所有者だけが読めるようにしてください。"
    )
    en = "{path} can't be used ({why}). Write the passphrase, PIN or token as its one line, for its owner's eyes only."


class NotConfirmed(InputRefused):
    """What can't be undone was not confirmed."""

    reason = "not_confirmed"
    ja = "確認されなかったので、何もしていません。問い合わせのできない場所では --yes を付けてください。"
    en = "It was not confirmed, so nothing was done. Where nobody can be asked, add --yes."


class ReservedName(InputRefused):
    """A name that marks workspaces as demonstrations, which may be deleted. Fields: ``name``."""

    reason = "reserved_name"
    ja = "「{name}」は、作り直してよいデモの作業領域だけの名前です。別の名前を指定してください。"
    en = "'{name}' is the name of demonstration workspaces, which may be made again. Choose another."


class SystemRefused(Unavailable):
    """The operating system refused. Fields: ``what``, ``why``."""

    reason = "system_refused"
    ja = "{what} ができませんでした（{why}）。空き容量、番地の重複、権限を確かめてください。"
    en = "{what} was not possible ({why}). Check free space, addresses in use, and permissions."


class InternalFault(Unavailable):
    """A fault of Sekisho's own. Fields: ``kind`` (a class name), ``where`` (file and line); never what was given."""

    reason = "internal_fault"
    ja = "関所の不具合です（{kind}、{where}）。この行を添えて報告してください。SEKISHO_TRACEBACK=1 で詳しく出ます。"
    en = "This is a fault of Sekisho ({kind} at {where}). Report it with this line; SEKISHO_TRACEBACK=1 shows more."


_FILE_ERRNOS = frozenset(
    {
        errno.ENOENT,
        errno.EACCES,
        errno.EPERM,
        errno.EISDIR,
        errno.ENOTDIR,
        errno.EEXIST,
        errno.ENOTEMPTY,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EROFS,
        errno.ENXIO,
    }
)
"""What says that a name was wrong, rather than that the machine is in trouble."""


def told(error: Exception) -> SekishoError:
    """Any exception as one with a sentence: the error itself where it has one already."""
    if isinstance(error, SekishoError):
        return error
    if isinstance(error, OSError):
        why = error.strerror or type(error).__name__
        if error.errno in _FILE_ERRNOS and error.filename is not None:
            return FileRefused(path=readable(error.filename), why=why)
        return SystemRefused(what=readable(error.filename) if error.filename is not None else "I/O", why=why)
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return InternalFault(kind=type(error).__name__, where=where)


def readable(name: str | bytes | int | Path) -> str:
    """A file name that can be printed: bytes that are no text are replaced."""
    if isinstance(name, int):
        return f"#{name}"
    return os.fsencode(name).decode("utf-8", "replace")
