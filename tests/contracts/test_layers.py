"""Imports run against the data: import-linter's contracts, and what it cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.tree import PACKAGES, ROOT, list_modules, read

PURE = re.compile(
    r"survey/domain/.*|analytics/(indicators|intervals|weighting|disclosure\w*)\.py|forms/(?!resident\.py|types/).*"
)
HEAVY = {"flask", "flask_login", "flask_wtf", "wtforms", "sqlalchemy", "alembic"}


def imports_of(name: str) -> set[str]:
    """Modules that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(read(name))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found.add(node.module or "")
    return found


def test_import_linter_is_content():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_knows_the_composition_root():
    assert [name for name in list_modules(*PACKAGES) if "app" in imports_of(name)] == []


def test_no_package_imports_the_tests():
    guilty = [
        name
        for name in list_modules("app.py", *PACKAGES)
        if any(module.split(".")[0] == "tests" for module in imports_of(name))
    ]
    assert guilty == []


@pytest.mark.parametrize("name", [name for name in list_modules(*PACKAGES) if PURE.fullmatch(name)])
def test_the_cores_import_neither_flask_nor_sqlalchemy(name):
    assert {module.split(".")[0] for module in imports_of(name)} & HEAVY == set()
