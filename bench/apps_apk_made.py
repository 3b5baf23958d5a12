"""An APK of 50 MB, made by script: the same bytes for the same seed, and nobody's app.

What it has follows what large Japanese apps have: seven DEX files of 8,000 classes each with code in every method,
packages of known recipients among packages nobody knows, hosts in strings, a table of resources, pictures that don't
compress, native libraries for two processors.
"""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path
from typing import Final

from sekisho.apps.recipients import shipped

BYTES: Final = 50_000_000
DEX_FILES: Final = 7
CLASSES: Final = 8_000
METHODS: Final = 6
"""Methods of one class."""
TEXTS: Final = 14_000
"""Strings of one DEX file that are no names."""
NATIVE: Final = 6 << 20
KNOWN: Final = 40
"""Recipients whose packages are in the app."""
_SYLLABLES: Final = [first + last for first in "kstnmr" for last in "aiueo"]
_NONE: Final = 0xFFFFFFFF


def _word(draw: random.Random, least: int = 2, most: int = 4) -> str:
    return "".join(draw.choices(_SYLLABLES, k=draw.randint(least, most)))


def _uleb(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def known_marks() -> tuple[str, ...]:
    """The packages of recipients that the app has, no two of one row."""
    return tuple(row.android[0] for row in shipped().rows if row.android)[:KNOWN]


def _packages(draw: random.Random, number: int) -> list[str]:
    own = [".".join((draw.choice(("jp.co", "com", "io", "net")), _word(draw), _word(draw), _word(draw)))
           for _ in range(300)]  # fmt: skip
    return [mark + draw.choice(("", ".internal", ".core")) for mark in known_marks()[number::DEX_FILES]] + own


def _texts(draw: random.Random, number: int) -> list[str]:
    hosts = [f"{_word(draw)}.{_word(draw)}.{draw.choice(('jp', 'co.jp', 'com', 'net'))}" for _ in range(40)]
    found = [f"https://{host}/{_word(draw)}/{_word(draw)}" for host in hosts]
    found += [f"See https://manual{number}.{hosts[0]}/{_word(draw)} for help"]
    found += [" ".join(_word(draw) for _ in range(draw.randint(1, 9))) for _ in range(TEXTS)]
    return found


def dex(draw: random.Random, number: int) -> bytes:
    """One whole DEX file, with a map and code, which any reader takes."""
    packages = _packages(draw, number)
    names = sorted({f"L{draw.choice(packages).replace('.', '/')}/{_word(draw).title()}{n};" for n in range(CLASSES)})
    descriptors = sorted({*names, "Ljava/lang/Object;", "V"})
    members = [f"{_word(draw)}{_word(draw).title()}" for _ in range(9_000)]
    texts = sorted({*descriptors, *members, *_texts(draw, number)}, key=lambda each: each.encode())
    index = {text: at for at, text in enumerate(texts)}
    types = {text: at for at, text in enumerate(descriptors)}
    void = types["V"]
    methods = sorted((types[name], index[member]) for name in names for member in draw.sample(members, METHODS))
    string_at = 0x70
    type_at = string_at + 4 * len(texts)
    proto_at = type_at + 4 * len(descriptors)
    method_at = proto_at + 12
    class_at = method_at + 8 * len(methods)
    data_at = class_at + 32 * len(names)
    data = bytearray()
    codes: list[int] = []
    for _ in methods:
        data += bytes(-(data_at + len(data)) % 4)
        codes.append(data_at + len(data))
        data += _code(draw, len(texts))
    class_data: list[int] = []
    for at in range(len(names)):
        class_data.append(data_at + len(data))
        data += _class_data(at * METHODS, codes[at * METHODS : (at + 1) * METHODS])
    strings: list[int] = []
    for text in texts:
        strings.append(data_at + len(data))
        data += _uleb(len(text)) + text.encode() + b"\0"
    data += bytes(-(data_at + len(data)) % 4)
    map_at = data_at + len(data)
    rows = [(0, 1, 0), (1, len(texts), string_at), (2, len(descriptors), type_at), (3, 1, proto_at),
            (5, len(methods), method_at), (6, len(names), class_at), (0x2001, len(codes), codes[0]),
            (0x2000, len(class_data), class_data[0]), (0x2002, len(texts), strings[0]),
            (0x1000, 1, map_at)]  # fmt: skip
    data += struct.pack("<I", len(rows)) + b"".join(struct.pack("<HHII", kind, 0, n, at) for kind, n, at in rows)
    tables = b"".join((
        struct.pack(f"<{len(strings)}I", *strings),
        struct.pack(f"<{len(descriptors)}I", *(index[each] for each in descriptors)),
        struct.pack("<3I", index["V"], void, 0),
        b"".join(struct.pack("<HHI", of, 0, name) for of, name in methods),
        b"".join(struct.pack("<8I", types[name], 1, types["Ljava/lang/Object;"], 0, _NONE, 0, at, 0)
                 for name, at in zip(names, class_data, strict=True)),
    ))  # fmt: skip
    header = struct.pack("<17I", 0, 0x70, 0x12345678, 0, 0, map_at, len(texts), string_at, len(descriptors), type_at,
                         1, proto_at, 0, 0, len(methods), method_at, len(names))  # fmt: skip
    header = struct.pack("<I", data_at + len(data)) + header[4:] + struct.pack("<3I", class_at, len(data), data_at)
    body = header + tables + bytes(data)
    signed = sha1(body).digest() + body  # noqa: S324  the format's own digest
    return b"dex\n035\0" + struct.pack("<I", zlib.adler32(signed)) + signed


def _code(draw: random.Random, texts: int) -> bytes:
    """A method's code: constants and strings loaded into registers, then return-void."""
    units = bytearray()
    for _ in range(draw.randint(2, 26)):
        if draw.random() < 0.4:
            units += struct.pack("<BBH", 0x1A, draw.randrange(6), draw.randrange(min(texts, 65_536)))
        else:
            units += struct.pack("<BBh", 0x13, draw.randrange(6), draw.randrange(-300, 300))
    units += b"\x0e\x00"
    return struct.pack("<HHHHII", 8, 1, 1, 0, 0, len(units) // 2) + bytes(units)


def _class_data(first: int, codes: Sequence[int]) -> bytes:
    out = bytearray(_uleb(0) + _uleb(0) + _uleb(len(codes)) + _uleb(0))
    for number, at in enumerate(codes):
        out += _uleb(first if not number else 1) + _uleb(9) + _uleb(at)
    return bytes(out)


def _manifest() -> bytes:
    """A binary manifest: its root with a package, and one permission."""
    texts = ["name", "", "package", "manifest", "jp.example.large", "uses-permission", "android.permission.INTERNET"]
    data, offsets = bytearray(), []
    for each in texts:
        offsets.append(len(data))
        data += bytes((len(each), len(each))) + each.encode() + b"\0"
    data += bytes(-len(data) % 4)
    start = 28 + 4 * len(offsets)
    pool = struct.pack("<HH6I", 1, 28, start + len(data), len(offsets), 0, 0x100, start, 0)
    pool += struct.pack(f"<{len(offsets)}I", *offsets) + bytes(data)
    body = struct.pack("<HHII", 0x180, 8, 12, 0x01010003)
    for name, key, value in ((3, 2, 4), (5, 0, 6)):
        body += struct.pack("<HHIII", 0x102, 16, 56, 1, _NONE)
        body += struct.pack("<II6H", _NONE, name, 20, 20, 1, 0, 0, 0)
        body += struct.pack("<IIIHBBI", _NONE, key, value, 8, 0, 3, value)
    for name in (5, 3):
        body += struct.pack("<HHIIIII", 0x103, 16, 24, 1, _NONE, _NONE, name)
    return struct.pack("<HHI", 3, 8, 8 + len(pool) + len(body)) + pool + body


def make(path: Path, *, seed: int) -> dict[str, int]:
    """Writes the APK and returns what it has: bytes, DEX files, their bytes unpacked, classes."""
    draw = random.Random(seed)  # noqa: S311  made-up content, the same for the same seed
    unpacked = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "AndroidManifest.xml", _manifest())
        for number in range(DEX_FILES):
            data = dex(draw, number)
            unpacked += len(data)
            _put(archive, f"classes{number + 1 if number else ''}.dex", data)
        _put(archive, "resources.arsc", " ".join(_word(draw) for _ in range(400_000)).encode()[: 3 << 20], stored=True)
        for processor in ("arm64-v8a", "armeabi-v7a"):
            half = draw.randbytes(NATIVE // 2)
            _put(archive, f"lib/{processor}/libdemo.so", b"\x7fELF" + half + bytes(NATIVE // 2))
        for number in range(400):
            _put(archive, f"res/layout/screen_{number}.xml", _manifest())
        number = 0
        while (left := BYTES - path.stat().st_size - 200_000) > 0:
            _put(archive, f"res/drawable/picture_{number}.webp", draw.randbytes(min(left, 150_000)), stored=True)
            number += 1
            archive.fp.flush() if archive.fp else None
    return {"bytes": path.stat().st_size, "dex files": DEX_FILES, "dex bytes unpacked": unpacked,
            "classes": DEX_FILES * CLASSES}  # fmt: skip


def _put(archive: zipfile.ZipFile, name: str, data: bytes, *, stored: bool = False) -> None:
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
