"""What a page of a policy or notice says, as far as it is read. Pure.

No rules read such pages yet: each is told as not measured, with its hash, so that nothing is concluded from a page that
nobody read. What somebody at the operator confirmed of a notice comes in by ``sekisho app notice``'s entries.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sekisho.apps.evidence import NotMeasured, Place, Reading, Target, TargetKind
from sekisho.apps.law.facts import Fact, Notice, OptOut, Unmeasured

_JA: Final = "ポリシー・公表のページの読み取りには、まだ対応していません。人が見て、質問票で答えてください。"
_EN: Final = "Pages of policies and notices aren't read yet. Look at it, and answer the questionnaire."


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRead:
    """One page: what it declares, its notice and its opt-out, each with why not where it couldn't be read."""

    reading: Reading
    notice: Fact[Notice]
    opt_out: Fact[OptOut]


def read(data: bytes, *, name: str) -> PolicyRead:
    """The page as a target that wasn't measured. Raises nothing for what it holds."""
    gap = NotMeasured(place=Place(path=name), reason="policy_not_read", ja=_JA, en=_EN)
    target = Target(name=name, sha256=hashlib.sha256(data).hexdigest(), kind=TargetKind.POLICY)
    return PolicyRead(
        reading=Reading(target=target, pieces=(), not_measured=(gap,)),
        notice=Unmeasured.of(gap), opt_out=Unmeasured.of(gap),
    )  # fmt: skip
