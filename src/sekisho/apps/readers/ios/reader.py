"""From an IPA to a reading: property lists, privacy manifests, frameworks, programs and what is in them.

What isn't read is said, above all a main program that the App Store encrypted: from what isn't found in it nothing
follows.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO, Final

from sekisho.apps.archive import Archive, ArchiveRefused, Entry, EntryRefused, Limits
from sekisho.apps.archive.zip_file import shown_name
from sekisho.apps.evidence import Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.readers.gathering import Gathered, tell_hosts, usual_matcher
from sekisho.apps.readers.hosts import HostSeen, urls_in
from sekisho.apps.readers.ios.errors import PlistRefused, ProgramRefused
from sekisho.apps.readers.ios.info import tell_entitlements, tell_info
from sekisho.apps.readers.ios.manifests import FILE_NAME, mark_of, tell_manifest
from sekisho.apps.readers.ios.plist import read_plist
from sekisho.apps.readers.ios.program import (
    Program,
    clear_parts,
    entitlements_in,
    is_program,
    names_in,
    read_program,
)
from sekisho.apps.readers.streaming import hosts_of
from sekisho.apps.recipients import Matcher

PLIST_MOST: Final = 8 << 20
PROGRAM_MOST: Final = 256 << 20
"""Bytes of one program, which is kept in memory while it is read."""
_BLOCK: Final = 1 << 20
_APP: Final = re.compile(r"(?:Payload/)?[^/]+\.app/")
_BUNDLE: Final = re.compile(r"(?:.*/)?([^/]+)\.(app|appex|framework)/\Z", re.DOTALL)
_TEXT: Final = re.compile(r".*\.(?:js|mjs|json|html?|jsbundle|txt|css)\Z", re.DOTALL)
_LINKED: Final = {
    "AdSupport": "advertising_id", "AppTrackingTransparency": "advertising_id", "CoreLocation": "precise_location",
    "Contacts": "contacts", "ContactsUI": "contacts", "AddressBook": "contacts", "HealthKit": "health",
    "EventKit": "calendar", "CoreTelephony": "carrier", "Photos": "photos_videos", "CoreMotion": "health",
}  # fmt: skip
"""The system's frameworks that give information; that one is linked says only that code for it is there."""
_SELECTORS: Final = {b"\0identifierForVendor\0": "device_id", b"\0advertisingIdentifier\0": "advertising_id"}
_ENGINES: Final = {"Flutter": "Flutter", "UnityFramework": "Unity", "hermes": "React Native", "React": "React Native"}


class _App:
    def __init__(self, matcher: Matcher) -> None:
        self.found = Gathered(matcher)
        self.info_read = False
        self.program_read = False
        self.executables: set[str] = set()


def read(file: BinaryIO | bytes, *, name: str, matcher: Matcher | None = None) -> Reading:
    """The reading of the IPA in ``file``, bytes or an open file that can be sought; ``name`` is what people call it.

    ``matcher`` says which marks are a recipient's; the knowledge base that is given out, unless another is given.
    Never raises for what the file holds. Looks at no network, decrypts nothing, checks no signature, runs nothing.
    """
    if isinstance(file, bytes):
        file = io.BytesIO(file)
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
    app = _App(usual_matcher() if matcher is None else matcher)
    found = app.found
    _archive(file, name, app)
    if not app.info_read:
        found.say(name, "no_info_read", "アプリのInfo.plistを読めませんでした。IPAかどうか確かめてください。",
                  "The app's Info.plist couldn't be read. See whether this is an IPA.")  # fmt: skip
    if not app.program_read:
        found.say(name, "no_code_read", "アプリ本体の実行ファイルを読めませんでした。含まれるSDKは分かりません。",
                  "The app's program couldn't be read. Which SDKs are in it isn't known.")  # fmt: skip
    pieces, missing, facts = found.finished(name)
    target = Target(name=name, sha256=digest.hexdigest(), kind=TargetKind.IOS)
    return Reading(target=target, pieces=pieces, not_measured=missing, facts=facts)


def _archive(file: BinaryIO, name: str, app: _App) -> None:
    found = app.found
    try:
        archive = Archive(file, limits=Limits(total_bytes=found.left))
    except ArchiveRefused as error:
        found.miss(name, error)
        return
    # Property lists first: they say which files are programs.
    for entry in sorted(archive.entries, key=lambda each: not each.name.endswith("/Info.plist")):
        if not _APP.match(entry.name):
            continue
        path = shown_name(entry.name)
        try:
            _entry(archive, entry, path, app)
        except (EntryRefused, PlistRefused, ProgramRefused) as error:
            found.miss(path, error)
    for refused in archive.refused:
        found.miss(str(refused.fields["entry"]), refused)
    for odd in archive.oddities:
        found.say(odd.entry or name, odd.kind.value,
                  "zipの作りが通常と違い、端末では別の内容に見えるおそれがあります。作成元に確かめてください。",
                  "The archive is made unusually; a device may see something else. Ask who made it.")  # fmt: skip


