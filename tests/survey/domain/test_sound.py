"""What is a recording that phones can play, told by its bytes."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest

from survey.domain.errors import DomainError
from survey.domain.sound import CLIP_BYTES, CLIP_SECONDS, ENDINGS, check_sound
from tests.survey.sounds import make_m4a, make_mp3, make_ogg, make_wav

MAKERS: dict[str, Callable[..., bytes]] = {
    "audio/wav": make_wav,
    "audio/mpeg": make_mp3,
    "audio/mp4": make_m4a,
    "audio/ogg": make_ogg,
}
HTML = b"<!doctype html><html><body><script>alert(1)</script>" + b"<p>xin ch\xc3\xa0o</p>" * 200


def refusal(content: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        check_sound(content)
    return str(refused.value)


@pytest.mark.parametrize("mime", ENDINGS)
def test_a_recording_is_known_by_its_bytes_with_its_length(mime):
    content = MAKERS[mime](3)
    sound = check_sound(content)
    assert sound.mime == mime
    assert sound.seconds == pytest.approx(3, abs=0.1)
    assert sound.digest == sha256(content).hexdigest()
    assert sound.content == content


@pytest.mark.parametrize("mime", ENDINGS)
def test_a_recording_of_a_minute_is_kept_and_a_longer_one_refused(mime):
    rate = {"rate": 4000} if mime == "audio/wav" else {}
    assert check_sound(MAKERS[mime](CLIP_SECONDS - 1, **rate)).seconds == pytest.approx(59, abs=0.1)
    assert "dài 70 giây" in refusal(MAKERS[mime](CLIP_SECONDS + 10, **rate))


def test_a_recording_of_just_the_size_is_kept_and_a_byte_more_refused():
    header = len(make_wav(0))
    rate = 24_000
    full = make_wav((CLIP_BYTES - header) / rate, rate=rate)
    assert len(full) == CLIP_BYTES
    assert check_sound(full).mime == "audio/wav"
    assert "1 MB" in refusal(full + b"\0")


@pytest.mark.parametrize("mime", ENDINGS)
def test_a_recording_that_was_cut_off_is_refused(mime):
    content = MAKERS[mime](4, told_frames=153) if mime == "audio/mpeg" else MAKERS[mime](4)
    assert check_sound(content).seconds > 3
    for kept in (0.7, 0.3):
        assert refusal(content[: int(len(content) * kept)])


@pytest.mark.parametrize(
    "content",
    [
        HTML,
        b"\xff\xfb\x10\xc0" + HTML,
        b"\xff\xfb\x10\xc0" * 3 + HTML,
        b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) + HTML,
        b"RIFF\x24\x00\x00\x00WAVE" + HTML,
        b"OggS" + HTML,
        b"\0\0\0\x18ftypM4A " + HTML,
        b"\x1aE\xdf\xa3" + b"\x42\x82\x84webm" * 50,
        b"#!AMR\n" + bytes(500),
        b"%PDF-1.7" + bytes(500),
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"\0" * 5000,
        b"\xff" * 5000,
        b"x",
    ],
    ids=lambda content: repr(content[:14]),
)
def test_what_is_no_recording_is_refused_in_a_sentence(content):
    assert refusal(content).endswith(".")


def test_an_empty_file_is_told_as_such():
    assert "trống" in refusal(b"")


def test_codecs_that_phones_do_not_play_are_refused():
    assert "MP3, M4A" in refusal(make_m4a(codec=b"samr"))
    speex = b"Speex   " + bytes(28) + (16_000).to_bytes(4, "little") + bytes(40)
    assert "MP3, M4A" in refusal(make_ogg(head=speex))


def test_a_recording_without_a_moment_of_sound_is_refused():
    assert refusal(make_wav(0))
    assert "trống" in refusal(make_wav(0.0003))
    assert refusal(make_m4a(0))
    assert refusal(make_ogg(0))


def test_a_cover_picture_does_not_count_as_sound():
    assert check_sound(make_mp3(2, tag=bytes(30_000))).seconds == pytest.approx(2, abs=0.1)


def test_a_recording_cannot_be_called_shorter_than_it_is():
    """Its first frame says ten frames, where there are three thousand: a minute and a half."""
    assert refusal(make_mp3(90, told_frames=10))
