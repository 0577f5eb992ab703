"""Passwords: the rules they keep, their hashes, and new ones to hand over."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey.domain.errors import DomainError
from translations.catalogue import lazy

PASSWORD_LENGTH = 10
_LONGEST = 200
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _composed(password: str) -> str:
    """A Vietnamese letter is the same whether the keyboard sends it composed or in parts."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    return _hasher.hash(_composed(password))


@cache
def _decoy() -> str:
    return hash_password(secrets.token_hex())


def fits(password_hash: str | None, password: str) -> bool:
    """Whether a password belongs to the hash; without a hash it takes as long, and is False."""
    try:
        _hasher.verify(password_hash or _decoy(), _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def check_password_rules(password: str, username: str) -> None:
    """Raise DomainError for a password that is too short, too long, or holds the user's own name."""
    password = _composed(password)
    if len(password) < PASSWORD_LENGTH:
        raise DomainError(lazy("Mật khẩu cần ít nhất %(count)s ký tự.", count=PASSWORD_LENGTH))
    if len(password) > _LONGEST:
        raise DomainError(lazy("Mật khẩu quá dài."))
    if username.casefold() in password.casefold():
        raise DomainError(lazy("Mật khẩu không được chứa tên đăng nhập."))


def new_password() -> str:
    """A password to hand over on paper, in three groups of four without look-alikes (59 bits)."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
