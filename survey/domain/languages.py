"""The languages in which a commune may read aloud, by BCP 47 code.

The three-letter codes are those of ISO 639-3, as Debian's iso-codes 4.15 has them: ktv Eastern Katu, tth
Upper Ta'oih, pac Pacoh, bru Eastern Bru. (Ethnologue, 16th edition, has ktv and tth in Thừa Thiên Huế; kuf
Western Katu and tto Lower Ta'oih are languages of Laos.) A language that is not listed is named freely, and
without a code of its own gets one for private use (`x-…`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.domain.errors import DomainError
from survey.domain.names import fold
from translations.catalogue import lazy

SUGGESTED: Mapping[str, str] = {
    "vi": "Tiếng Việt",
    "en": "English",
    "ktv": "Cơ Tu",
    "tth": "Tà Ôi",
    "pac": "Pa Kôh",
    "bru": "Bru – Vân Kiều",
}
LONGEST_NAME = 40
_IN_NAMES = " -–'’"
_CODE = re.compile(r"(?:[a-z]{2,3}|x(?:-[a-z0-9]{1,8})+)(?:-[a-z0-9]{2,8}){0,3}")


def read_language(code: str, name: str = "") -> tuple[str, str]:
    """Code and name of a language, from either; a suggested one is called by its suggested name.

    Raises:
        DomainError: no name, one that is too long or not of letters, or a code that BCP 47 does not allow.
    """
    code, name = code.strip().lower(), " ".join(name.split())
    if code in SUGGESTED:
        return code, SUGGESTED[code]
    if not name or len(name) > LONGEST_NAME:
        limit = str(LONGEST_NAME)
        raise DomainError(lazy("Xin ghi tên ngôn ngữ, không quá %(limit)s ký tự.", limit=limit))
    if not all(character.isalpha() or character in _IN_NAMES for character in name):
        raise DomainError(lazy("Tên ngôn ngữ chỉ gồm chữ, dấu cách và dấu nối."))
    code = code or _private_code(name)
    if not _CODE.fullmatch(code):
        raise DomainError(lazy("Mã ngôn ngữ chưa đúng. Xin để trống nếu không rõ."))
    return code, name


def _private_code(name: str) -> str:
    return "-".join(["x", *(word[:8] for word in fold(name).encode("ascii", "ignore").decode().split())])
