"""What the commands of the calls desk share: who acts, and files that are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from sekisho.access.principal import Principal
from sekisho.access.service import authenticate, stated_principal
from sekisho.calls.service import CallService
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, read_secret

token_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="行う人のトークンを書いたファイル。--by の代わり / A file with the token of who acts, instead of --by.",
)
MAX_TEXT: Final = 8 * 1024 * 1024
"""Bytes of a manifest, a rule set, a table of agreements."""


@contextmanager
def opened(session: Session, token_file: Path | None) -> Iterator[tuple[CallService, Principal]]:
    """The desk of the workspace, and who acts: by their token, or as stated with ``--by``. What they may do is asked by
    the act itself."""
    with session.open() as workspace:
        token = None if token_file is None else read_secret(token_file)
        with workspace.database.read() as connection:
            if token is None:
                by = stated_principal(connection, session.require_staff(), required=None)
            else:
                by = authenticate(connection, token, required=None, now=workspace.clock.now())
        yield CallService(workspace), by


def read_bytes(path: Path) -> bytes:
    """A small file. Raises ``FileRefused``."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TEXT + 1)
    except OSError as error:
        raise FileRefused(path=readable(path), why=error.strerror or "?") from None
    if len(content) > MAX_TEXT:
        raise FileRefused(path=readable(path), why=f"more than {MAX_TEXT} bytes")
    return content


def tell(session: Session, document: Any, ja: str, en: str) -> None:
    """The document with ``--json``, else the sentence."""
    if session.json:
        session.answer(document)
    else:
        session.say_in(ja, en)
