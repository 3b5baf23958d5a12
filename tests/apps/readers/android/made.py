"""Android files made by code: DEX, binary XML, an app bundle's manifest, archives. Nothing in them is anybody's."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sekisho.apps.readers.android.axml import _NAMES

IDS = {name: number for number, name in _NAMES.items()}
_NONE = 0xFFFFFFFF


def uleb(value: int) -> bytes:
    """A number in uleb128, which protobuf's varint is too."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def dex(
    classes: Iterable[str], *, refers: Mapping[str, Sequence[str]] | None = None, strings: Iterable[str] = ()
) -> bytes:
    """A DEX file that defines ``classes`` (dotted), refers to types with these methods, and has these strings."""
    refers = refers or {}
    defined = [_descriptor(each) for each in classes]
    named = {_descriptor(each): methods for each, methods in refers.items()}
    descriptors = sorted({*defined, *named, "V"})
    texts = sorted({*descriptors, *strings, *(one for methods in named.values() for one in methods)})
    index = {text: number for number, text in enumerate(texts)}
    types = [index[each] for each in descriptors]
    methods = [
        struct.pack("<HHI", descriptors.index(each), 0, index[one]) for each, all_ in named.items() for one in all_
    ]
    rows = [
        struct.pack("<8I", descriptors.index(each), 1, _NONE, 0, _NONE, 0, 0, 0) for each in sorted(set(defined))
    ]
    string_at = 0x70
    type_at = string_at + 4 * len(texts)
    method_at = type_at + 4 * len(types)
    class_at = method_at + 8 * len(methods)
    data_at = class_at + 32 * len(rows)
    data, offsets = bytearray(), []
    for text in texts:
        offsets.append(data_at + len(data))
        data += uleb(len(text)) + text.encode() + b"\0"
    header = bytearray(0x70)
    header[:8] = b"dex\n035\0"
    struct.pack_into("<3I", header, 0x20, data_at + len(data), 0x70, 0x12345678)
    struct.pack_into("<4I", header, 0x38, len(texts), string_at, len(types), type_at)
    struct.pack_into("<6I", header, 0x58, len(methods), method_at, len(rows), class_at, len(data), data_at)
    return b"".join(
        (
            bytes(header), struct.pack(f"<{len(offsets)}I", *offsets), struct.pack(f"<{len(types)}I", *types),
            *methods, *rows, bytes(data),
        )
    )  # fmt: skip


def _descriptor(name: str) -> str:
    return f"L{name.replace('.', '/')};"


@dataclass
class Node:
    """An element to be written; an attribute's value is a string, a number or a truth value."""

    name: str
    attributes: dict[str, str | int | bool] = field(default_factory=dict)
    children: tuple[Node, ...] = ()
    text: str = ""


def manifest(
    *children: Node, package: str = "jp.example.app", application: dict[str, str | int | bool] | None = None,
    inside: tuple[Node, ...] = (), **attributes: str | int | bool,
) -> Node:
    """A manifest with ``children`` beside its application, and ``inside`` it."""
    return Node(
        "manifest",
        {"package": package, "versionCode": 7, "versionName": "1.2", **attributes},
        (*children, Node("application", application or {}, inside)),
    )


def permission(name: str) -> Node:
    """A uses-permission."""
    return Node("uses-permission", {"name": name})


def axml(root: Node, *, utf8: bool = True, hide_names: bool = False) -> bytes:
    """``root`` as binary XML; with ``hide_names`` attributes have only their ids, as some packers write them."""
    ids = sorted({key for each in _walk(root) for key in each.attributes if key in IDS}, key=IDS.__getitem__)
    texts = [("" if hide_names else key) for key in ids]
    index: dict[str, int] = {}
    keys = {key: number for number, key in enumerate(ids)}

    def text(value: str) -> int:
        if value not in index:
            index[value] = len(texts)
            texts.append(value)
        return index[value]

    body = b"".join(_chunks(root, keys, text))
    pool = _pool(texts, utf8=utf8)
    resource_map = struct.pack("<HHI", 0x180, 8, 8 + 4 * len(ids)) + b"".join(
        struct.pack("<I", IDS[key]) for key in ids
    )
    inner = pool + resource_map + body
    return struct.pack("<HHI", 3, 8, 8 + len(inner)) + inner


def _walk(node: Node) -> Iterable[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _chunks(node: Node, keys: Mapping[str, int], text: object) -> Iterable[bytes]:
    assert callable(text)
    attributes = b""
    for key, value in node.attributes.items():
        name = keys.get(key)
        if isinstance(value, bool):
            raw, kind, data = _NONE, 0x12, _NONE if value else 0
        elif isinstance(value, int):
            raw, kind, data = _NONE, 0x10, value
        else:
            raw, kind, data = (text(value), 3, text(value))
        attributes += struct.pack("<IIIHBBI", _NONE, text(key) if name is None else name, raw, 8, 0, kind, data)
    count = len(node.attributes)
    extra = struct.pack("<IIHHHHHH", _NONE, text(node.name), 20, 20, count, 0, 0, 0) + attributes
    yield struct.pack("<HHIII", 0x102, 16, 16 + len(extra), 1, _NONE) + extra
    if node.text:
        yield struct.pack("<HHIIIIHBBI", 0x104, 16, 28, 1, _NONE, text(node.text), 8, 0, 0, 0)
    for child in node.children:
        yield from _chunks(child, keys, text)
    yield struct.pack("<HHIIIII", 0x103, 16, 24, 1, _NONE, _NONE, text(node.name))


def _pool(texts: Sequence[str], *, utf8: bool) -> bytes:
    data, offsets = bytearray(), []
    for each in texts:
        offsets.append(len(data))
        if utf8:
            raw = each.encode()
            data += _length8(len(each)) + _length8(len(raw)) + raw + b"\0"
        else:
            data += struct.pack("<H", len(each)) + each.encode("utf-16-le") + b"\0\0"
    data += bytes(-len(data) % 4)
    start = 28 + 4 * len(offsets)
    header = struct.pack("<HHIIIIII", 1, 28, start + len(data), len(offsets), 0, 0x100 if utf8 else 0, start, 0)
    return header + struct.pack(f"<{len(offsets)}I", *offsets) + bytes(data)


def _length8(length: int) -> bytes:
    return bytes((length,)) if length < 0x80 else bytes((0x80 | length >> 8, length & 0xFF))


def proto(node: Node) -> bytes:
    """``node`` as aapt2's XmlNode."""
    element = _part(3, node.name.encode())
    for key, value in node.attributes.items():
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        element += _part(4, _part(2, key.encode()) + _part(3, shown.encode()))
    if node.text:
        element += _part(5, _part(2, node.text.encode()))
    for child in node.children:
        element += _part(5, proto(child))
    return _part(1, element)


def _part(number: int, data: bytes) -> bytes:
    return uleb(number << 3 | 2) + uleb(len(data)) + data


def zipped(files: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    """An archive of ``files``."""
    out = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return out.getvalue()


def apk(root: Node | None = None, code: bytes | None = None, *, files: Mapping[str, bytes] | None = None) -> bytes:
    """An APK with further ``files``."""
    return zipped({
        "AndroidManifest.xml": axml(root or manifest()),
        "classes.dex": dex(["jp.example.app.Main"]) if code is None else code,
        **(files or {}),
    })
