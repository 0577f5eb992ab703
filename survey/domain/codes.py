"""The codes on paper: slips, poster links and receipts.

A slip's code is 3 characters that name the round, 8 random ones (40 bits) and a check character;
a poster's code is 3 + 4 + 1, so that length alone tells the two apart. The alphabet is Crockford's
base 32: no I, L, O or U. The check is a weighted sum over GF(32) with distinct weights: every
single wrong character and every swap of two characters is caught.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from survey.domain.errors import DomainError
from translations.catalogue import lazy

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TAG_LENGTH = 3
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = str.maketrans("", "", "-–—_. \t\n\r\u00a0")


class CodeKind(StrEnum):
    SLIP = "slip"
    LINK = "link"
    RECEIPT = "receipt"


_LENGTHS = {12: CodeKind.SLIP, 8: CodeKind.LINK}
RECEIPT_LENGTH = 12


class MalformedCode(DomainError):
    """The text has not the shape of any code."""


class MistypedCode(DomainError):
    """The text has a code's shape, but its check character does not fit."""


@dataclass(frozen=True)
class Code:
    kind: CodeKind
    text: str

    @property
    def tag(self) -> str:
        """The characters that name the round."""
        return self.text[:TAG_LENGTH]

    @property
    def grouped(self) -> str:
        return group(self.text)


def _powers() -> tuple[list[int], dict[int, int]]:
    value, powers = 1, []
    for _ in range(31):
        powers.append(value)
        value <<= 1
        if value & 32:
            value ^= 0b100101
    return powers, {power: exponent for exponent, power in enumerate(powers)}


_POWER, _LOG = _powers()


def check_character(body: str) -> str:
    total = 0
    for position, character in enumerate(body, start=1):
        value = ALPHABET.index(character)
        if value:
            total ^= _POWER[(_LOG[value] + position) % 31]
    return ALPHABET[total]


def group(text: str) -> str:
    """Groups of four with hyphens, as printed."""
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _with_check(kind: CodeKind, body: str) -> Code:
    return Code(kind, body + check_character(body))


def new_tag() -> str:
    return _random(TAG_LENGTH)


def new_slip_code(tag: str) -> Code:
    return _with_check(CodeKind.SLIP, tag + _random(8))


def new_link_code(tag: str) -> Code:
    return _with_check(CodeKind.LINK, tag + _random(4))


def normalise(text: str) -> str:
    return text.translate(_IGNORED).upper().translate(_LOOK_ALIKES)


def parse_code(text: str) -> Code:
    """Read a slip's or a link's code as people type it.

    Raises:
        MalformedCode: other characters or another length than a code has.
        MistypedCode: the check character does not fit the others.
    """
    plain = normalise(text[:64])
    kind = _LENGTHS.get(len(plain))
    if kind is None or not set(plain) <= set(ALPHABET):
        raise MalformedCode(lazy("Mã không đúng. Mã trên thẻ gồm 12 chữ và số, chia thành ba nhóm bốn."))
    if check_character(plain[:-1]) != plain[-1]:
        raise MistypedCode(lazy("Mã bị gõ nhầm một chỗ. Xin xem lại từng chữ trên thẻ."))
    return Code(kind, plain)


def keyed_hash(secret: bytes, purpose: str, *parts: str | bytes) -> bytes:
    """HMAC-SHA-256 over length-prefixed parts, so that no two part lists collide."""
    mac = hmac.new(secret, purpose.encode(), sha256)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()


def hash_slip_code(secret: bytes, code: Code) -> bytes:
    return keyed_hash(secret, "slip", code.text)


def make_receipt(secret: bytes, key_hash: bytes) -> str:
    """The receipt of a submission, repeatable from the ledger and stored nowhere (60 bits)."""
    number = int.from_bytes(keyed_hash(secret, "receipt", key_hash)[:8], "big")
    characters = [ALPHABET[(number >> (5 * position)) & 31] for position in range(RECEIPT_LENGTH)]
    return group("".join(characters))


def hash_receipt(secret: bytes, receipt: str) -> bytes:
    return keyed_hash(secret, "receipt-check", normalise(receipt))
