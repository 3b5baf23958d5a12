"""Cards with one thing wrong, most of them signed by the right key all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sekisho.contracts.evidence.residence_card.model import Objects, UnverifiedCard
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.fixtures.residence_card import authority, card, contents, hand_of, leaf, make
from tests.contracts.evidence.fixtures.state_pki import SIGNER_EXTENSIONS


def with_file(slug: str, name: str, change: Callable[[bytes], bytes]) -> UnverifiedCard:
    """A card one of whose files was changed as a whole after it was signed."""
    right = card(slug)
    return replace(right, files={**right.files, name: change(right.files[name])})


def reordered(slug: str, name: str, *order: str) -> UnverifiedCard:
    """A card one of whose files has its objects in another order, or some of them, or some twice."""
    values = contents(slug)
    return with_file(slug, name, lambda _: build.file_of(build.file_named(slug, name), values, order=order))


def relabelled(slug: str, a: str, b: str) -> UnverifiedCard:
    """Two tags exchanged and their values left where they were: what is signed stays the same bytes."""

    def exchange(data: bytes) -> bytes:
        tags = {bytes.fromhex(a): bytes.fromhex(b), bytes.fromhex(b): bytes.fromhex(a)}
        at, found = 0, b""
        while at < len(data):
            end = at + 2 + data[at + 1]
            found += tags.get(data[at : at + 1], data[at : at + 1]) + data[at + 1 : end]
            at = end
        return found

    return with_file(slug, "DF1/EF02", exchange)


def called(slug: str, code: str) -> UnverifiedCard:
    """A card that calls itself another type: the type isn't signed."""
    return with_file(slug, "MF/EF02", lambda _: build.tlv("C1", code.encode()))


def certified(slug: str, **other: object) -> UnverifiedCard:
    """A card whose certificate is made otherwise by its authority."""
    spec = build.DECLARED["cards"][slug]
    hand = hand_of(build.kind_of(build.layout_of(slug)))
    return make(slug, card_leaf=leaf(authority(spec["authority"]), hand, **other))


def with_certificate(slug: str, change: Callable[[bytes], bytes]) -> UnverifiedCard:
    """A card whose certificate's bytes were changed."""
    spec = build.DECLARED["cards"][slug]
    right = build.right_leaf(spec["authority"], build.kind_of(build.layout_of(slug)))
    return make(slug, card_leaf=change(right))


def by_key(slug: str, kind: str, **other: object) -> UnverifiedCard:
    """A card signed by another kind of key, which the card's authority certified."""
    spec = build.DECLARED["cards"][slug]
    hand = hand_of(kind, "of another kind")
    return make(slug, hand=hand, card_leaf=leaf(authority(spec["authority"]), hand, **other))


def by_authority_of(slug: str, other: str) -> UnverifiedCard:
    """A card whose certificate the authority of the other generation issued."""
    hand = hand_of(build.kind_of(build.layout_of(slug)))
    return make(slug, card_leaf=leaf(authority(other), hand))


def forged_authority(slug: str) -> UnverifiedCard:
    """A self-made authority with the real one's name and key identifier."""
    real = authority(build.DECLARED["cards"][slug]["authority"])
    kind = build.kind_of(build.layout_of(slug))
    fake = build.make_authority(real.name, hand_of(kind, "a forger"), first=build.LEAF_FIRST, last=build.LEAF_LAST)
    return make(slug, card_leaf=leaf(fake, hand_of(kind), issuer_public=real.hand.spki()))


def itself(slug: str) -> UnverifiedCard:
    """A certificate that its own key signed."""
    kind = build.kind_of(build.layout_of(slug))
    subject = authority(build.DECLARED["cards"][slug]["authority"]).name
    return make(
        slug,
        card_leaf=build.make_authority(
            subject, hand_of(kind), first=build.LEAF_FIRST, last=build.LEAF_LAST, extensions=SIGNER_EXTENSIONS
        ).certificate,
    )


def signed_over(slug: str, change: Callable[[bytes], bytes]) -> UnverifiedCard:
    """A signature by the right key over other bytes."""
    right = Objects(build.layout_of(slug), contents(slug)).signed()
    return make(slug, message=change(right))


def joined_without_filling(slug: str) -> UnverifiedCard:
    """The values joined as they are, without the zero bytes that the specification fills them up with."""
    values = contents(slug)
    parts = build.layout_of(slug).signed
    return make(slug, message=b"".join(values[tag] for part in parts for tag in part.tags))


def of_another(slug: str, other: str, *tags: str) -> UnverifiedCard:
    """Some objects of another holder's card."""
    theirs = contents(other)
    return make(slug, after={tag: theirs[tag] for tag in tags})


def flipped(data: bytes, at: int) -> bytes:
    """One bit otherwise."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def indefinite(certificate: bytes) -> bytes:
    """The certificate with its outermost length left open."""
    return b"\x30\x80" + certificate[4:] + b"\x00\x00"


def overlong(certificate: bytes) -> bytes:
    """The certificate with its outermost length in a byte more than it needs."""
    return b"\x30\x83\x00" + certificate[2:]


def without_type() -> UnverifiedCard:
    """A card whose type wasn't read."""
    return make("first-card", without=["MF/EF02"])
