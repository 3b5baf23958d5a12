"""The lock files decide exactly what is installed and say nothing about where it comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.tree import ROOT

LOCKS = [ROOT / "requirements.lock", ROOT / "bench" / "requirements.lock"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(\[[a-z0-9,_-]+\])?==(\S+)( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(lock: Path) -> dict[str, str]:
    """Name and version of every package in a lock file; fails on any line that is neither pin, hash nor comment."""
    found: dict[str, str] = {}
    hashes: dict[str, int] = {}
    name = ""
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if match := PIN.match(line):
            name = canonicalize_name(match[1])
            found[name] = match[3]
            hashes[name] = 0
            continue
        assert HASH.match(line), f"{lock.name}:{number}: {line}"
        hashes[name] += 1
    assert [name for name, count in hashes.items() if count == 0] == []
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.relative_to(ROOT).as_posix())
def test_every_package_is_pinned_with_hashes(lock: Path) -> None:
    """Every line is an exact version with at least one SHA-256, or a comment."""
    assert pins(lock)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.relative_to(ROOT).as_posix())
def test_no_host_is_named(lock: Path) -> None:
    """No address, no path and no option that says where to look."""
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, re.MULTILINE)
    assert " @ " not in text


def test_the_lock_satisfies_what_the_project_asks_for() -> None:
    """Every dependency in pyproject.toml, those for development too, is locked to a version it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = pins(LOCKS[0])
    asked = [Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]]
    wrong = [str(one) for one in asked
             if canonicalize_name(one.name) not in locked
             or not one.specifier.contains(locked[canonicalize_name(one.name)], prereleases=True)]
    assert wrong == []


def test_every_dependency_says_why() -> None:
    """Each run-time dependency in pyproject.toml stands below or beside a comment that says what it is for."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("dependencies = [")
    block = lines[start + 1 : lines.index("]", start)]
    explained = False
    wrong = []
    for line in block:
        if line.strip().startswith("#"):
            explained = True
        elif not explained and "#" not in line:
            wrong.append(line.strip())
    assert wrong == []


def test_peers_are_not_dependencies() -> None:
    """Engines that are only measured (OpenFisca is under the AGPL) are not installed with the product."""
    peers = {"zen-engine", "cedarpy", "common-expression-language", "openfisca-core"}
    assert peers <= set(pins(LOCKS[1]))
    assert peers.isdisjoint(pins(LOCKS[0]))
