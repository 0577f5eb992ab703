"""Addresses and texts that no row can have are answered in a sentence, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app import create_app
from survey.application import detach
from survey.settings import read_settings


@pytest.fixture
def visitor(database_url: str, tmp_path) -> Iterator[FlaskClient]:
    app = create_app(read_settings({"DATABASE_URL": database_url}, tmp_path))
    yield app.test_client()
    detach(app)


@pytest.mark.parametrize("number", [0, 2**31, 10**20])
def test_a_number_no_row_can_have_is_an_address_that_does_not_exist(
    visitor: FlaskClient, number: int
) -> None:
    answer = visitor.get(f"/ket-qua-cong-khai/{number}")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text


def test_a_null_character_in_a_staff_form_is_refused(visitor: FlaskClient) -> None:
    answer = visitor.get("/dang-nhap?next=%00")
    assert answer.status_code == 400
    assert "Yêu cầu chưa đúng" in answer.text
