"""The export, and the verifier that travels with it, run as a regulator runs it: alone."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.ledger import Ledger, LedgerReader, fingerprint, seal_leaf
from sekisho.ledger.export import export_ledger
from sekisho.ledger.standalone import verify as standalone
from tests.ledger.signer import ORIGIN, MemorySigner

SIGNER = MemorySigner()
SALT = bytes(range(32))
BODY = "本文".encode()
AT = datetime(2026, 4, 1, tzinfo=UTC)


def leaf(number: int) -> bytes:
    """A sealed leaf."""
    return seal_leaf(leaf_id=f"id-{number}", kind="test", at=AT, owner="case/1", body=BODY, salt=SALT)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 leaves, with an earlier checkpoint at 10 kept beside, and two leaves after the last checkpoint."""
    where = tmp_path_factory.mktemp("export")
    with Ledger.create(where / "ledger", origin=ORIGIN, signer=SIGNER) as opened:
        opened.append([leaf(number) for number in range(10)])
        (where / "earlier").write_bytes(opened.checkpoint())
        opened.append([leaf(number) for number in range(10, 300)])
        opened.checkpoint()
    return where


def export(ledger: Path, target: Path) -> Path:
    """The zip."""
    reader = LedgerReader.open(ledger / "ledger", public_key=SIGNER.public_key)
    return export_ledger(reader, target, key_name=SIGNER.name, public_key=SIGNER.public_key)


def unpack(ledger: Path, into: Path) -> Path:
    """The export's files."""
    with zipfile.ZipFile(export(ledger, into / "export.zip")) as archive:
        archive.extractall(into / "export")
    return into / "export"


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The verifier in the export, in a process that can't import Sekisho."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    blocked = "import sys, runpy; sys.modules['sekisho'] = None; sys.argv = sys.argv[1:]; sys.path.pop(0); "
    return subprocess.run(
        [sys.executable, "-B", "-c", blocked + "runpy.run_path(sys.argv[0], run_name='__main__')",
         str(directory / "verify.py"), *arguments],
        capture_output=True, text=True, check=False, env=environment, cwd=directory,
    )


def test_the_same_ledger_gives_the_same_bytes(ledger: Path, tmp_path: Path) -> None:
    """Two exports of one checkpoint are equal, so that their hashes can be compared."""
    first, second = export(ledger, tmp_path / "a.zip"), export(ledger, tmp_path / "b.zip")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert {"README.txt", "SHA256SUMS", "checkpoint", "public-key.txt", "verify.py", "tile/entries/000"} <= set(names)
    assert not any(name.startswith(("journal", "lock")) for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_an_export_that_fails_leaves_nothing(ledger: Path, tmp_path: Path) -> None:
    """A damaged ledger, noticed while exporting, gives no half archive."""
    reader = LedgerReader.open(ledger / "ledger", public_key=SIGNER.public_key)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_ledger(reader, tmp_path / "a.zip", key_name=ORIGIN, public_key=SIGNER.public_key, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_the_readme_speaks_both_languages(ledger: Path, tmp_path: Path) -> None:
    """Japanese first; size, name and fingerprint are filled in."""
    text = (unpack(ledger, tmp_path) / "README.txt").read_text("utf-8")
    assert text.index("関所 台帳の書き出し") < text.index("Sekisho ledger export")
    assert text.count(fingerprint(SIGNER.public_key)) == 2
    assert "300" in text
    assert "{" not in text


def test_it_verifies_without_sekisho(ledger: Path, tmp_path: Path) -> None:
    """With and without the fingerprint; in both languages; exit 0."""
    directory = unpack(ledger, tmp_path)
    alone = run(directory)
    assert (alone.returncode, alone.stderr) == (0, "")
    assert "すべて合っています。\n  Everything holds." in alone.stdout
    assert fingerprint(SIGNER.public_key) in alone.stdout
    with_key = run(directory, "--key", fingerprint(SIGNER.public_key).upper())
    assert with_key.returncode == 0
    assert "Compare it" not in with_key.stdout
    assert run(directory, "--key", "00" * 32).returncode == 1


def test_it_extends_an_earlier_checkpoint(ledger: Path, tmp_path: Path) -> None:
    """One the regulator kept from before; another ledger's is refused."""
    directory = unpack(ledger, tmp_path)
    good = run(directory, "--earlier", str(ledger / "earlier"))
    assert good.returncode == 0
    assert "extends the earlier checkpoint (10 leaves)" in good.stdout
    with Ledger.create(tmp_path / "other", origin=ORIGIN, signer=SIGNER) as other:
        other.append([b"another history"])
        (tmp_path / "note").write_bytes(other.checkpoint())
    bad = run(directory, "--earlier", str(tmp_path / "note"))
    assert bad.returncode == 1
    assert "doesn't extend" in bad.stdout


def test_it_opens_a_leaf(ledger: Path, tmp_path: Path) -> None:
    """The revealed salt opens that leaf with its body, and nothing else."""
    directory = unpack(ledger, tmp_path)
    (tmp_path / "body").write_bytes(BODY)
    (tmp_path / "other").write_bytes(b"another body")
    good = run(directory, "--leaf", "299", "--body", str(tmp_path / "body"), "--salt", SALT.hex())
    assert good.returncode == 0
    assert "Body and salt open leaf 299." in good.stdout
    for number, body, salt in (("299", "other", SALT.hex()), ("299", "body", "00" * 32), ("300", "body", SALT.hex())):
        assert run(directory, "--leaf", number, "--body", str(tmp_path / body), "--salt", salt).returncode == 1


@pytest.mark.parametrize("arguments", [
    ["--leaf", "1"], ["--leaf", "1", "--body", "missing", "--salt", "00"], ["--salt", "zz"], ["--unknown"],
])
def test_wrong_arguments_are_refused(ledger: Path, tmp_path: Path, arguments: list[str]) -> None:
    """Exit 2, which is neither "holds" nor "doesn't"."""
    done = run(unpack(ledger, tmp_path), *arguments)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_corrupted_export_is_found_by_the_command(ledger: Path, tmp_path: Path) -> None:
    """Exit 1, and the file, the byte and the leaf are in what it says."""
    directory = unpack(ledger, tmp_path)
    path = directory / "tile/entries/000"
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    done = run(directory)
    assert done.returncode == 1
    assert "WRONG tile/entries/000 at byte" in done.stdout
    assert "is not the signed one" in done.stdout


def test_one_flipped_bit_in_any_file_is_found(ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also in the README, the key, the verifier and the list of sums: each is named."""
    directory = unpack(ledger, tmp_path)
    rng = random.Random(11)  # noqa: S311  chooses where to damage
    assert standalone.main([str(directory)]) == 0
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        name = path.relative_to(directory).as_posix()
        for offset in {0, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(8))}:
            path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1 << rng.randrange(8)]) + whole[offset + 1 :])
            capsys.readouterr()
            assert standalone.main([str(directory)]) == 1, (name, offset)
            assert name in capsys.readouterr().out, (name, offset)
        path.write_bytes(whole)
