"""What each format is said to write is what it writes, and a source can't be declared for anything else."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.logs.errors import SourceRefused
from sekisho.logs.formats import shapes, written
from sekisho.logs.formats.registry import formats
from sekisho.logs.formats.written import kinds_written
from sekisho.logs.kinds import LogKind
from sekisho.logs.service import LogService
from sekisho.logs.sources import Source, SourceSpec
from tests.logs.formats.test_web_and_data import RULES
from tests.logs.test_mapped import TEMPLATE

AUTH, NAT, LOGIN, POST = LogKind.AP_AUTH, LogKind.AP_NAT, LogKind.CP_LOGIN, LogKind.CP_POST


def test_every_format_says_what_it_writes() -> None:
    """None is missing, and those of translators say what their templates do."""
    assert set(written._WRITTEN) == {name for name in formats() if name != "simple"}
    for name in shapes.shipped_names():
        assert kinds_written(name, {}) == {shapes.shipped(name).kind}


@pytest.mark.parametrize(
    ("format_", "settings", "expected"),
    [
        ("radius", {}, {AUTH, NAT}),
        ("freeradius_detail", {"nat": False}, {AUTH}),
        ("radacct", {}, {AUTH}),
        ("nginx", {"rules": RULES}, {LOGIN, POST}),
        ("apache", {"rules": RULES[:1]}, {LOGIN}),
        ("jsonl", {"kind": "cp.sms_auth"}, {LogKind.CP_SMS_AUTH}),
        ("parquet", {"kind": "ap.nat"}, {NAT}),
        ("ipfix", {}, {NAT}),
        ("template", {"template": TEMPLATE}, {NAT}),
        ("template", {"template": TEMPLATE.replace("ap.nat", "ap.auth")}, {AUTH}),
    ],
)
def test_settings_decide(format_: str, settings: dict[str, Any], expected: set[LogKind]) -> None:
    """However the format's name is spelt."""
    assert kinds_written(format_, settings) == expected


@pytest.mark.parametrize(
    "settings", [{}, {"kind": 7, "rules": "x", "template": 1}, {"rules": [1, {"kind": None}], "template": "["}]
)
@pytest.mark.parametrize("format_", ["jsonl", "parquet", "apache", "nginx", "template", "unknown"])
def test_settings_that_say_nothing_leave_the_declared_kind(format_: str, settings: dict[str, Any]) -> None:
    """Nothing is raised for a source that is stored."""
    spec = SourceSpec("a", "関所通信", "hikari", POST, format_, settings=settings)
    assert Source(1, spec, 0).kinds == {POST}


@pytest.mark.parametrize(
    ("format_", "kind", "settings"),
    [
        ("juniper-pba", AUTH, {}),
        ("radacct", NAT, {}),
        ("kea_csv", AUTH, {}),
        ("nginx", LogKind.CP_ACCOUNT, {"rules": RULES}),
        ("freeradius-detail", NAT, {"nat": False}),
        ("jsonl", LOGIN, {"kind": "cp.post", "fields": {"time": "t", "address": "a"}, "action": "point"}),
    ],
)
def test_a_kind_that_its_format_cant_write_is_refused(
    logs: LogService, format_: str, kind: LogKind, settings: dict[str, Any]
) -> None:
    """Its rows would be of another kind, all of them."""
    with pytest.raises(SourceRefused, match="writes"):
        logs.add_source(SourceSpec("a", "関所通信", "hikari", kind, format_, settings=settings), by="admin")
