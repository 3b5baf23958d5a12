"""Everything public says what it means; every test says what it proves."""

from __future__ import annotations

import ast

from tests.repository.tree import files, named, python_files, syntax

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(node: Definition) -> bool:
    if node.name.startswith("_"):
        return False
    for decorator in node.decorator_list:
        # An overload or a setter is explained where the thing itself is.
        text = ast.unparse(decorator)
        if text in {"overload", "typing.overload"} or text.endswith((".setter", ".deleter")):
            return False
    return True


def _undocumented(body: list[ast.stmt], where: str) -> list[str]:
    missing = []
    for node in body:
        if not isinstance(node, Definition) or not _public(node):
            continue
        if not ast.get_docstring(node):
            missing.append(f"{where}:{node.lineno}: {node.name}")
        if isinstance(node, ast.ClassDef):
            missing += _undocumented(node.body, where)
    return missing


def test_every_public_name_has_a_docstring() -> None:
    """Public modules, classes, functions and methods of the product and of the benchmarks are explained."""
    missing = []
    for path in python_files("src", "bench"):
        # Migrations are numbered steps with Alembic's own fixed function names; their module says what they do.
        tree = syntax(path)
        if not ast.get_docstring(tree):
            missing.append(f"{named(path)}:1: the module")
        if "migrations" not in path.parts:
            missing += _undocumented(tree.body, named(path))
    assert missing == []


def test_every_test_says_what_it_proves() -> None:
    """Each test has a docstring; a property test too."""
    missing = []
    for path in files():
        if path.suffix != ".py" or not path.name.startswith("test_"):
            continue
        missing += [
            f"{named(path)}:{node.lineno}: {node.name}"
            for node in ast.walk(syntax(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name.startswith("test_") and not ast.get_docstring(node)
        ]
    assert missing == []
