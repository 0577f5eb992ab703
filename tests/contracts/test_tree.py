"""Where things lie and how they are called."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

import pytest

from tests.contracts.tree import PACKAGES, list_files, list_modules, read

TOP_LEVEL = {
    *PACKAGES,
    "app.py",
    "static",
    "tests",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "LICENSES",
    ".ci",
    ".editorconfig",
    ".gitignore",
}
VAGUE_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "handler", "data", "info", "misc"}
MOST_LINES = 400


def test_the_top_level_holds_the_known_names_only():
    assert {name.split("/", 1)[0] for name in list_files()} <= TOP_LEVEL


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_exists(package):
    assert f"{package}/__init__.py" in list_files()


def test_no_module_has_a_vague_name():
    vague = [
        name
        for name in list_modules()
        if VAGUE_WORDS & set(PurePosixPath(name).stem.removeprefix("test_").split("_"))
    ]
    assert vague == []


def test_every_module_stays_short():
    """Migrations are generated, and only ever read from top to bottom."""
    modules = [name for name in list_modules() if "/migrations/versions/" not in name]
    long = {name: lines for name in modules if (lines := len(read(name).splitlines())) >= MOST_LINES}
    assert long == {}


def test_a_package_root_is_a_docstring_only():
    for name in list_modules():
        if PurePosixPath(name).name == "__init__.py":
            body = ast.parse(read(name)).body
            assert len(body) == 1, name
            assert ast.get_docstring(ast.parse(read(name))), name


def test_every_module_says_what_it_is():
    assert [
        name for name in list_modules("app.py", *PACKAGES) if not ast.get_docstring(ast.parse(read(name)))
    ] == []
