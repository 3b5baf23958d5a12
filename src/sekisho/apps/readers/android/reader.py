"""From an app's file to a reading: manifest, code, hosts and native libraries of each part of it.

What isn't read is said: code that runs on the processor, code in other files, names that an obfuscator replaced. From
what isn't found here nothing follows.
"""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO, Final

from sekisho.apps.archive import Archive, ArchiveRefused, Entry, EntryRefused, Limits
from sekisho.apps.archive.zip_file import shown_name
from sekisho.apps.evidence import Reading, Target, TargetKind
from sekisho.apps.readers.android import cleartext, code
from sekisho.apps.readers.android.axml import Element, read_axml
from sekisho.apps.readers.android.errors import DexRefused, ManifestRefused
from sekisho.apps.readers.android.manifest import ManifestSeen, tell
from sekisho.apps.readers.android.proto import read_proto
from sekisho.apps.readers.android.tolerant import read_tolerantly
from sekisho.apps.readers.gathering import Gathered, tell_hosts, usual_matcher
from sekisho.apps.readers.streaming import hosts_of, wide_hosts_of
from sekisho.apps.recipients import Matcher

MANIFEST_MOST: Final = 4 << 20
CONFIG_MOST: Final = 1 << 16
"""Bytes of a file that may be the network security configuration; it has no fixed name."""
TEXT_MOST: Final = 64 << 20
PART_MOST: Final = 1 << 30
"""Bytes of one packed split; a whole one is kept in memory up to 16 MiB and on disk, without a name, above."""
PARTS_MOST: Final = 200
_KEPT: Final = 16 << 20
_BLOCK: Final = 1 << 20
_MANIFEST: Final = re.compile(r"(?:[^/]+/manifest/)?AndroidManifest\.xml\Z")
_DEX: Final = re.compile(r"(?:[^/]+/dex/)?[^/]+\.dex\Z|.*\.dex\Z", re.DOTALL)
_NATIVE: Final = re.compile(r"(?:[^/]+/)?lib/([^/]+)/([^/]+\.so)\Z")
_CONFIG: Final = re.compile(r"(?:[^/]+/)?(?:res/xml(?:-[^/]+)?/[^/]+|res/[^/]{1,6}|r/[^/]+(?:/[^/]+)?)\.xml\Z")
_TEXT: Final = re.compile(r"(?:[^/]+/)?assets/.*\.(?:js|mjs|json|html?|bundle|xml|css|txt|lua)\Z", re.DOTALL)
_SETTINGS: Final = re.compile(r"(?:[^/]+/)?assets/.*\.(?:ya?ml|properties|ini|cfg|conf|toml|env)\Z", re.DOTALL)
_WIDE: Final = re.compile(r"resources\.arsc\Z|assemblies/[^/]*\.dll\Z")
_ARCHITECTURES: Final = ("arm64-v8a", "armeabi-v7a", "x86_64", "x86")
_ENGINES: Final = {
    "libflutter.so": "Flutter", "libunity.so": "Unity", "libil2cpp.so": "Unity", "libmonodroid.so": ".NET",
    "libmonosgen-2.0.so": ".NET", "libreactnativejni.so": "React Native", "libhermes.so": "React Native",
    "libcocos2djs.so": "Cocos", "libcocos.so": "Cocos", "libUE4.so": "Unreal Engine", "libUnreal.so": "Unreal Engine",
}  # fmt: skip
"""Native libraries of engines whose programs aren't DEX."""


class _App:
    """One app while it is read: what was found, and what its parts say together."""

    def __init__(self, matcher: Matcher) -> None:
        self.found = Gathered(matcher)
        self.manifest = ManifestSeen()
        self.code = code.CodeSeen()
        self.config_read = False


