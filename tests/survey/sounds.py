"""Small recordings of silence, made byte by byte: what a phone's recorder would upload."""

from __future__ import annotations

import io
import wave
from struct import pack


def make_wav(seconds: float = 1, *, rate: int = 8000, tone: int = 0) -> bytes:
    """PCM of 8 bits; another `tone` is another recording."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes(bytes([128 + tone]) * round(seconds * rate))
    return out.getvalue()


def make_mp3(seconds: float = 1, *, tag: bytes = b"", told_frames: int = 0) -> bytes:
    """MPEG 1 layer III, 32 kbit/s, 44.1 kHz, mono; `told_frames` adds a first frame that tells of so many."""
    header, length = b"\xff\xfb\x10\xc0", 104
    frames = round(seconds * 44_100 / 1152)
    body = (header + bytes(length - 4)) * frames
    if told_frames:
        told = b"Xing" + pack(">III", 3, told_frames, (told_frames + 1) * length)
        body = (header + bytes(17) + told).ljust(length, b"\0") + body
    return (_id3(tag) if tag else b"") + body


def _id3(content: bytes) -> bytes:
    size = len(content)
    return b"ID3\x03\x00\x00" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + content


def make_m4a(seconds: float = 1, *, codec: bytes = b"mp4a") -> bytes:
    """AAC in MP4 as far as its boxes tell; what it would play is nothing."""
    decoder = b"\x04\x11\x40\x15" + bytes(3) + pack(">II", 32_000, 32_000) + b"\x05\x02\x12\x08"
    described = b"\0\0\0\0\x03\x18\0\1\0" + decoder
    entry = bytes(6) + pack(">H8xHHIHH", 1, 1, 16, 0, 44_100, 0) + _box(b"esds", described)
    sample = pack(">II", 0, 1) + _box(codec, entry)
    track = _box(b"trak", _box(b"mdia", _box(b"minf", _box(b"stbl", _box(b"stsd", sample)))))
    movie = _box(b"mvhd", pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)) + bytes(80))
    mdat = _box(b"mdat", bytes(200))
    return _box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom") + _box(b"moov", movie + track) + mdat


def _box(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content) + 8) + kind + content


def make_ogg(seconds: float = 1, *, head: bytes = b"OpusHead") -> bytes:
    """Opus in Ogg, frames of 20 ms."""
    frames = round(seconds * 50)
    pages = [
        _page(0, 0, 2, [head + pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)]),
        _page(1, 0, 0, [b"OpusTags" + pack("<I", 4) + b"test" + pack("<I", 0)]),
    ]
    for number, start in enumerate(range(0, frames, 50), start=2):
        last = min(start + 50, frames)
        pages.append(_page(number, last * 960, 4 * (last == frames), [b"\xf8\xff\xfe"] * (last - start)))
    return b"".join(pages)


def _page(number: int, granule: int, flags: int, packets: list[bytes]) -> bytes:
    header = b"OggS\0" + pack("<BqIIIB", flags, granule, 7, number, 0, len(packets))
    page = header + bytes(map(len, packets)) + b"".join(packets)
    return page[:22] + pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """CRC-32 as Ogg has it: polynomial 04c11db7, nothing reflected, nothing inverted."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc
