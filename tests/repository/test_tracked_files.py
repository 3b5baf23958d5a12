"""No file names a machine, a registry, or work left undone; scripts can be run."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tests.repository.tree import ROOT, files, named, python_files, text_of

# Names are put together here so that this file does not hold what it forbids.
REGISTRIES = (
    "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "anaconda" + ".org",
    "crates" + ".io", "rubygems" + ".org", "proxy.golang" + ".org", "arti" + "factory", "nexus" + ".",
)
REGISTRY_OPTIONS = re.compile(r"--(?:extra-)?index-url\b|--find" + r"-links\b|--trusted" + r"-host\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/\-])/(?:root|work|home|Users|mnt)/[\w.]")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
MOST_LINES = 500
# One file on purpose: a regulator copies it out of the export, reads it and runs it alone.
STANDS_ALONE = {"src/sekisho/ledger/standalone/verify.py"}


def test_no_registry_is_named() -> None:
    """Where packages come from is each machine's own setting: no file of ours names a registry or an option for one."""
    wrong = []
    for path in files():
        text = text_of(path)
        if text is None:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if any(host in line for host in REGISTRIES) or REGISTRY_OPTIONS.search(line):
                wrong.append(f"{named(path)}:{number}: {line.strip()[:120]}")
    assert wrong == []


def test_no_machine_path_is_named() -> None:
    """Nothing points into the home or working directory of the machine it was written on."""
    wrong = []
    for path in files():
        text = text_of(path)
        for number, line in enumerate((text or "").splitlines(), 1):
            if MACHINE_PATH.search(line):
                wrong.append(f"{named(path)}:{number}: {line.strip()[:120]}")
    assert wrong == []


def test_nothing_is_marked_as_unfinished() -> None:
    """Work that isn't done is an issue, not a comment."""
    wrong = []
    for path in files():
        text = text_of(path)
        # In the lock files a hash can hold any letters; in data and legal texts the words are not ours.
        if text is None or path.suffix in {".lock", ".json", ".jsonl"}:
            continue
        wrong += [f"{named(path)}:{n}" for n, line in enumerate(text.splitlines(), 1) if UNFINISHED.search(line)]
    assert wrong == []


def test_no_name_says_nothing() -> None:
    """No module or folder is called by a word under which anything could be put."""
    wrong = [named(path) for path in python_files()
             if VAGUE & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}]
    assert wrong == []


def test_no_source_file_is_too_long_to_read() -> None:
    """A file of the product has at most 500 lines."""
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files("src")}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES and name not in STANDS_ALONE} == {}


def test_scripts_can_be_run() -> None:
    """Every script has the run bit, on disk and in git, and starts with the line that names its interpreter."""
    scripts = [path for path in files() if named(path).startswith(("scripts/", ".ci/"))]
    assert scripts
    modes = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-s", "scripts", ".ci"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    not_marked_in_git = [line for line in modes.splitlines() if not line.startswith("100755")]
    assert not_marked_in_git == []
    for path in scripts:
        assert os.access(path, os.X_OK), named(path)
        assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env "), named(path)


@pytest.mark.parametrize("script", [named(p) for p in files() if named(p).startswith(("scripts/", ".ci/"))])
def test_scripts_parse(script: str) -> None:
    """Every shell script is read by bash without complaint."""
    if not (ROOT / script).read_text(encoding="utf-8").startswith("#!/usr/bin/env bash"):
        return
    result = subprocess.run(["bash", "-n", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_every_script_is_explained() -> None:
    """CONTRIBUTING.md or README.md names every script."""
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    readme = ROOT / "README.md"
    if readme.exists():
        told += readme.read_text(encoding="utf-8")
    untold = [named(path) for path in files() if named(path).startswith("scripts/") and f"`{named(path)}" not in told
              and f"./{named(path)}" not in told]
    assert untold == []
