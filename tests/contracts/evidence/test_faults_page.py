"""docs/evidence/faults.md names, for each published fault and each bad input, tests that there are."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "evidence" / "faults.md"

PUBLISHED = {
    "GHSA-58hw-cg5m-88rp": 5,
    "GHSA-g258-q5gf-7hvx": 3,
    "server checklist": 7,
    "public code": 5,
    "`webauthn` default": 1,
    "`webauthn`": 2,
    "Supabase auth #2779": 1,
    "`pyotp`": 2,
    "Keycloak #40837, #39770": 1,
    "Kratos #2794, #3656": 1,
    "Kratos #3386": 1,
    "Kratos #2225": 1,
    "telecom": 1,
    "gmrtd's checklist": 4,
    "CVE-2020-0601": 1,
    "`cryptography` 49": 1,
    "pymrtd #11": 1,
}
"""Where a fault was published, and how many of that source there are: none is dropped from the page unnoticed."""

BAD_INPUT = 16
"""Kinds of bad input."""


def rows(section: str) -> list[list[str]]:
    """The cells of each row below a heading."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


FAULTS = rows("JPKI and its kind") + rows("Authenticating again") + rows("Passports")
INPUTS = rows("Bad input")


def named_in(row: list[str]) -> list[str]:
    """The tests that a row names."""
    return re.findall(r"`([^`]+::[^`]+)`", row[-1])


@cache
def collected() -> frozenset[str]:
    """Every test that the page's files hold, with and without its case, from ``tests/contracts/``."""
    files = sorted({one.split("::")[0] for row in FAULTS + INPUTS for one in named_in(row)})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    asked = subprocess.run(
        [*command, *(f"tests/contracts/{file}" for file in files)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = {line.removeprefix("tests/contracts/") for line in asked.stdout.splitlines() if "::" in line}
    return frozenset(found | {one.split("[", 1)[0] for one in found})


def test_no_published_fault_is_missing() -> None:
    """As many of each source as are known, and every kind of bad input."""
    counted = dict.fromkeys(PUBLISHED, 0)
    for source, *_ in FAULTS:
        counted[source] += 1
    assert counted == PUBLISHED
    assert len(INPUTS) == BAD_INPUT


@pytest.mark.parametrize("row", FAULTS + INPUTS, ids=lambda row: f"{row[0]} {row[1]}"[:80])
def test_the_tests_of_a_row_exist(row: list[str]) -> None:
    """At least one, and each by the name that it has."""
    named = named_in(row)
    assert named
    assert set(named) - collected() == set()
