"""Apple's privacy manifest (PrivacyInfo.xcprivacy) in its real dialects: what somebody declares to collect, for what,
and which hosts they track with.

Manifests in the wild have texts of their own instead of Apple's values, lists where Apple has one value and the other
way round, and truth as words. What they mean is taken where there is only one meaning; each oddity is told. What isn't
one of Apple's values stays in ``words`` and means no information.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sekisho.apps.evidence import Grade, Piece, Place
from sekisho.apps.items import ITEMS
from sekisho.apps.purposes import PURPOSES
from sekisho.apps.readers.gathering import Gathered
from sekisho.apps.readers.ios.errors import PlistRefused
from sekisho.apps.readers.ios.plist import read_plist
from sekisho.apps.recipients import Matcher
from sekisho.apps.recipients.domains import as_host, is_host

FILE_NAME: Final = "PrivacyInfo.xcprivacy"
ROWS_MOST: Final = 1_000
_TYPE: Final = "NSPrivacyCollectedDataType"
_PURPOSE: Final = "NSPrivacyCollectedDataTypePurpose"
_ABOUT_ALL: Final = {"DeviceID": "device_id", "UserID": "account_id", "EmailsOrTextMessages": "messages",
                     "OtherUserContactInfo": "other_personal"}  # fmt: skip
"""Apple's values that stand for several of ours: the one that is nearest to Apple's words."""
_BROAD: Final = {"Analytics": "analytics", "AppFunctionality": "function", "ThirdPartyAdvertising": "advertising",
                 "Other": "other"}  # fmt: skip
_APPLE_ITEMS: Final = {
    name.lower(): slug
    for slug, item in reversed(tuple(ITEMS.items()))
    for name in item.apple
} | {name.lower(): slug for name, slug in _ABOUT_ALL.items()}  # fmt: skip
_APPLE_PURPOSES: Final = {
    name.lower(): slug for slug, purpose in reversed(tuple(PURPOSES.items())) for name in purpose.apple
} | {name.lower(): slug for name, slug in _BROAD.items()}
_NOT_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_BUNDLE: Final = re.compile(r"([^/]+)\.(framework|xcframework|bundle|app|appex)(?=/|\Z)")


def tell_manifest(data: bytes, path: str, found: Gathered, mark: str | None) -> None:
    """Adds what a privacy manifest declares; ``mark`` is the framework's whose it is, ``None`` for the app itself."""
    try:
        read = read_plist(data)
    except PlistRefused as error:
        found.miss(path, error)
        return
    odd = _Odd(found, path)
    for problem in read.problems:
        odd.say(problem)
    root = read.root
    if isinstance(root, list) and len(root) == 1:
        odd.say("root")
        root = root[0]
    if not isinstance(root, dict):
        odd.say("root")
        return
    known = {"NSPrivacyTracking", "NSPrivacyTrackingDomains", "NSPrivacyCollectedDataTypes",
             "NSPrivacyAccessedAPITypes"}  # fmt: skip
    if not known & root.keys():
        odd.say("keys")
    tracking = _truth(root.get("NSPrivacyTracking"), "NSPrivacyTracking", odd)
    found.fact("privacy_manifest", path)
    found.fact("privacy_manifest_tracking", f"{path}={'unsaid' if tracking is None else str(tracking).lower()}")
    hosts = _domains(root.get("NSPrivacyTrackingDomains"), odd)
    for host in hosts:
        found.piece(Piece(grade=Grade.DECLARED, place=Place(path=path), host=host, words="NSPrivacyTrackingDomains"))
    if tracking and not hosts:
        odd.say("NSPrivacyTrackingDomains")
    for row in _rows(root.get("NSPrivacyCollectedDataTypes"), "NSPrivacyCollectedDataTypes", odd):
        _collected(row, path, found, mark, odd)
    for row in _rows(root.get("NSPrivacyAccessedAPITypes"), "NSPrivacyAccessedAPITypes", odd):
        kind = row.get("NSPrivacyAccessedAPIType")
        reasons = [each for each in _list(row.get("NSPrivacyAccessedAPITypeReasons")) if isinstance(each, str)]
        if isinstance(kind, str):
            found.fact("accessed_api", f"{path}: {kind.removeprefix('NSPrivacyAccessedAPICategory')} "
                       f"{' '.join(reasons)}".strip())  # fmt: skip
        else:
            odd.say("NSPrivacyAccessedAPIType")


