"""How large a table somebody sends may be, and the error that says it cannot be read."""

from __future__ import annotations

from survey.domain.errors import DomainError
from translations.catalogue import lazy
from translations.numbers import format_count

MAX_ROWS = 5_000
MAX_BYTES = 2 * 1024 * 1024
MAX_COLUMNS = 50
MAX_UNPACKED = 32 * 1024 * 1024
MAX_ENTRIES = 200
MAX_RATIO = 150
RATIO_FREE = 1024 * 1024
"""Parts this small may compress as well as they like: a short list of villages does."""

SAVE_AS = lazy("Xin mở tệp bằng Excel rồi lưu lại dạng “Excel Workbook (.xlsx)” hoặc “CSV UTF-8 (.csv)”.")
OTHER_KIND = lazy("Đây không phải là tệp CSV hoặc Excel (.xlsx). %(advice)s", advice=SAVE_AS)
MACRO = lazy("Tệp có macro nên không được nhận. Xin lưu lại dạng “Excel Workbook (.xlsx)”.")


class SpreadsheetError(DomainError):
    """The file cannot be read as a table; `str()` says why and what to do."""


def too_many_rows(limit: int) -> SpreadsheetError:
    return SpreadsheetError(lazy("Tệp có quá nhiều dòng (nhiều hơn %(limit)s).", limit=format_count(limit)))


def too_many_columns(limit: int) -> SpreadsheetError:
    return SpreadsheetError(lazy("Tệp có quá nhiều cột (nhiều hơn %(limit)s).", limit=format_count(limit)))
