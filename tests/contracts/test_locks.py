"""Lock files: complete, hashed, without addresses, and in step with pyproject."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.contracts.tree import read

LOCKS = ("requirements.lock", "requirements-dev.lock")
_PIN = re.compile(r"^([\w.\[\]-]+)==([^\s;\\]+)", re.MULTILINE)

PROJECT = tomllib.loads(read("pyproject.toml"))
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]


def pins(lock: str) -> dict[str, set[Version]]:
    """Versions by package; a package may have one per version of Python."""
    found: dict[str, set[Version]] = {}
    for name, version in _PIN.findall(read(lock)):
        found.setdefault(canonicalize_name(name.split("[")[0]), set()).add(Version(version))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_hashed(lock):
    blocks = re.split(r"\n(?=\S)", read(lock).strip())
    assert blocks
    for block in blocks:
        assert _PIN.match(block), block
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_address(lock):
    assert "://" not in read(lock)
    assert "index-url" not in read(lock)
    assert "find-links" not in read(lock)


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + DEVELOPMENT)]
)
def test_the_lock_meets_every_requirement(lock, wanted):
    pinned = pins(lock)
    unmet = [
        str(requirement)
        for requirement in wanted
        if not any(
            requirement.specifier.contains(version)
            for version in pinned.get(canonicalize_name(requirement.name), ())
        )
    ]
    assert unmet == []


def test_development_runs_what_is_served():
    development = pins("requirements-dev.lock")
    assert {name: development.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")
