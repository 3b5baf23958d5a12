"""iOS files made by code: property lists, Mach-O programs, archives. Nothing in them is anybody's."""

from __future__ import annotations

import plistlib
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from tests.apps.readers.android.made import zipped

APP = "Payload/Demo.app/"
INFO: dict[str, Any] = {
    "CFBundleIdentifier": "jp.example.demo", "CFBundleExecutable": "Demo", "CFBundleShortVersionString": "3.1",
    "CFBundleVersion": "31", "MinimumOSVersion": "16.0",
}  # fmt: skip


def program(
    *, libraries: Sequence[str] = (), classes: Sequence[str] = (), symbols: Sequence[str] = (),
    strings: Sequence[str] = (), encrypted: bool = False, entitlements: Mapping[str, Any] | None = None,
) -> bytes:
    """A program for 64-bit ARM. With ``encrypted`` everything behind its load commands says that it is."""
    parts = {
        "classes": b"".join(each.encode() + b"\0" for each in classes),
        "strings": b"\0" + b"".join(each.encode() + b"\0" for each in strings),
        "symbols": b" \0" + b"".join(each.encode() + b"\0" for each in symbols),
        "signature": _signature(entitlements),
    }
    at, places = 4096, {}
    for name, data in parts.items():
        places[name] = (at, len(data))
        at += len(data)
    commands = [_library(each) for each in libraries]
    commands.append(_segment(*places["classes"]))
    commands.append(struct.pack("<6I", 0x02, 24, 0, 0, *places["symbols"]))
    commands.append(struct.pack("<4I", 0x1D, 16, *places["signature"]))
    commands.append(struct.pack("<6I", 0x2C, 24, 4096, at - 4096, int(encrypted), 0))
    body = b"".join(commands)
    header = struct.pack("<8I", 0xFEEDFACF, 0x0100000C, 0, 2, len(commands), len(body), 0, 0)
    return (header + body).ljust(4096, b"\0") + b"".join(parts.values())


def _library(name: str) -> bytes:
    data = name.encode() + b"\0"
    data += bytes(-len(data) % 8)
    return struct.pack("<6I", 0x0C, 24 + len(data), 24, 2, 0, 0) + data


def _segment(offset: int, size: int) -> bytes:
    section = struct.pack("<16s16sQQ8I", b"__objc_classname", b"__TEXT", 0, size, offset, 0, 0, 0, 0, 0, 0, 0)
    return struct.pack("<II16s4Q4I", 0x19, 72 + len(section), b"__TEXT", 0, 0, 0, 0, 5, 5, 1, 0) + section


def _signature(entitlements: Mapping[str, Any] | None) -> bytes:
    if entitlements is None:
        return b""
    data = plistlib.dumps(dict(entitlements))
    inner = struct.pack(">II", 0xFADE7171, 8 + len(data)) + data
    return struct.pack(">5I", 0xFADE0CC0, 20 + len(inner), 1, 5, 20) + inner


def fat(*programs: tuple[int, bytes]) -> bytes:
    """Programs of several processors in one file, each with its number."""
    at = 4096
    rows, data = b"", b""
    for kind, one in programs:
        rows += struct.pack(">5I", kind, 0, at + len(data), len(one), 12)
        data += one
    return (struct.pack(">2I", 0xCAFEBABE, len(programs)) + rows).ljust(at, b"\0") + data


def ipa(
    info: Mapping[str, Any] | None = None, main: bytes | None = None, files: Mapping[str, bytes] | None = None
) -> bytes:
    """An IPA; ``files`` are named from the app's own folder."""
    return zipped({
        f"{APP}Info.plist": plistlib.dumps({**INFO, **(info or {})}, fmt=plistlib.FMT_BINARY),
        f"{APP}Demo": program() if main is None else main,
        **{APP + name: data for name, data in (files or {}).items()},
    })


def privacy(**values: Any) -> bytes:
    """A privacy manifest."""
    return plistlib.dumps(values)


def collected(kind: Any, *purposes: str, linked: Any = False, tracking: Any = False) -> dict[str, Any]:
    """A row of a privacy manifest in Apple's form."""
    prefix = "NSPrivacyCollectedDataType"
    return {prefix: kind, f"{prefix}Linked": linked, f"{prefix}Tracking": tracking,
            f"{prefix}Purposes": [f"{prefix}Purpose{each}" for each in purposes]}  # fmt: skip
