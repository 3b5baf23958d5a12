"""Links between our own documents lead somewhere."""

from __future__ import annotations

import re

from tests.repository.tree import files, named

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_relative_links_resolve() -> None:
    """Every link of a Markdown file to another file of the repository finds it."""
    broken = []
    for path in files():
        if path.suffix != ".md":
            continue
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        broken += [f"{named(path)}: {target}" for target in LINK.findall(text)
                   if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()]
    assert broken == []
