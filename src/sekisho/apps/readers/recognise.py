"""What a file is, by how it begins and what it is called. What both don't tell stays unknown; nothing is guessed.

A zip is told by what its local headers at the beginning name, or by the name's ending: an APK, an AAB, an XAPK and an
IPA are all zips. JSON is told by the members that only one kind has.
"""

from __future__ import annotations

import re
from typing import Final

from sekisho.apps.evidence import TargetKind

HEAD: Final = 64 * 1024
"""Bytes that are enough to tell."""

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PCAP: Final = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1", b"\x0a\x0d\x0d\x0a")
_ENDINGS: Final = {
    ".apk": TargetKind.ANDROID, ".aab": TargetKind.ANDROID, ".xapk": TargetKind.ANDROID, ".apks": TargetKind.ANDROID,
    ".apkm": TargetKind.ANDROID, ".ipa": TargetKind.IOS,
}  # fmt: skip
_TNETSTRING: Final = re.compile(rb"\d{1,9}:\d{1,9}:")
_LISTED: Final = re.compile(rb'"(?:category|data_protections)"\s*:')
_RATING: Final = re.compile(rb'"(?:ageRatingDeclarations|kidsAgeBand|unrestrictedWebAccess|gamblingSimulated|'
                            rb'matureOrSuggestiveThemes|messagingAndChat)"')  # fmt: skip
_INSPECTION: Final = re.compile(rb'"(?:uri_dest|uri_ins)"\s*:')
_HAR: Final = re.compile(rb'^\s*\{\s*"log"\s*:')
_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|h1|meta)\b", re.IGNORECASE)
_TEXTS: Final = (".txt", ".md", ".html", ".htm", ".xhtml")
_PICTURES: Final = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_PLAY: Final = "Question ID (machine readable)"


def recognise(head: bytes, name: str) -> TargetKind | None:
    """What a file is whose beginning is ``head`` (:data:`HEAD` bytes are enough) and whose name is ``name``.

    A file of a kind by its name that doesn't begin so is of that kind all the same where the name can mean nothing
    else: its reader says what is wrong with it. A PDF or a picture is a policy that can't be read as text.
    """
    low = name.lower()
    ending = next((kind for each, kind in _ENDINGS.items() if low.endswith(each)), None)
    if ending is not None:
        return ending
    if head.startswith(_ZIP):
        return _in_zip(head)
    if head.startswith(_PCAP):
        return TargetKind.PCAP
    if low.endswith(".xcprivacy"):
        return TargetKind.PRIVACY_MANIFEST
    if head.startswith(b"bplist") or b"<plist" in head[:2048]:
        return TargetKind.PRIVACY_MANIFEST if b"NSPrivacy" in head else None
    if head.startswith(_PICTURES):
        return TargetKind.POLICY
    if _TNETSTRING.match(head) is not None and (b"version" in head or low.endswith((".flow", ".flows", ".mitm"))):
        return TargetKind.FLOWS
    return _text(head, low)


def _in_zip(head: bytes) -> TargetKind | None:
    if b"Payload/" in head:
        return TargetKind.IOS
    if b"AndroidManifest.xml" in head or b"classes.dex" in head or b".apk" in head:
        return TargetKind.ANDROID
    return None


def _text(head: bytes, low: str) -> TargetKind | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"["):
        kind = _json(text, low)
        if kind is not None or not low.endswith(_TEXTS):
            return kind
    if low.endswith(".har"):
        return TargetKind.HAR
    if _PLAY.encode() in head[:1024] or _PLAY.encode("utf-16-le") in head[:2048]:
        return TargetKind.PLAY_DATA_SAFETY
    if b"\x00" in head[:1024]:
        return None
    if low.endswith(_TEXTS) or _HTML.search(head[:4096]) is not None:
        return TargetKind.POLICY
    return None


def _json(text: bytes, low: str) -> TargetKind | None:
    if low.endswith(".har") or _HAR.match(text) is not None:
        return TargetKind.HAR
    if _INSPECTION.search(text) is not None or low.endswith("inspection.json"):
        return TargetKind.EVIDENCE_COLLECTOR
    if _RATING.search(text) is not None or (text.startswith(b"[") and _LISTED.search(text) is not None):
        return TargetKind.AGE_RATING
    return None
