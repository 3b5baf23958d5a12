"""What the commands about policies, holds and purges share."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click
import orjson

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.service import authenticate, stated_principal
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, read_secret
from sekisho.workspace import Workspace

MAX_FILE: Final = 4 * 1024 * 1024
"""Bytes of a document: ten thousand addresses with room to spare."""

token_file_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    required=True,
    help="承認する人のトークンを書いたファイル / A file with the approver's token.",
)
day_type = click.DateTime(["%Y-%m-%d"])


def stated(workspace: Workspace, session: Session, scope: Scope) -> Principal:
    """Who acts, as stated with ``--by``."""
    with workspace.database.read() as connection:
        return stated_principal(connection, session.require_staff(), required=scope)


def proven(workspace: Workspace, token_file: Path) -> Principal:
    """Who approves, by their token."""
    token = read_secret(token_file)
    with workspace.database.read() as connection:
        return authenticate(connection, token, required=Scope.APPROVE, now=workspace.clock.now())


def read_document(file: str) -> dict[str, Any]:
    """A JSON object from a file or standard input."""
    if file == "-":
        content = sys.stdin.buffer.read(MAX_FILE + 1)
    else:
        with Path(file).open("rb") as opened:
            content = opened.read(MAX_FILE + 1)
    try:
        found = orjson.loads(content) if len(content) <= MAX_FILE else None
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise FileRefused(path=readable(file), why="not a JSON object of at most 4 MiB")
    return found


def as_day(given: datetime | None) -> date | None:
    """The day of a date option."""
    return None if given is None else given.date()
