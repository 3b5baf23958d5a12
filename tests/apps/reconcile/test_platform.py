"""Stores' forms against traffic, by a table written first."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sekisho.apps.evidence import Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.flows import flows_of
from sekisho.apps.recipients import shipped
from sekisho.apps.reconcile.origin import Origin
from sekisho.apps.reconcile.platform import PlatformFinding, PlatformReason, platform
from tests.apps.reconcile.situations import rows

ROWS: Final = rows("expected_platform.yaml")
HOSTS: Final = {"adco": "t.adco-unknown.jp", "own": "api.town.example"}


def _reading(kind: TargetKind, name: str, *pieces: Piece, unread: bool = False) -> Reading:
    gap = NotMeasured(place=Place(path="line 9"), reason="broken", ja="読めません。", en="It can't be read.")
    return Reading(target=Target(name=name, sha256=name, kind=kind), pieces=pieces, not_measured=(gap,) * unread,
                   facts=(("privacy_manifest", name),) if kind is TargetKind.PRIVACY_MANIFEST else ())  # fmt: skip


def _form(kind: TargetKind, name: str, types: dict[str, str], **more: Any) -> Reading:
    pieces = []
    for number, (type_, manner) in enumerate(types.items(), 2):
        pieces += [
            Piece(grade=Grade.DECLARED, place=Place(path=f"line {number}"), information=slug, words=f"{type_} {manner}")
            for slug in _slugs(type_)
        ]
    return _reading(kind, name, *pieces, **more)


def _slugs(type_: str) -> tuple[str, ...]:
    from sekisho.apps.items import ITEMS

    found = tuple(slug for slug, item in ITEMS.items() if type_ in (*item.play, *item.apple))
    return found or ("payment",)


def _traffic(kind: TargetKind, name: str, grade: Grade, to: dict[str, list[str]]) -> Reading:
    return _reading(kind, name, *(
        Piece(grade=grade, place=Place(path=f"request {who}"), host=HOSTS[who],
              information=None if slug == "-" else slug)
        for who, slugs in to.items() for slug in slugs
    ))  # fmt: skip


def found_in(given: dict[str, Any]) -> tuple[PlatformFinding, ...]:
    """What is said in a situation."""
    unread = given.get("unread", False)
    readings = []
    if "play" in given:
        readings.append(_form(TargetKind.PLAY_DATA_SAFETY, "play.csv", given["play"], unread=unread))
    if "apple" in given:
        readings.append(_form(TargetKind.PRIVACY_MANIFEST, "app.xcprivacy", given["apple"], unread=unread))
    if "module" in given:
        readings.append(_form(TargetKind.PRIVACY_MANIFEST, "module.xcprivacy", given["module"]))
    if given.get("apk"):
        readings.append(_reading(TargetKind.ANDROID, "town.apk"))
    if "embedded" in given:
        readings.append(_traffic(TargetKind.ANDROID, "town.apk", Grade.EMBEDDED, given["embedded"]))
    if "usage" in given:
        readings.append(_reading(TargetKind.IOS, "town.ipa", *(
            Piece(grade=Grade.DECLARED, place=Place(path="Payload/Town.app/Info.plist"), information=slug)
            for slug in given["usage"])))  # fmt: skip
    if "web" in given:
        readings.append(_traffic(TargetKind.WEB, "https://town.example/", Grade.OBSERVED, given["web"]))
    if "sent" in given:
        readings.append(_traffic(TargetKind.HAR, "town.har", Grade.OBSERVED, given["sent"]))
    said = {"town.har": Origin(given["said"])} if "said" in given else {}
    flows = flows_of(readings, shipped(), ("town.example",))
    return platform(flows, readings, told=said)


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_situation(row: dict[str, Any]) -> None:
    """In this situation exactly this is said, for this reason."""
    found = {
        f"{one.platform}/{one.aspect}/{one.information}": f"{one.agreement.value} {one.reason}"
        for one in found_in(row["given"])
    }
    assert found == row["expect"], row["why"]


def test_every_reason_is_in_the_table() -> None:
    """The table has each reason that the code can give, and a reason for each of its rows."""
    said = {verdict.split()[1] for row in ROWS for verdict in row["expect"].values()}
    assert set(map(str, PlatformReason)) == said
    assert all(row["why"] for row in ROWS)


def test_it_speaks_to_people_and_machines() -> None:
    """A finding says in both languages what is so and what to do, and names form, evidence and types."""
    (one, *_) = found_in({"play": {}, "sent": {"own": ["email"]}})
    assert one.sentence("ja").startswith("Google Play データ セーフティ：メールアドレス：送信を観測したが、申告にない")
    assert "Correct the form" in one.sentence("en")
    document = one.as_document()
    assert document["verdict"] == "不一致"
    assert document["evidence"][0]["path"] == "request own"
    assert document["types"] == ["PSL_EMAIL"]