def read(file: BinaryIO | bytes, *, name: str, matcher: Matcher | None = None) -> Reading:
    """The reading of the app in ``file``, bytes or an open file that can be sought; ``name`` is what people call it.

    ``matcher`` says which marks are a recipient's; the knowledge base that is given out, unless another is given.
    Never raises for what the file holds. Looks at no network, checks no signature, runs nothing.
    """
    if isinstance(file, bytes):
        file = io.BytesIO(file)
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
    app = _App(usual_matcher() if matcher is None else matcher)
    _archive(file, "", name, app, top=True)
    found = app.found
    code.conclude(name, found, app.code, app.manifest)
    cleartext.conclude(found, app.manifest, config_read=app.config_read)
    _say_of_parts(name, app)
    pieces, missing, facts = found.finished(name)
    target = Target(name=name, sha256=digest.hexdigest(), kind=TargetKind.ANDROID)
    return Reading(target=target, pieces=pieces, not_measured=missing, facts=facts)


def _say_of_parts(name: str, app: _App) -> None:
    found = app.found
    if not found.has_fact("package"):
        found.say(name, "no_manifest_read",
                  "AndroidManifest.xmlを読めなかったため、アプリの名前・権限は分かりません。APKかAABか確かめてください。",
                  "No manifest could be read: the app's name and permissions aren't known. See whether this is an APK "
                  "or AAB.")  # fmt: skip
    elif app.manifest.splits and not app.manifest.base:
        found.say(name, "base_missing", "分割APKの一部だけで、本体（base）がありません。本体も一緒に調べてください。",
                  "This is only a split; the base APK isn't there. Scan it as well.")  # fmt: skip
    elif app.manifest.splits_required and not app.manifest.splits:
        found.say(name, "splits_missing",
                  "このアプリは分割APKと一緒に配られますが、本体しかありません。APKSかAABで調べてください。",
                  "This app comes with splits, and only the base is here. Scan the APKS or AAB.")  # fmt: skip


def _archive(file: BinaryIO, prefix: str, name: str, app: _App, *, top: bool) -> None:
    found = app.found
    try:
        archive = Archive(file, limits=Limits(total_bytes=found.left))
    except ArchiveRefused as error:
        found.miss(prefix or name, error)
        return
    names = {entry.name for entry in archive.entries}
    is_app = any(_MANIFEST.match(each) for each in names)
    parts = 0
    chosen = _architectures(archive.entries)
    # The manifest first: what it names is looked for in the code.
    for entry in sorted(archive.entries, key=lambda each: _MANIFEST.match(each.name) is None):
        path = prefix + shown_name(entry.name)
        try:
            if entry.name.endswith(".apk"):
                parts += 1
                _part(archive, entry, path, app, read_it=top and not is_app and parts <= PARTS_MOST)
            else:
                _entry(archive, entry, path, app, chosen)
        except (EntryRefused, DexRefused, ManifestRefused) as error:
            found.miss(path, error)
    for refused in archive.refused:
        found.miss(prefix + str(refused.fields["entry"]), refused)
    for odd in archive.oddities:
        found.say(prefix + odd.entry or name, odd.kind.value,
                  "zipの作りが通常と違い、端末では別の内容に見えるおそれがあります。作成元に確かめてください。",
                  "The archive is made unusually; a device may see something else. Ask who made it.")  # fmt: skip


def _architectures(entries: tuple[Entry, ...]) -> str:
    """The one processor whose libraries are looked into: they are the same program for each."""
    there = {match[1] for entry in entries if (match := _NATIVE.match(entry.name))}
    return next((each for each in _ARCHITECTURES if each in there), min(there, default=""))


