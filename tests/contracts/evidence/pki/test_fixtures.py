"""The made-up JPKI can be written out by one command, and holds nothing secret or real."""

from __future__ import annotations

from pathlib import Path

from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.__main__ import main


def test_one_command_writes_every_certificate_and_list(tmp_path: Path) -> None:
    """Each declared certificate and each list is a file; no key is among them."""
    main(tmp_path / "out")
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {f"{label}.cer" for label in pki.labels()} <= written
    assert {"signing-a.crl", "signing-b.crl", "authentication.crl"} <= written
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert (tmp_path / "out" / "taro.cer").read_bytes() == pki.certificate("taro")
