"""What a page of a policy or notice says, as far as rules read it. Pure.

A page that can't be read as text (a PDF, a picture, a login, a page of scripts) is not measured, with the reason; so is
one that says nothing of sending, since the notice may be another page. Of what was read in part, nothing is missing for
certain: ``read_whole`` is false wherever a sentence about sending wasn't understood.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from sekisho.apps.evidence import NotMeasured, Reading, Target, TargetKind
from sekisho.apps.law.facts import Fact, Known, Notice, OptOut, Unmeasured
from sekisho.apps.law.plain import is_japanese, jargon_in
from sekisho.apps.law.rows import merged
from sekisho.apps.policy.blocks import Page
from sekisho.apps.policy.content import READ_MOST, Content, decoded, what_it_is
from sekisho.apps.policy.gaps import elsewhere, gap, no_page, nothing_said
from sekisho.apps.policy.gathered import Gathered, gathered
from sekisho.apps.policy.markup import looks_like_markup
from sekisho.apps.policy.names import Names, shipped_names
from sekisho.apps.policy.page import page_of
from sekisho.apps.policy.plaintext import text_page
from sekisho.apps.recipients import Matcher

SHOWN_MOST: Final = 20
"""Sentences that weren't understood and are named in the reading's facts."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRead:
    """One page: what it declares, its notice and its opt-out, each with why not where it couldn't be read."""

    reading: Reading
    notice: Fact[Notice]
    opt_out: Fact[OptOut]


def read(
    data: BinaryIO | bytes, *, name: str, matcher: Matcher | None = None, own: tuple[str, ...] = ()
) -> PolicyRead:
    """The page. ``matcher`` knows the recipients' names, the shipped ones unless another is given; ``own`` are names of
    the operator beyond those that the page itself says (以下「当社」).

    Reads :data:`~sekisho.apps.policy.content.READ_MOST` bytes. Raises nothing for what the page holds.
    """
    content, sha256, longer = _bytes(data)
    target = Target(name=name, sha256=sha256, kind=TargetKind.POLICY)
    what = what_it_is(content)
    if what is not None:
        return _unread(target, gap(name, f"policy_{what}"))
    text = decoded(content)
    if text is None:
        return _unread(target, gap(name, "policy_encoding"))
    page = page_of(text.text) if looks_like_markup(text.text) else text_page(text.text)
    reason = no_page(page)
    if reason is not None:
        return _unread(target, gap(name, reason))
    names = shipped_names() if matcher is None else Names(matcher)
    return _made(target, page, text, gathered(page, names, own, name), longer)


def _bytes(data: BinaryIO | bytes) -> tuple[bytes, str, bool]:
    """The bytes that are read, the hash of all of them, and whether there are more."""
    if isinstance(data, bytes):
        return data[:READ_MOST], hashlib.sha256(data).hexdigest(), len(data) > READ_MOST
    content = data.read(READ_MOST)
    digest = hashlib.sha256(content)
    longer = False
    while block := data.read(_BLOCK):
        longer = True
        digest.update(block)
    return content, digest.hexdigest(), longer


def _unread(target: Target, why: NotMeasured) -> PolicyRead:
    return PolicyRead(
        reading=Reading(target=target, pieces=(), not_measured=(why,)),
        notice=Unmeasured.of(why), opt_out=Unmeasured.of(why),
    )  # fmt: skip


def _made(target: Target, page: Page, text: Content, found: Gathered, longer: bool) -> PolicyRead:
    name = target.name
    gaps = [gap(name, reason) for reason, there in (("policy_cut", page.cut or longer or found.cut),
            ("policy_broken_text", text.broken), ("policy_part_hidden", bool(page.hidden))) if there]  # fmt: skip
    more = elsewhere(page)
    if more:
        gaps.append(gap(name, "policy_points_elsewhere", more=more))
    if found.unread:
        gaps.append(gap(name, "policy_not_understood", more=str(len(found.unread))))
    whole = not gaps
    if found.speaks:
        notice: Fact[Notice] = Known(
            Notice(rows=merged(found.rows), read_whole=whole, japanese=is_japanese(found.text),
                   jargon=jargon_in(found.plain_text), denied=tuple(found.denied)),
            found.places,
        )  # fmt: skip
    else:
        gaps.append(gap(name, nothing_said(page)))
        notice = Unmeasured.of(gaps[-1])
    stopping = found.stopping.result(read_whole=whole and not found.rows)
    opt_out: Fact[OptOut] = (
        Unmeasured.of(gap(name, "policy_no_opt_out")) if stopping is None else Known(stopping, found.places)
    )
    facts = (
        ("encoding", text.encoding),
        ("statements", str(found.statements)),
        ("not_understood", str(len(found.unread))),
        ("tells", " ".join(sorted(found.kinds))),
        *(("not_understood_words", each) for each in found.unread[:SHOWN_MOST]),
        *(("vague_words", each) for each in found.vague[:SHOWN_MOST]),
    )
    return PolicyRead(
        reading=Reading(target=target, pieces=tuple(found.pieces), not_measured=tuple(gaps), facts=facts),
        notice=notice, opt_out=opt_out,
    )  # fmt: skip
