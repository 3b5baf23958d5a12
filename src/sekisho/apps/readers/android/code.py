"""What the code of an Android app tells: recipients' packages, what it asks the system for, hosts in its strings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from sekisho.apps.evidence import Grade, Piece, Place
from sekisho.apps.readers.android.dex import Dex, read_dex
from sekisho.apps.readers.android.manifest import ManifestSeen
from sekisho.apps.readers.android.permissions import ACCESSED_CLASSES, ACCESSES, AGE_SIGNALS, CHILD_MARKS
from sekisho.apps.readers.gathering import Gathered, tell_hosts
from sekisho.apps.readers.hosts import urls_in, whole_strings_in

_SHORT_SHARE: Final = 0.2
"""From this share of classes with names of one or two letters on, names are said to be replaced."""
_MISSING_SHARE: Final = 0.3
"""From this share of components on that no code was found for, code is said to be elsewhere."""


@dataclass(slots=True)
class CodeSeen:
    """What was counted over all DEX files of an app."""

    files: int = 0
    classes: int = 0
    short: int = 0
    minified: bool = False
    defined: set[str] = field(default_factory=set)
    libraries: set[str] = field(default_factory=set)


def tell_code(data: bytes, path: str, found: Gathered, seen: CodeSeen, manifest: ManifestSeen) -> None:
    """Adds what one DEX file tells. Raises :class:`~sekisho.apps.readers.android.errors.DexRefused`."""
    dex = read_dex(data, asked=frozenset(manifest.components | ACCESSED_CLASSES))
    seen.files += 1
    seen.classes += dex.classes
    seen.short += dex.short
    seen.defined |= dex.defined
    if dex.broken:
        found.say(path, "dex_rows_broken", f"DEXの表の{dex.broken}行がファイルの外などを指していて読めません。",
                  f"{dex.broken} rows of the DEX file's tables lead nowhere and couldn't be read.")  # fmt: skip
    _packages(dex, path, found, seen)
    for access in ACCESSES:
        named = dex.defined if access.name in dex.defined else dex.referred
        called = access.methods & dex.referred.get(access.name, frozenset())
        if access.name in named and (called or not access.methods) and (not access.text or access.text in data):
            words = ", ".join(f"{access.name}.{each}" for each in sorted(called)) or access.name
            found.access(path, access.information, words)
    for mark in CHILD_MARKS:
        if data.find(mark + b"\0", dex.start, dex.end) >= 0:
            found.fact("child_setting_in_code", mark.decode("ascii"))
    _compiler(dex, found, seen)
    whole = whole_strings_in(data, found.looks, dex.start, dex.end, lengths=True)
    tell_hosts(chain(whole, urls_in(data, found.looks, dex.start, dex.end)), path, found)


def _packages(dex: Dex, path: str, found: Gathered, seen: CodeSeen) -> None:
    """One piece for each recipient's mark, at the first of its classes; other packages are counted by library."""
    marks: dict[str, tuple[int, str]] = {}
    for package, offset in dex.packages.items():
        if package == AGE_SIGNALS or package.startswith(AGE_SIGNALS + "."):
            found.fact("age_signals_library", "true")
        known = found.matcher.android_class(package)
        if known is not None:
            marks[known.mark] = min((offset, package), marks.get(known.mark, (offset, package)))
        elif "." in package and max(map(len, (parts := package.split(".")[:3]))) > 2:
            seen.libraries.add(".".join(parts))
    for mark, (offset, package) in sorted(marks.items(), key=lambda each: each[1]):
        found.piece(Piece(grade=Grade.EMBEDDED, place=Place(path=path, offset=offset), signature=mark,
                          words=f"package {package}"[:300]))  # fmt: skip


def _compiler(dex: Dex, found: Gathered, seen: CodeSeen) -> None:
    """R8 and D8 leave a line about themselves among the strings; R8 names its map of names there, if it made one."""
    if not dex.compiler:
        return
    try:
        of = json.loads(dex.compiler[4:])
    except (ValueError, RecursionError):
        return
    if isinstance(of, dict):
        seen.minified = seen.minified or (dex.compiler.startswith("~~R8") and bool(of.get("pg-map-id")))
        found.fact("compiler", f"{dex.compiler[2:4]} {str(of.get('version', ''))[:40]}".strip())


def conclude(name: str, found: Gathered, seen: CodeSeen, manifest: ManifestSeen) -> None:
    """Says what the code doesn't show: replaced names, code that is elsewhere, none at all."""
    found.fact("dex_files", str(seen.files))
    found.fact("classes", str(seen.classes))
    for library in sorted(seen.libraries)[:2000]:
        found.fact("library", library)
    share = seen.short / seen.classes if seen.classes else 0.0
    if share >= _SHORT_SHARE or seen.minified:
        found.fact("names_replaced", f"{share:.0%}")
        found.say(name, "names_replaced",
                  "クラスの名前が難読化されています（R8等）。見つからないSDKがあっても、無いとは言えません。"
                  "難読化前のビルドか通信の記録でも確かめてください。",
                  "Names of classes were replaced (R8 or the like). An SDK that isn't found here may still be there. "
                  "Scan a build without it, or recorded traffic, as well.")  # fmt: skip
    if not seen.files:
        found.say(name, "no_code_read", "DEXを1つも読めませんでした。含まれるSDKは分かりません。",
                  "No DEX file could be read. Which SDKs are in the app isn't known.")  # fmt: skip
    missing = manifest.components - seen.defined
    if seen.files and len(missing) >= 3 and len(missing) >= _MISSING_SHARE * len(manifest.components):
        found.say(name, "components_without_code",
                  f"マニフェストにある部品{len(manifest.components)}件のうち{len(missing)}件のコードがありません。"
                  "実行時に読み込まれるコード（保護ツール等）や別のAPKにあると考えられ、その中は見ていません。",
                  f"Of {len(manifest.components)} components in the manifest, {len(missing)} have no code here. It may "
                  "be loaded when the app runs (packers) or lie in another APK, and wasn't looked at.")  # fmt: skip
