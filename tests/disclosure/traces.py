"""Every byte under a directory, searched for values in every way in which they might have been written."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path


def forms(value: bytes | str) -> set[bytes]:
    """A value as it stands, in UTF-16, in Shift_JIS, escaped as in JSON, in hexadecimal, and in base64 at each of the
    three places where it can begin in a longer text."""
    if isinstance(value, str):
        plain = {value.encode(), value.encode("utf-16-le"), value.encode("utf-16-be")}
        plain |= {json.dumps(value)[1:-1].encode(), value.encode("cp932", errors="ignore")}
    else:
        plain = {value}
    found = set(plain)
    for one in plain:
        found |= {one.hex().encode(), one.hex().upper().encode()}
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            for before in range(3):
                whole = code(bytes(before) + one)
                # What the bytes before and after share a letter with is left out.
                first, last = (before * 8 + 5) // 6, (before + len(one)) * 8 // 6
                found.add(whole[first:last])
    return {one for one in found if len(one) >= 6}


def traces(directory: Path, values: Iterable[bytes | str]) -> list[tuple[str, bytes]]:
    """Which value stands in which file under a directory."""
    wanted = {form for one in values for form in forms(one)}
    found = []
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found += [(str(path.relative_to(directory)), one) for one in sorted(wanted) if one in data]
    return found
