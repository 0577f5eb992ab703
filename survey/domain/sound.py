"""A recording that is read aloud: of which kind, how large and how long it may be, judged by its bytes.

MP3 and AAC in MP4 are what phones' recorders and sound editors write, and what every phone plays; PCM in WAV
is what old recorders write. Ogg (Opus, Vorbis) plays in an Android web view, on an iPhone only from iOS 18.4.
AMR and WebM are refused: no web view plays the one, and iPhones before iOS 17 not the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO

from tinytag import TinyTag, TinyTagException

from survey.domain.errors import DomainError
from translations.catalogue import LazyText, lazy
from translations.numbers import format_count

CLIP_BYTES = 2**20
CLIP_SECONDS = 60
_SHORTEST_SECONDS = 0.1

ENDINGS: Mapping[str, str] = {"audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav", "audio/ogg": "ogg"}
_CODECS = {"mp4a.40": "audio/mp4", "1": "audio/wav", "opus": "audio/ogg", "vorbis": "audio/ogg"}
_CONTAINERS = (b"RIFF", b"OggS", b"ID3")

_EMPTY = lazy("Tệp này trống. Xin ghi âm lại rồi chọn tệp khác.")
_NOT_SOUND = lazy("Tệp này không phải đoạn ghi âm MP3, M4A, WAV hoặc OGG mà điện thoại nghe được.")
_CUT_OFF = lazy("Tệp này bị cắt ngang hoặc hỏng. Xin chép lại từ máy ghi âm.")


@dataclass(frozen=True)
class Sound:
    """A recording that was checked; `mime` is a key of ENDINGS."""

    content: bytes
    mime: str
    seconds: float

    @cached_property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


def check_sound(content: bytes) -> Sound:
    """The recording in a file, whatever the file is called.

    Raises:
        DomainError: it is empty, too large or too long, no sound that phones play, or cut off.
    """
    if not content:
        raise DomainError(_EMPTY)
    if len(content) > CLIP_BYTES:
        raise DomainError(_too_large())
    try:
        tag = TinyTag.get(file_obj=BytesIO(content), tags=False)
    except TinyTagException as error:
        raise DomainError(_CUT_OFF if _is_known(content) else _NOT_SOUND) from error
    mime = _find_mime(tag.mime_type or "")
    if mime is None:
        raise DomainError(_NOT_SOUND)
    if not tag.duration or not _is_whole(content, mime, tag):
        raise DomainError(_NOT_SOUND if mime == "audio/mpeg" and not tag.duration else _CUT_OFF)
    if tag.duration > CLIP_SECONDS:
        raise DomainError(_too_long(tag.duration))
    if tag.duration < _SHORTEST_SECONDS:
        raise DomainError(_EMPTY)
    return Sound(content, mime, round(tag.duration, 3))


def _too_large() -> LazyText:
    return lazy(
        "Tệp lớn quá %(size)s MB. Xin ghi âm ngắn hơn hoặc lưu ở dạng MP3, M4A.",
        size=format_count(CLIP_BYTES // 2**20),
    )


def _too_long(seconds: float) -> LazyText:
    return lazy(
        "Đoạn ghi âm dài %(seconds)s giây; xin đọc gọn trong %(limit)s giây.",
        seconds=format_count(round(seconds)),
        limit=format_count(CLIP_SECONDS),
    )


def _is_known(content: bytes) -> bool:
    return content.startswith(_CONTAINERS) or content[4:8] == b"ftyp"


def _find_mime(described: str) -> str | None:
    """The type to serve it under, from what tinytag makes of it, such as `audio/ogg; codecs="opus"`."""
    kind, _, codec = described.partition('; codecs="')
    if kind == "audio/mpeg":
        return kind
    codec = codec.rstrip('"')
    family = ".".join(codec.split(".")[:2])
    return kind if _CODECS.get(family) == kind else None


def _is_whole(content: bytes, mime: str, tag: TinyTag) -> bool:
    """Whether the file goes on to where it says that it ends."""
    if mime == "audio/mpeg":
        return _is_whole_mp3(content, tag)
    ends = {"audio/mp4": _atom_ends, "audio/wav": _chunk_ends, "audio/ogg": _page_ends}[mime]
    return all(end <= len(content) for end in ends(content))


def _is_whole_mp3(content: bytes, tag: TinyTag) -> bool:
    """An MP3 has no length of its own; its bytes must fit its bit rate.

    They don't where its first frame tells of more frames than there are, and where frames were but met
    by chance in something else.
    """
    tagged = 10 + _unsynchsafe(content[6:10]) if content.startswith(b"ID3") else 0
    told = (tag.bitrate or 0) * 1000 * (tag.duration or 0) / 8
    return 0.8 * told <= len(content) - tagged <= 1.3 * told + 512


def _unsynchsafe(size: bytes) -> int:
    """Four bytes of seven bits, as ID3 writes a length."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=False))


def _atom_ends(content: bytes) -> Iterator[int]:
    """Where each top-level box of an MP4 ends; a box of size 0 is the last."""
    start = 0
    while start + 8 <= len(content):
        size = int.from_bytes(content[start : start + 4], "big")
        if size == 1:
            size = int.from_bytes(content[start + 8 : start + 16], "big")
        elif size == 0:
            return
        start += max(size, 8)
        yield start


def _chunk_ends(content: bytes) -> Iterator[int]:
    start = 12
    while start + 8 <= len(content):
        size = int.from_bytes(content[start + 4 : start + 8], "little")
        yield start + 8 + size
        start += 8 + size + size % 2


def _page_ends(content: bytes) -> Iterator[int]:
    """Where each page of an Ogg ends; beyond the file where the next page should begin and does not."""
    start = 0
    while start < len(content):
        segments = content[start + 26 : start + 27]
        if not content.startswith(b"OggS", start) or not segments:
            yield len(content) + 1
            return
        table = content[start + 27 : start + 27 + segments[0]]
        start += 27 + segments[0] + sum(table)
        yield start
