"""How a source's listener is, for others to read: a small file beside its spool, written every few seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import orjson

from sekisho.store.files import FileLayer

NAME: Final = "listener.json"
MAX_FILE: Final = 64 * 1024


def write_status(directory: Path, files: FileLayer, document: dict[str, Any]) -> None:
    """Replace the file. Raises ``OSError``."""
    files.publish([(directory / NAME, orjson.dumps(document))])


def read_status(directory: Path, files: FileLayer) -> dict[str, Any] | None:
    """What the listener last said; None where none ever ran, or the file isn't one of ours."""
    try:
        data = files.read(directory / NAME)
        found = orjson.loads(data) if len(data) <= MAX_FILE else None
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None