def _entry(archive: Archive, entry: Entry, path: str, app: _App) -> None:
    found = app.found
    folder, slash, base = entry.name.rpartition("/")
    bundle = _BUNDLE.match(folder + slash)
    if base == "Info.plist" and bundle is not None:
        _info(read_plist(_read(archive, entry, app, PLIST_MOST)).root, path, folder, bundle, app)
    elif base == FILE_NAME:
        tell_manifest(_read(archive, entry, app, PLIST_MOST), path, found, mark_of(entry.name, found.matcher))
    elif base == "archived-expanded-entitlements.xcent" or base.endswith(".xcent"):
        _entitlements(read_plist(_read(archive, entry, app, PLIST_MOST)).root, found)
    elif base == "embedded.mobileprovision":
        _profile(_read(archive, entry, app, PLIST_MOST), found)
    elif base == "GoogleService-Info.plist":
        found.piece(Piece(grade=Grade.EMBEDDED, place=Place(path=path), signature="FirebaseCore", words=base))
        tell_hosts(hosts_of(_blocks(archive, entry, app), found.looks, prose=frozenset()), path, found)
    elif entry.name in app.executables or (bundle is not None and base == bundle[1]) or base.endswith(".dylib"):
        data = _read(archive, entry, app, PROGRAM_MOST)
        own = bundle is not None and bundle[2] == "app" and folder.count(".app") == 1
        if is_program(data):
            _program(data, path, app, own=own)
        else:
            raise ProgramRefused(problem="magic")
    elif base.endswith(".plist"):
        tell_hosts(hosts_of(_blocks(archive, entry, app), found.looks, prose=frozenset()), path, found)
    elif _TEXT.match(base):
        tell_hosts(hosts_of(_blocks(archive, entry, app), found.looks), path, found)


def _read(archive: Archive, entry: Entry, app: _App, most: int) -> bytes:
    data = archive.read(entry, most=most)
    app.found.left -= len(data)
    return data


def _blocks(archive: Archive, entry: Entry, app: _App) -> Iterator[bytes]:
    for block in archive.blocks(entry):
        app.found.left -= len(block)
        yield block


def _info(root: Any, path: str, folder: str, bundle: re.Match[str], app: _App) -> None:
    found = app.found
    of = root if isinstance(root, dict) else {}
    program = of.get("CFBundleExecutable")
    if isinstance(program, str) and "/" not in program:
        app.executables.add(f"{folder}/{program}")
    identifier = of.get("CFBundleIdentifier")
    shown = identifier if isinstance(identifier, str) else bundle[1]
    if bundle[2] == "framework":
        version = of.get("CFBundleShortVersionString")
        _framework(bundle[1], version if isinstance(version, str) else "", path, found)
    elif bundle[2] == "appex" or folder.count(".app") > 1:
        found.fact("extension", shown)
    else:
        app.info_read = True
        tell_info(root, path, found)


def _framework(name: str, version: str, path: str, found: Gathered) -> None:
    found.fact("framework", f"{name} {version}".strip())
    if found.matcher.ios_symbol(name) is not None:
        found.piece(Piece(grade=Grade.EMBEDDED, place=Place(path=path), signature=name,
                          words=f"framework {name} {version}".strip()))  # fmt: skip
    engine = _ENGINES.get(name)
    if engine is not None and engine not in found.values("engine"):
        found.fact("engine", engine)
        found.say(path, "code_of_engine",
                  f"アプリの本体は{engine}で作られています。その中のSDKは名前では分からず、ホスト名だけを見ています。",
                  f"The app's program is made with {engine}. SDKs in it aren't recognised by name; only hosts "
                  "were looked for.")  # fmt: skip


def _entitlements(root: Any, found: Gathered) -> None:
    if isinstance(root, dict):
        tell_entitlements(root, found)


def _profile(data: bytes, found: Gathered) -> None:
    """A provisioning profile: a signed message with a property list in it, whose signature isn't checked here."""
    begin, end = data.find(b"<?xml"), data.rfind(b"</plist>")
    if begin < 0 or end < begin:
        raise PlistRefused(problem="no_beginning")
    root = read_plist(data[begin : end + 8]).root
    if isinstance(root, dict):
        _entitlements(root.get("Entitlements"), found)
        kind = "enterprise" if root.get("ProvisionsAllDevices") else "devices" if "ProvisionedDevices" in root else ""
        found.fact("provisioned", kind or "store")


def _program(data: bytes, path: str, app: _App, *, own: bool) -> None:
    found = app.found
    program = read_program(data)
    _linked(program, path, found)
    if own:
        app.program_read = True
        _entitlements(entitlements_in(data, program), found)
    if program.encrypted is not None:
        found.fact("encrypted_program", path)
        found.say(path, "program_encrypted",
                  "実行ファイルがApp Storeの暗号化（FairPlay）を受けているため、中のコードは見ていません。"
                  "配布前のビルド（Xcodeで書き出したIPA）を調べてください。",
                  "The program is encrypted by the App Store (FairPlay), so its code wasn't looked at. Scan the build "
                  "from before its release (an IPA exported by Xcode).")  # fmt: skip
    known: set[str] = set()
    for name, offset in names_in(data, program):
        if name not in known and found.matcher.ios_symbol(name) is not None:
            known.add(name)
            found.piece(Piece(grade=Grade.EMBEDDED, place=Place(path=path, offset=offset), signature=name,
                              words=f"class or module {name}"))  # fmt: skip
    hosts: Iterable[HostSeen] = ()
    for begin, end in clear_parts(program):
        hosts = chain(hosts, urls_in(data, found.looks, begin, end))
        for selector, information in _SELECTORS.items():
            at = data.find(selector, begin, end)
            if at >= 0:
                found.access(path, information, selector.strip(b"\0").decode("ascii"), at + 1)
    tell_hosts(hosts, path, found)


def _linked(program: Program, path: str, found: Gathered) -> None:
    for library in program.libraries:
        name = library.rpartition("/")[2].removesuffix(".dylib")
        system = library.startswith(("/System/", "/usr/lib/"))
        if system and name in _LINKED:
            found.access(path, _LINKED[name], f"linked {name}.framework")
        if system and name == "DeclaredAgeRange":
            found.fact("declared_age_range_linked", "true")
        if not system and found.matcher.ios_symbol(name) is not None:
            found.piece(Piece(grade=Grade.EMBEDDED, place=Place(path=path), signature=name, words=f"linked {name}"))