class _Odd:
    """Oddities of one manifest, each told once."""

    def __init__(self, found: Gathered, path: str) -> None:
        self._found, self._path = found, path

    def say(self, what: str) -> None:
        self._found.say(
            self._path, "privacy_manifest_odd",
            f"プライバシーマニフェストの「{what[:100]}」がAppleの書式どおりでないため、申告の一部を読めないおそれがあります。"
            "提供元に修正を依頼してください。",
            f"In the privacy manifest {what[:100]!r} isn't as Apple has it, so a part of what is declared may be "
            "missing here. Ask its maker to correct it.",
        )  # fmt: skip


def _truth(value: Any, name: str, odd: _Odd) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    odd.say(name)
    if isinstance(value, int):
        return bool(value)
    if isinstance(value, str):
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.lower().strip())
    return None


def _list(value: Any) -> list[Any]:
    return value[:ROWS_MOST] if isinstance(value, list) else [] if value is None else [value]


def _rows(value: Any, name: str, odd: _Odd) -> Iterator[Mapping[str, Any]]:
    """The rows of a list of dictionaries; one row alone, and a plain value in a row's place, are taken for a row."""
    if value is not None and not isinstance(value, list):
        odd.say(name)
    for row in _list(value):
        if isinstance(row, dict):
            yield row
        elif isinstance(row, str) and name == "NSPrivacyCollectedDataTypes":
            odd.say(name)
            yield {_TYPE: row}
        else:
            odd.say(name)


def _domains(value: Any, odd: _Odd) -> tuple[str, ...]:
    if value is not None and not isinstance(value, list):
        odd.say("NSPrivacyTrackingDomains")
    hosts = []
    for each in _list(value):
        text = each.strip() if isinstance(each, str) else ""
        host = as_host(text)
        if not is_host(host):
            odd.say(f"NSPrivacyTrackingDomains: {text}")
            try:
                host = as_host(urlsplit(text if "//" in text else f"//{text}").hostname or "")
            except ValueError:
                continue
            host = host.removeprefix("*.")
        if is_host(host):
            hosts.append(host)
    return tuple(dict.fromkeys(hosts))


def _slug(value: str, prefix: str, table: Mapping[str, str]) -> str | None:
    """Apple's value with or without its prefix, spaces or capitals; another's words mean nothing here."""
    return table.get(_NOT_LETTERS.sub("", value.strip().lower().removeprefix(prefix.lower())))


def _collected(row: Mapping[str, Any], path: str, found: Gathered, mark: str | None, odd: _Odd) -> None:
    kinds = [each for each in _list(row.get(_TYPE)) if isinstance(each, str)]
    if len(kinds) != 1 or not isinstance(row.get(_TYPE), str):
        odd.say(_TYPE)
    linked = _truth(row.get(f"{_TYPE}Linked"), f"{_TYPE}Linked", odd)
    tracked = _truth(row.get(f"{_TYPE}Tracking"), f"{_TYPE}Tracking", odd)
    given = row.get(f"{_TYPE}Purposes")
    if given is not None and not isinstance(given, list):
        odd.say(f"{_TYPE}Purposes")
    purposes: list[str | None] = []
    for each in _list(given):
        purpose = _slug(each, _PURPOSE, _APPLE_PURPOSES) if isinstance(each, str) else None
        if purpose is None:
            odd.say(f"{_TYPE}Purposes: {each}" if isinstance(each, str) else f"{_TYPE}Purposes")
        else:
            purposes.append(purpose)
    for kind in kinds:
        information = _slug(kind, _TYPE, _APPLE_ITEMS)
        if information is None:
            odd.say(f"{_TYPE}: {kind}")
        said = [kind[:120], *(name for name, value in (("linked", linked), ("tracking", tracked)) if value)]
        for purpose in purposes or [None]:
            found.piece(Piece(grade=Grade.DECLARED, place=Place(path=path), signature=mark, information=information,
                              purpose=purpose, words=" ".join(said)))  # fmt: skip


def mark_of(path: str, matcher: Matcher) -> str | None:
    """Whose manifest or program lies at ``path``: the nearest framework's or bundle's name; ``None`` for the app's own.

    Package managers name a library's bundle after it with something added (``FirebaseCore_Privacy``, ``Pod_Target``):
    the part that is known is taken, else the whole.
    """
    bundles = _BUNDLE.findall(path.rpartition("/")[0])
    if not bundles or bundles[-1][1] in {"app", "appex"}:
        return None
    name: str = bundles[-1][0]
    parts = [name, name.removesuffix("_Privacy"), name.removesuffix("Privacy").rstrip("_"), name.removesuffix(
        "PrivacyInfo").rstrip("_"), name.partition("_")[2], name.partition("_")[0]]  # fmt: skip
    return next((each for each in parts if each and matcher.ios_symbol(each) is not None), name)
