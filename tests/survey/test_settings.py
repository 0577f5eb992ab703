"""Development needs nothing; production refuses to start and names everything at once."""

from __future__ import annotations

import stat

import pytest

from survey.settings import SettingsError, read_settings

SAFE = {
    "APP_ENV": "production",
    "PUBLIC_URL": "https://khaosat.example.vn/",
    "DATABASE_URL": "postgresql://longdan@db/longdan",
    "SECRET_KEY": "s" * 32,
    "CODE_SECRET": "c" * 32,
    "TRUSTED_PROXIES": "1",
}


def test_development_starts_with_an_empty_environment(tmp_path):
    settings = read_settings({}, tmp_path)
    assert not settings.production
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path / 'longdan.sqlite3'}"
    assert settings.secret_key.encode() != settings.code_secret
    assert settings.min_base == 10


def test_a_checkout_keeps_its_own_secret_for_itself(tmp_path):
    first, again = read_settings({}, tmp_path / "a"), read_settings({}, tmp_path / "a")
    assert first.code_secret == again.code_secret != read_settings({}, tmp_path / "b").code_secret
    mode = (tmp_path / "a" / "development.secret").stat().st_mode
    assert not mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_the_address_in_development_follows_host_and_port(tmp_path):
    assert (
        read_settings({"HOST": "192.168.1.5", "PORT": "9000"}, tmp_path).public_url
        == "http://192.168.1.5:9000"
    )
    assert read_settings({"HOST": "::1"}, tmp_path).public_url == "http://[::1]:8000"


@pytest.mark.parametrize("everywhere", ["0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_prints_an_address_that_can_be_opened(tmp_path, everywhere):
    assert read_settings({"HOST": everywhere}, tmp_path).public_url == "http://127.0.0.1:8000"


def test_a_safe_production_starts_and_keeps_no_secret_file(tmp_path):
    settings = read_settings(SAFE, tmp_path)
    assert settings.production
    assert settings.https
    assert settings.public_url == "https://khaosat.example.vn"
    assert settings.trusted_proxies == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_production_names_everything_that_is_missing(tmp_path):
    with pytest.raises(SettingsError) as refused:
        read_settings({"APP_ENV": "production"}, tmp_path)
    named = {problem.partition(":")[0] for problem in refused.value.problems}
    assert named == set(SAFE) - {"APP_ENV"}
    assert all(problem in str(refused.value) for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": "ngắn"}, "SECRET_KEY"),
        ({"CODE_SECRET": "s" * 32}, "CODE_SECRET"),
        ({"PUBLIC_URL": "http://khaosat.example.vn"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "khaosat.example.vn"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://khaosat.example.vn/?a=1"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://xa.example.vn/khaosat/"}, "PUBLIC_URL"),
        ({"MIN_BASE": "4"}, "MIN_BASE"),
        ({"MIN_BASE": "mười"}, "MIN_BASE"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"SESSION_HOURS": "0"}, "SESSION_HOURS"),
    ],
)
def test_each_unsafe_setting_is_refused_by_its_name(tmp_path, change, named):
    with pytest.raises(SettingsError) as refused:
        read_settings(SAFE | change, tmp_path)
    assert {problem.partition(":")[0] for problem in refused.value.problems} == {named}


@pytest.mark.parametrize("change", [{"MIN_BASE": "1"}, {"PUBLIC_URL": "ftp://x"}, {"TRUSTED_PROXIES": ""}])
def test_nonsense_is_refused_in_development_too(tmp_path, change):
    with pytest.raises(SettingsError):
        read_settings(change, tmp_path)


def test_the_settings_are_frozen(tmp_path):
    with pytest.raises(AttributeError):
        read_settings({}, tmp_path).min_base = 1  # type: ignore[misc]
