"""Words that no committed file holds: machines' paths, registries' hosts, credentials."""

from __future__ import annotations

import re

import pytest

from tests.contracts.tree import ROOT, list_files

# Written in pieces, so that this file does not hold them itself.
HOSTS = [
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    "registry" + r"\.npmjs",
    "deb" + r"\.debian\.org",
    "crates" + r"\.io",
    "proxy" + r"\.golang",
]
PATHS = [r"(?<![\w.~-])/" + r"root\b", r"(?<![\w.~-])/" + r"work/", r"/opt/" + r"(pypi|wheels)"]
SECRETS = ["BEGIN [A-Z ]*PRIVATE" + " KEY", "AKIA" + "[0-9A-Z]{16}"]
FORBIDDEN = re.compile("|".join([*HOSTS, *PATHS, *SECRETS]).encode())
WORKS_OF_OTHERS = ("static/vendor/",)


@pytest.mark.parametrize(
    "text", ["https://pypi" + ".org/simple", "cd /" + "work/main", "/" + "root/.cache", "/opt/" + "wheels"]
)
def test_the_search_finds_what_it_is_for(text):
    assert FORBIDDEN.search(text.encode())


@pytest.mark.parametrize(
    "text", ["src/" + "work/x", "the /" + "working copy", "html/" + "root/", "a/" + "root"]
)
def test_the_search_spares_other_words(text):
    assert not FORBIDDEN.search(text.encode())


def test_no_file_holds_a_machines_words():
    found = [
        f"{name}: {hit[0].decode()}"
        for name in list_files()
        if not name.startswith(WORKS_OF_OTHERS) and (hit := FORBIDDEN.search((ROOT / name).read_bytes()))
    ]
    assert found == []


def test_the_proxy_that_is_proposed_writes_neither_addresses_nor_codes():
    """nginx names client and path in the access log, and in the error log of whatever it refuses."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    server = readme[readme.index("    server {") : readme.index("With PostgreSQL set")]
    for line in ("access_log off;", "error_log /dev/null;"):
        assert line in server
