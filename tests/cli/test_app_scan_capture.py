"""``sekisho app scan`` on a packet capture."""

from __future__ import annotations

from pathlib import Path

from tests.apps.readers.traffic import captures
from tests.cli.conftest import document, run


def test_a_capture_names_hosts_and_measures_no_tls(tmp_path: Path) -> None:
    """The recipients of a phone's capture are observed, by host for TLS, whose content is told as 測定不能."""
    path = tmp_path / "capture.pcap"
    path.write_bytes(captures.pcap(*captures.phone()))
    told = document(run("app", "scan", path, "--service", "架空", "--json"))
    hosts = {host for each in told["recipients"] for host in each["hosts"]}
    assert "t.metrics.example.net" in hosts
    (target,) = told["targets"]
    assert target["kind"] == "pcap"
    assert [each["reason"] for each in target["not_measured"]] == ["pcap_tls_content"]
    assert "測定できません" in target["not_measured"][0]["ja"]
    assert {each["verdict"] for each in told["findings"]}.isdisjoint({"compliant", "addressed", "agrees"})
