"""A made-up service with an app and a web site, and what was recorded of both."""

from __future__ import annotations

from typing import Final

from sekisho.apps.evidence import Consent, Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.flows import Flow, flows_of
from sekisho.apps.recipients import shipped

WEB: Final = Target(name="https://town.example/", sha256="", kind=TargetKind.WEB)
APK: Final = Target(name="town.apk", sha256="22", kind=TargetKind.ANDROID)
HAR: Final = Target(name="town-app.har", sha256="11", kind=TargetKind.HAR)


def reading(target: Target, *pieces: Piece) -> Reading:
    """A reading of one target."""
    return Reading(target=target, pieces=pieces)


def observed(host: str, *items: str, consent: Consent = Consent.UNKNOWN) -> tuple[Piece, ...]:
    """What was sent to a host; only that something was where no item is given."""
    return tuple(Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host=host, information=item,
                       consent=consent) for item in (items or (None,)))  # fmt: skip


def embedded(mark: str) -> Piece:
    """A mark in the app's file."""
    return Piece(grade=Grade.EMBEDDED, place=Place(path="classes.dex"), signature=mark)


def service() -> tuple[tuple[Flow, ...], tuple[Reading, ...]]:
    """Everything of the service: flows and readings."""
    readings = (
        reading(WEB,
                *observed("www.google-analytics.com", "cookie_id", "ip_address", "user_agent", "page_viewed",
                          consent=Consent.BEFORE),
                *observed("ui.userlocal.jp", "cookie_id", "ip_address", "referrer"),
                *observed("tr.line.me", "cookie_id", "ip_address", "user_agent", "page_viewed", "referrer"),
                *observed("unknown-vendor-with-a-very-long-name-that-does-not-fit-in-any-column.example", "ip_address"),
                *observed("www.town.example", "cookie_id")),
        reading(HAR,
                *observed("www.google-analytics.com", "ip_address", "user_agent", "device_id"),
                *observed("app.adjust.com", "advertising_id", "ip_address", "user_agent", "interaction"),
                *observed("graph.facebook.com", "advertising_id", "ip_address"),
                *observed("bare-host.example")),
        reading(APK, embedded("com.appsflyer"), embedded("com.adjust.sdk"), embedded("com.onesignal")),
    )  # fmt: skip
    return flows_of(readings, shipped(), ("town.example",)), readings
