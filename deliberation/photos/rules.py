"""What a picture must be to be taken in: pure."""

from __future__ import annotations

from datetime import timedelta

from deliberation.kernel.errors import N_, Refusal

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000  # A few bytes can claim more pixels than memory holds; the claim is read before decoding.
LONGEST_EDGE = 1600
SMALL_EDGE = 400
SIGN_EDGE = 512  # A place's own emblem, square, as a telephone wants it for an app …
SMALL_SIGN_EDGE = 192  # … and as pages show it; no picture may be smaller.
FORMATS = ("JPEG", "PNG", "WEBP")
DRAFT_LIFETIME = timedelta(days=1)
STAGED_LIFETIME = timedelta(hours=1)  # Far longer than any transaction lasts.


class NotAPicture(Refusal):
    code = "not_a_picture"
    status = 422
    sentence = N_("「%(name)s」不是能打开的照片，没有收下。请换一张 JPEG、PNG 或 WebP 照片。")


class PictureTooLarge(Refusal):
    code = "picture_too_large"
    status = 422
    sentence = N_("「%(name)s」太大，没有收下。每张最多 8 MB、5000 万像素，请缩小后再放。")


class PictureTooSmall(Refusal):
    code = "picture_too_small"
    status = 422
    sentence = N_("「%(name)s」太小，放大了会糊，没有收下。请换一张长边至少 %(least)s 像素的。")


def refusal_of_bytes(*, name: str, length: int) -> Refusal | None:
    """Whether a file of ``length`` bytes may be looked at."""
    if length > MOST_BYTES:
        return PictureTooLarge(name=name)
    return NotAPicture(name=name) if length == 0 else None


def refusal_of_size(*, name: str, width: int, height: int) -> Refusal | None:
    """Whether a picture that claims ``width`` × ``height`` pixels may be decoded."""
    return PictureTooLarge(name=name) if width * height > MOST_PIXELS else None


def refusal_of_sign(*, name: str, width: int, height: int) -> Refusal | None:
    """Whether a picture of that size can be a place's emblem."""
    return PictureTooSmall(name=name, least=SMALL_SIGN_EDGE) if max(width, height) < SMALL_SIGN_EDGE else None
