"""Reads Apple's privacy manifest (PrivacyInfo.xcprivacy) by itself, as an SDK's maker publishes it."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Final

from sekisho.apps.evidence import Reading, Target, TargetKind
from sekisho.apps.readers.gathering import Gathered, usual_matcher
from sekisho.apps.readers.ios.manifests import mark_of, tell_manifest
from sekisho.apps.recipients import Matcher

BYTES_MOST: Final = 4 << 20
"""Bytes of a manifest; the largest that were seen have a few thousand."""
_BLOCK: Final = 1 << 20


def read(file: BinaryIO | bytes, *, name: str, matcher: Matcher | None = None) -> Reading:
    """What the manifest in ``file`` declares, all of it graded as declared.

    ``name`` is what people call it; where it is a path with a framework's or bundle's folder
    (``X.framework/PrivacyInfo.xcprivacy``), that says whose it is. Without one the pieces name no recipient. Never
    raises for what the file holds.
    """
    digest = hashlib.sha256()
    data = b""
    if isinstance(file, bytes):
        digest.update(file)
        data = file
    else:
        file.seek(0)
        while block := file.read(_BLOCK):
            digest.update(block)
            data = data + block if len(data) <= BYTES_MOST else data
    found = Gathered(usual_matcher() if matcher is None else matcher)
    if len(data) > BYTES_MOST:
        found.say(name, "privacy_manifest_too_large",
                  f"{BYTES_MOST}バイトを超えるため読みません。プライバシーマニフェストかどうか確かめてください。",
                  f"It has more than {BYTES_MOST} bytes and isn't read. See whether it is a privacy "
                  "manifest.")  # fmt: skip
    else:
        tell_manifest(data, name, found, mark_of(name, found.matcher))
    pieces, missing, facts = found.finished(name)
    target = Target(name=name, sha256=digest.hexdigest(), kind=TargetKind.PRIVACY_MANIFEST)
    return Reading(target=target, pieces=pieces, not_measured=missing, facts=facts)
