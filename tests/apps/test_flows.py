"""Flows: pieces of all readings of one service put together by who, what and what for."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.flows import flows_of
from sekisho.apps.recipients import shipped

KNOWN = shipped()
OWN = ("shop.example",)


def reading(kind: TargetKind, *pieces: Piece, name: str = "x") -> Reading:
    """A reading of one target."""
    return Reading(target=Target(name=name, sha256="00", kind=kind), pieces=pieces)


def piece(grade: Grade, **given_: str | None) -> Piece:
    """A piece at a place."""
    return Piece(grade=grade, place=Place(path="request 1"), **given_)  # type: ignore[arg-type]  # only texts


def test_grades_of_one_flow_stay_apart() -> None:
    """Declared by name, seen by host and embedded by class are one flow, each in its own grade."""
    flows = flows_of(
        [
            reading(TargetKind.HAR, piece(Grade.OBSERVED, host="www.google-analytics.com", information="cookie_id")),
            reading(TargetKind.POLICY, piece(Grade.DECLARED, company="Google Analytics", information="cookie_id")),
        ],
        KNOWN, OWN,
    )  # fmt: skip
    named = {flow.key.recipient for flow in flows}
    assert len(named) == 1
    (flow,) = flows
    assert (len(flow.observed), len(flow.declared), len(flow.embedded)) == (1, 1, 0)
    assert flow.hosts == ("www.google-analytics.com",)


def test_nothing_is_invented() -> None:
    """A piece that tells neither information nor purpose gets none, although the vendor says what it takes."""
    (flow,) = flows_of([reading(TargetKind.HAR, piece(Grade.OBSERVED, host="ui.userlocal.jp"))], KNOWN, OWN)
    assert flow.key.recipient == "user-local"
    assert (flow.key.information, flow.key.purpose) == (None, None)
    assert "cookie_id" in flow.vendor_says.items


def test_unknown_host_is_its_domain() -> None:
    """A host that no row knows is named by what somebody registered, an address as it stands."""
    flows = flows_of(
        [reading(TargetKind.HAR, piece(Grade.OBSERVED, host="a.b.unknown-vendor.co.jp"),
                 piece(Grade.OBSERVED, host="198.18.0.1"))], KNOWN, OWN)  # fmt: skip
    assert [flow.key.domain for flow in flows] == ["198.18.0.1", "unknown-vendor.co.jp"]
    assert all(flow.key.recipient is None for flow in flows)


def test_own_hosts_come_last_and_say_so() -> None:
    """A host below an own name is the operator's, and a look-alike is not."""
    flows = flows_of(
        [reading(TargetKind.HAR, piece(Grade.OBSERVED, host="api.shop.example"),
                 piece(Grade.OBSERVED, host="notshop.example"))], KNOWN, OWN)  # fmt: skip
    assert [flow.key.own for flow in flows] == [False, True]


def test_company_of_many_services_keeps_candidates() -> None:
    """A company's name that several services share is not made one of them."""
    declared = piece(Grade.DECLARED, company="株式会社ユーザーローカル")
    (flow,) = flows_of([reading(TargetKind.POLICY, declared)], KNOWN, OWN)
    assert flow.key.recipient is None
    assert {"user-local", "user-heat"} <= set(flow.candidates)


def test_former_name_is_told() -> None:
    """A service declared under a name it no longer has is found, and the name is kept."""
    (flow,) = flows_of([reading(TargetKind.POLICY, piece(Grade.DECLARED, company="うごくひと"))], KNOWN, OWN)
    assert flow.key.recipient == "user-local"
    assert flow.former == ("うごくひと",)


def test_marks_are_looked_up_by_what_they_were_read_in() -> None:
    """A class is sought among packages, a cookie among cookies; what nobody knows keeps its own name."""
    flows = flows_of(
        [
            reading(TargetKind.ANDROID, piece(Grade.EMBEDDED, signature="com.nobody.knows.Sdk")),
            reading(TargetKind.WEB, piece(Grade.OBSERVED, signature="atlasId")),
        ],
        KNOWN, OWN,
    )  # fmt: skip
    assert [(flow.key.recipient, flow.key.service) for flow in flows] == [
        (None, "com.nobody.knows.Sdk"), ("nikkei-atlas", "Atlas (日本経済新聞社)"),
    ]  # fmt: skip


_PIECES = st.lists(
    st.builds(
        piece, st.sampled_from(list(Grade)), host=st.sampled_from(["a.example", "ui.userlocal.jp", "b.shop.example"]),
        information=st.sampled_from([None, "cookie_id", "name"]), purpose=st.sampled_from([None, "analytics"]),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=40)
@given(_PIECES, st.randoms())
def test_order_does_not_matter(pieces: Sequence[Piece], random: object) -> None:
    """Readings and pieces in any order, also twice, give the same flows, with every piece in exactly one."""
    mixed = list(pieces)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    first = flows_of([reading(TargetKind.HAR, *pieces)], KNOWN, OWN)
    assert first == flows_of([reading(TargetKind.HAR, *mixed), reading(TargetKind.HAR, *pieces)], KNOWN, OWN)
    assert sum(len(flow.pieces) for flow in first) == len(set(pieces))


def test_an_own_name_that_stands_for_a_recipient_is_the_recipients() -> None:
    """A cloaked host (CNAME) is its recipient's; one that stands for whoever hosts the site stays the operator's."""
    ebis = Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host="log.shop.example",
                 aliases=("ac.ebis.ne.jp",))  # fmt: skip
    cdn = Piece(grade=Grade.OBSERVED, place=Place(path="request 2"), host="www.shop.example",
                aliases=("d1.cloudfront.net",))  # fmt: skip
    flows = flows_of([reading(TargetKind.WEB, ebis, cdn)], KNOWN, OWN)
    assert [(flow.key.recipient, flow.key.own) for flow in flows] == [("ad-ebis", False), (None, True)]
