"""What people see when something cannot be done: a sentence, never a stack trace."""

from __future__ import annotations

from typing import Any, BinaryIO

from flask import Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized

from survey.access import find_access
from survey.domain.errors import Conflict, DomainError, Forbidden, NotFound
from survey.web.context import find_actor
from survey.web.late_forms import find_page_of_form, list_typed_texts
from translations.catalogue import LazyText, lazy

_SENTENCES: dict[int, LazyText] = {
    400: lazy("Yêu cầu chưa đúng. Xin quay lại và thử lần nữa."),
    403: lazy("Tài khoản của ông/bà không có quyền xem trang này."),
    404: lazy("Không có trang này. Xin xem lại địa chỉ đã gõ hoặc đã quét."),
    405: lazy("Yêu cầu chưa đúng. Xin quay lại và thử lần nữa."),
    413: lazy("Nội dung gửi lên quá lớn."),
    429: lazy("Có quá nhiều lần thử. Xin chờ ít phút rồi làm lại."),
    500: lazy("Hệ thống gặp trục trặc. Việc vừa làm chưa được ghi; xin thử lại sau ít phút."),
}
_NOT_FOUND_BY_STAFF = lazy("Không có trang này, hoặc trang không dành cho tài khoản của ông/bà.")
_STATUS: tuple[tuple[type[DomainError], int], ...] = ((NotFound, 404), (Forbidden, 403), (Conflict, 409))

_LARGEST_LET_THROUGH = 8 * 2**20
_CHUNK = 64 * 2**10


class DiscreetFlask(Flask):
    """Flask, but a log line names the view that failed and not the address, which may hold a slip's code."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("Exception in %s", request.endpoint, exc_info=exc_info)


def _page(status: int, sentence: str) -> ResponseReturnValue:
    return render_template("error.html", status=status, sentence=sentence), status


def let_through(stream: BinaryIO) -> None:
    """Read what is too large to the end: browsers show no answer before they have sent everything."""
    left = _LARGEST_LET_THROUGH
    while left > 0 and (chunk := stream.read(_CHUNK)):
        left -= len(chunk)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if status == 413:
        let_through(request.environ["wsgi.input"])
    sentence = _SENTENCES.get(status, _SENTENCES[400 if status < 500 else 500])
    return _page(status, str(_NOT_FOUND_BY_STAFF if status == 404 and find_actor() else sentence))


def _domain(error: DomainError) -> ResponseReturnValue:
    return _page(next((status for kind, status in _STATUS if isinstance(error, kind)), 400), str(error))


def _session_over(_error: Unauthorized) -> ResponseReturnValue:
    return _late_form(
        401,
        lazy("Phiên làm việc đã hết"),
        lazy("Phiên làm việc đã hết nên việc vừa gửi chưa được ghi. Xin đăng nhập rồi gửi lại."),
    )


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _late_form(
        400,
        lazy("Trang đã mở quá lâu"),
        lazy("Trang đã mở quá lâu nên việc vừa gửi chưa được ghi. Xin mở lại trang rồi gửi lần nữa."),
    )


def _late_form(status: int, title: LazyText, sentence: LazyText) -> ResponseReturnValue:
    """Say that nothing was written, give back what was typed, and lead to the page where it goes."""
    page = find_page_of_form()
    shown = render_template(
        "late_form.html",
        title=title,
        sentence=sentence,
        texts=list_typed_texts() if _is_for_staff() else [],
        next_page=(page or url_for("tasks.show")) if find_actor() else url_for("accounts.sign_in", next=page),
    )
    return shown, status


def _is_for_staff() -> bool:
    access = find_access(current_app.view_functions[request.endpoint or ""])
    return access is not None and access.signed_in


def install(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(Unauthorized, _session_over)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
