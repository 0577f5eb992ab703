"""Scripts that an Android 5 web view parses: ES5 throughout, by the parser that node itself carries."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from tests.contracts.tree import ROOT, list_files, read

SCRIPTS = [name for name in list_files() if name.startswith("static/") and name.endswith(".js")]
_PARSE = """
const { parse } = require('internal/deps/acorn/acorn/dist/acorn');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map(text => {
  try { parse(text, { ecmaVersion: 5 }); return null; } catch (problem) { return problem.message; }
})));
"""
TOO_NEW = [
    *("const one = 1;", "let one = 1;", "(one) => one;", "`text`;", "async function f() {}", "f(...all);"),
    *("({one});", "({one() {}});", "class One {}", "function f(one = 1) {}", "one?.two;", "one ?? two;"),
    *("for (one of all) {}", "[one, two] = all;", "2 ** 3;", "import './one';", "f(1,);", "/(?<=a)b/;"),
]
_NEW_METHODS = re.compile(
    r"\.(includes|startsWith|endsWith|padStart|repeat|find|findIndex|closest|matches|append|prepend|remove"
    r"|replaceWith|toggleAttribute|entries|values|fromEntries|assign|from|flat|flatMap|at|replaceAll)\("
)

_NEW_GLOBALS = re.compile(
    r"\b(fetch|caches|Promise|Request|Response|Headers|URLSearchParams|AbortController|TextEncoder|Symbol|Proxy"
    r"|Reflect|BigInt|globalThis|structuredClone|queueMicrotask|requestIdleCallback|IntersectionObserver)\b"
    r"|\bnew (URL|Map|Set|WeakMap|WeakSet|FormData|MutationObserver|Event|CustomEvent)\b"
)
_WHERE_WORKERS_ARE = re.compile(r"\n  function (?:withPages|putPage)\(.*?\n  }\n", re.DOTALL)
"""Functions that run only where the browser has service workers, and so all of these."""


def find_problems(texts: list[str]) -> list[str | None]:
    """For each script what keeps it from being ES5, or None."""
    node, _ = compute_driver_executable()
    command = [node, "--expose-internals", "--no-warnings", "-e", _PARSE]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    found: list[str | None] = json.loads(done.stdout)
    return found


def without_comments(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", read(name), flags=re.DOTALL)


@cache
def problems_by_script() -> dict[str, str | None]:
    return dict(zip(SCRIPTS, find_problems([read(name) for name in SCRIPTS]), strict=True))


def test_the_parser_knows_what_is_too_new() -> None:
    accepted = [text for text, problem in zip(TOO_NEW, find_problems(TOO_NEW), strict=True) if not problem]
    assert accepted == []


def test_the_parser_takes_what_is_old() -> None:
    assert find_problems(["var one = {'a': [1, 2], get b() { return 1; }}; one['delete'](1);"]) == [None]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_es5(name: str) -> None:
    assert problems_by_script()[name] is None


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_runs_text_or_writes_words(name: str) -> None:
    """The policy forbids the first; the words that people read come from the page, in its language."""
    code = without_comments(name)
    assert not re.search(r"\beval\(|new Function\b|document\.write\b", code)
    assert [letter for letter in code if letter.isalpha() and not letter.isascii()] == []


@pytest.mark.parametrize("name", ["static/queue.js", "static/resident.js"])
def test_a_residents_script_calls_no_method_that_android_5_lacks(name: str) -> None:
    code = without_comments(name).replace("queue.remove(", "")
    assert _NEW_METHODS.findall(code) == []


@pytest.mark.parametrize("name", ["static/queue.js", "static/resident.js"])
def test_a_residents_script_rests_on_nothing_that_android_5_lacks(name: str) -> None:
    code = without_comments(name)
    assert _NEW_GLOBALS.findall(_WHERE_WORKERS_ARE.sub("\n", code)) == []
    assert name != "static/resident.js" or len(_WHERE_WORKERS_ARE.findall(code)) == 2


def test_the_scripts_are_here() -> None:
    names = {Path(name).name for name in SCRIPTS}
    assert {"queue.js", "resident.js", "service-worker.js"} <= names
    assert (ROOT / "static" / "service-worker.js").is_file()