def _entry(archive: Archive, entry: Entry, path: str, app: _App, chosen: str) -> None:
    found = app.found
    name = entry.name
    if _MANIFEST.match(name):
        data = _read(archive, entry, app, MANIFEST_MOST)
        if name == "AndroidManifest.xml":
            _binary_manifest(data, path, app)
        else:
            found.fact("module", name.partition("/")[0])
            tell(read_proto(data), path, found, app.manifest)
    elif _DEX.match(name):
        code.tell_code(_read(archive, entry, app), path, found, app.code, app.manifest)
    elif native := _NATIVE.match(name):
        found.fact("native_library", native[2])
        _engine(native[2], path, found)
        if native[1] == chosen:
            tell_hosts(hosts_of(_blocks(archive, entry, app), found.looks), path, found)
    elif _WIDE.search(name):
        tell_hosts(wide_hosts_of(_blocks(archive, entry, app), found.looks), path, found)
    elif _CONFIG.match(name) and entry.size <= CONFIG_MOST:
        _config(archive, entry, app)
    elif _TEXT.match(name):
        tell_hosts(hosts_of(_blocks(archive, entry, app), found.looks), path, found)
    elif _SETTINGS.match(name):
        tell_hosts(hosts_of(_blocks(archive, entry, app), found.looks, prose=frozenset()), path, found)
    elif name.endswith((".obb", ".jar")):
        found.say(path, "part_not_read", "この中は見ていません。コードが入っているかは別に確かめてください。",
                  "This wasn't looked into. See separately whether it has code in it.")  # fmt: skip


def _read(archive: Archive, entry: Entry, app: _App, most: int | None = None) -> bytes:
    data = archive.read(entry, most=most)
    app.found.left -= len(data)
    return data


def _blocks(archive: Archive, entry: Entry, app: _App) -> Iterator[bytes]:
    for block in archive.blocks(entry, most=TEXT_MOST):
        app.found.left -= len(block)
        yield block


def _binary_manifest(data: bytes, path: str, app: _App) -> None:
    try:
        elements: tuple[Element, ...] = tuple(read_axml(data))
    except ManifestRefused as refusal:
        try:
            elements = read_tolerantly(data)
        except ManifestRefused:
            # What came before the broken place still counts, and that the rest is missing is said.
            app.found.miss(path, refusal)
            elements = tuple(_until_refused(read_axml(data)))
        else:
            app.found.fact("manifest_unusual", str(refusal.fields["problem"]))
    tell(elements, path, app.found, app.manifest)


def _until_refused(elements: Iterator[Element]) -> Iterator[Element]:
    try:
        yield from elements
    except ManifestRefused:
        return


def _engine(library: str, path: str, found: Gathered) -> None:
    engine = _ENGINES.get(library)
    if engine is not None and engine not in found.values("engine"):
        found.fact("engine", engine)
        found.say(path, "code_not_in_dex",
                  f"アプリの本体は{engine}で作られています。その中のSDKは名前では分からず、ホスト名だけを見ています。",
                  f"The app's program is made with {engine}. SDKs in it aren't recognised by name; only hosts "
                  "were looked for.")  # fmt: skip


def _config(archive: Archive, entry: Entry, app: _App) -> None:
    """A file of res/xml, if it is the network security configuration."""
    app_configs = app.found
    if not app.manifest.security_config:
        return
    data = _read(archive, entry, app, CONFIG_MOST)
    root = cleartext.ROOT
    if root.encode() not in data and root.encode("utf-16-le") not in data:
        return
    elements = tuple(read_axml(data) if data[:2] == b"\x03\x00" else read_proto(data))
    if elements[0].name == root:
        app.config_read = True
        cleartext.tell_config(elements, app_configs)


def _part(archive: Archive, entry: Entry, path: str, app: _App, *, read_it: bool) -> None:
    """One split inside a bundle. A split inside a split is none that a device would install."""
    if not read_it:
        app.found.say(path, "part_not_read", "入れ子のAPKのため、中は見ていません。別に調べてください。",
                      "An APK within an APK, or one too many; it wasn't looked into. Scan it separately.")  # fmt: skip
        return
    with ExitStack() as stack:
        kept = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_KEPT))
        for block in archive.blocks(entry, most=PART_MOST):
            app.found.left -= len(block)
            kept.write(block)
        kept.seek(0)
        app.found.fact("part", path)
        _archive(kept, f"{path}/", path, app, top=False)  # type: ignore[arg-type]  # it reads and seeks as a file does
