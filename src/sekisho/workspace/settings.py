"""``workspace.toml``: what a workspace is, in the one file that makes a directory a workspace.

It holds no secret: a database password stays in ~/.pgpass, the key file's place is given when opening.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from sekisho.store.files import FileLayer
from sekisho.store.identity import Identity, LegalConfirmation
from sekisho.workspace.errors import WorkspaceFileRefused, WorkspaceNameRefused

FILE_NAME = "workspace.toml"

FORMAT = 1
"""The layout of the directory. A layout that this program would misread gets another number."""

MAX_NAME = 100
"""Characters in a workspace's name: it is shown on every page and in every export."""

MAX_FILE = 16 * 1024
"""Bytes of ``workspace.toml`` read at most; the longest possible contents are a few kilobytes."""

KeyringKind = Literal["file", "pkcs11"]

EMBEDDED_DATABASE = "sqlite"
"""In place of a URL: SQLite in the workspace's own directory, so that the directory can be moved."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The file's content. ``database`` is :data:`EMBEDDED_DATABASE` or a URL; ``ledger_key`` the public key in hex."""

    format: int
    workspace_id: str
    name: str
    origin: str
    legal_confirmation: LegalConfirmation
    created_at: str
    database: str
    keyring: KeyringKind
    ledger_key: str

    @property
    def identity(self) -> Identity:
        """What the database must say, too."""
        return Identity(
            workspace_id=self.workspace_id,
            name=self.name,
            origin=self.origin,
            legal_confirmation=self.legal_confirmation,
            created_at=datetime.fromisoformat(self.created_at),
        )


def checked_name(name: str) -> str:
    """``name`` if a workspace may have it, else ``WorkspaceNameRefused``."""
    if not name.strip():
        raise WorkspaceNameRefused(problem="empty")
    if len(name) > MAX_NAME:
        raise WorkspaceNameRefused(problem="over_100_characters")
    if any(not character.isprintable() or 0xD800 <= ord(character) < 0xE000 for character in name):
        raise WorkspaceNameRefused(problem="control_characters")
    return name


def _line(key: str, value: object) -> str:
    # A JSON string or integer is the same in TOML as long as no character above U+FFFF is written as two escapes.
    return f"{key} = {json.dumps(value, ensure_ascii=False)}\n"


def write_settings(files: FileLayer, directory: Path, settings: Settings) -> None:
    """Put the file in place, whole and durable."""
    text = "# 関所の作業領域。手で変えないでください。 / A Sekisho workspace. Do not edit.\n" + "".join(
        _line(key, value) for key, value in asdict(settings).items()
    )
    files.publish([(directory / FILE_NAME, text.encode())])


def read_settings(directory: Path) -> Settings | None:
    """The file, or None where there is none. Raises ``WorkspaceFileRefused`` for anything but what was written."""
    path = directory / FILE_NAME
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise WorkspaceFileRefused(path=str(path), problem=error.strerror) from None
    if len(content) > MAX_FILE:
        raise WorkspaceFileRefused(path=str(path), problem="too long")
    try:
        found: dict[str, Any] = tomllib.loads(content.decode())
    except ValueError:  # bad UTF-8 and bad TOML are both ValueError
        raise WorkspaceFileRefused(path=str(path), problem="not TOML in UTF-8") from None
    if found.get("format") != FORMAT:
        raise WorkspaceFileRefused(path=str(path), problem=f"format {found.get('format')!r} instead of {FORMAT}")
    expected = Settings.__dataclass_fields__.keys()
    if found.keys() != expected:
        odd = ", ".join(sorted(found.keys() ^ expected))
        raise WorkspaceFileRefused(path=str(path), problem=f"missing or unknown: {odd}")
    for key, value in found.items():
        if not isinstance(value, int if key == "format" else str):
            raise WorkspaceFileRefused(path=str(path), problem=f"{key} is of the wrong type")
    try:
        aware = datetime.fromisoformat(found["created_at"]).tzinfo is not None
    except ValueError:
        aware = False
    if not (
        aware
        and found["legal_confirmation"] in get_args(LegalConfirmation)
        and found["keyring"] in get_args(KeyringKind)
    ):
        raise WorkspaceFileRefused(path=str(path), problem="unknown value of created_at, legal_confirmation or keyring")
    return Settings(**found)
