"""From flows to sendings: only what was observed, under the key that a notice's row and answers use."""

from __future__ import annotations

from sekisho.apps.evidence import Consent, Grade, Piece, Place, Target, TargetKind
from sekisho.apps.flows import Flow, FlowKey
from sekisho.apps.law.sent import embedded_of, key_of, sendings_of

WEB = Target(name="town.example", sha256="", kind=TargetKind.WEB)


def _seen(grade: Grade, number: int, **more: object) -> tuple[Target, Piece]:
    return WEB, Piece(grade=grade, place=Place(path=f"request {number}"), **more)  # type: ignore[arg-type]  # values of mixed types by name


def _flow(
    recipient: str | None,
    domain: str | None,
    information: str | None,
    *,
    own: bool = False,
    observed: tuple[tuple[Target, Piece], ...] = (),
    embedded: tuple[tuple[Target, Piece], ...] = (),
) -> Flow:
    key = FlowKey(recipient=recipient, domain=domain, service=domain or "", information=information, purpose=None,
                  own=own)  # fmt: skip
    return Flow(key=key, observed=observed, embedded=embedded)


def test_flows_of_one_recipient_are_one_sending() -> None:
    """Information, states, pages and places are gathered; what is only declared or embedded, and own hosts, aren't."""
    flows = (
        _flow("adco", None, "cookie_id", observed=(_seen(Grade.OBSERVED, 1, consent=Consent.BEFORE, cleartext=True),)),
        _flow("adco", None, "page_viewed", observed=(_seen(Grade.OBSERVED, 2, consent=Consent.ACCEPTED),)),
        _flow("statco", None, None, embedded=(_seen(Grade.EMBEDDED, 3),)),
        _flow(None, "cdn.example", "ip_address", observed=(_seen(Grade.OBSERVED, 4),)),
        _flow(None, "town.example", "ip_address", own=True, observed=(_seen(Grade.OBSERVED, 5),)),
    )
    adco, cdn = sendings_of(flows, pages=lambda seen: "home" if seen[1].place.path == "request 1" else "")
    assert (adco.recipient, adco.pages) == ("adco", ("home",))
    assert adco.information == {"cookie_id", "page_viewed"}
    assert (adco.states, adco.cleartext) == (frozenset({Consent.BEFORE, Consent.ACCEPTED}), True)
    assert (cdn.recipient, cdn.states) == ("cdn.example", frozenset({Consent.UNKNOWN}))
    assert [one.recipient for one in embedded_of(flows)] == ["statco"]
    assert key_of(flows[3]) == "cdn.example"
    assert [one.recipient for one in sendings_of(flows, own_too=True) if one.own] == ["town.example"]
