"""Files as one tar (POSIX ustar) whose bytes follow from names and contents alone. Pure.

No times, owners or folders: what is packed again is the same, bit by bit. Names are short and plain, so that unpacking
writes nowhere else.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Mapping
from typing import Final

from sekisho.disclosure.delivery.errors import PackageRefused

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}(?:\.[a-z0-9]{1,8})?", re.ASCII)
"""A file's name: no folder, no leading dot, one ending."""
MAX_FILES: Final = 1_000
MAX_BYTES: Final = 24 * 1024 * 1024
"""Bytes of all files: with its encryption a package stays below what a case's paper may have."""
_MODE: Final = 0o600


def pack(files: Mapping[str, bytes]) -> bytes:
    """The tar of ``files``, by name. Raises ``PackageRefused`` for a name that isn't plain, too many, too much."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise PackageRefused(problem=f"more than {MAX_FILES} files or {MAX_BYTES} bytes")
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            _require_name(name)
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(files[name]), _MODE, 0
            tar.addfile(entry, io.BytesIO(files[name]))
    return made.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a tar that :func:`pack` made. Raises ``PackageRefused`` for anything else: another name, a folder, a
    link, one name twice, bytes that packing wouldn't give."""
    found: dict[str, bytes] = {}
    if len(data) > 2 * MAX_BYTES:
        raise PackageRefused(problem=f"more than {2 * MAX_BYTES} bytes")
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for entry in tar:
                _require_name(entry.name)
                opened = tar.extractfile(entry) if entry.isreg() else None
                if opened is None or entry.name in found or len(found) >= MAX_FILES:
                    raise PackageRefused(problem="not plain files, each once")
                found[entry.name] = opened.read()
    except (tarfile.TarError, ValueError, OSError, EOFError):
        raise PackageRefused(problem="not a tar") from None
    if pack(found) != data:
        raise PackageRefused(problem="not as it was packed")
    return found


def _require_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise PackageRefused(problem="a name that isn't a plain file's")
