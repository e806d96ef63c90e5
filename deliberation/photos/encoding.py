"""Decoding what was sent and writing it anew: nothing of the original file but its pixels survives."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from deliberation.photos.rules import (
    FORMATS,
    LONGEST_EDGE,
    SIGN_EDGE,
    SMALL_EDGE,
    SMALL_SIGN_EDGE,
    NotAPicture,
    PictureTooLarge,
    refusal_of_sign,
    refusal_of_size,
)

QUALITY = 84
WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Encoded:
    """Two JPEG files, of 1600 and of 400 pixels at most along the longer edge; the size is that of the first."""

    width: int
    height: int
    large: bytes
    small: bytes


def encode(content: bytes, *, name: str) -> Encoded:
    """Decode a JPEG, PNG or WebP wholly and encode it anew, upright and without metadata.

    ``name`` is for the refusal's sentence. Raises ``NotAPicture`` or ``PictureTooLarge``.
    """
    large = _decode(content, name=name)
    small = large.copy()
    small.thumbnail((SMALL_EDGE, SMALL_EDGE))
    return Encoded(width=large.width, height=large.height, large=_as_jpeg(large), small=_as_jpeg(small))


@dataclass(frozen=True)
class EncodedSign:
    """Two square PNG files, of 512 and of 192 pixels: telephones take no JPEG for an app."""

    large: bytes
    small: bytes


def encode_sign(content: bytes, *, name: str) -> EncodedSign:
    """The same for the emblem of a place: the whole picture on a white square, nothing of it cut off.

    Raises ``NotAPicture``, ``PictureTooLarge`` or ``PictureTooSmall``.
    """
    picture = _decode(content, name=name)
    refusal = refusal_of_sign(name=name, width=picture.width, height=picture.height)
    if refusal:
        raise refusal
    edges = (SIGN_EDGE, SMALL_SIGN_EDGE)
    large, small = (_as_png(ImageOps.pad(picture, (edge, edge), color=WHITE)) for edge in edges)
    return EncodedSign(large, small)


def _as_png(picture: Image.Image) -> bytes:
    """In 256 colours, which is enough for a sign and a third of the bytes; from the bare pixels, as below."""
    written = BytesIO()
    Image.frombytes("RGB", picture.size, picture.tobytes()).quantize(256).save(written, "PNG", optimize=True)
    return written.getvalue()


def _decode(content: bytes, *, name: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # Our own limit, below, is stricter.
            picture = Image.open(BytesIO(content), formats=FORMATS)
        refusal = refusal_of_size(name=name, width=picture.width, height=picture.height)
        if refusal:
            raise refusal
        return _upright_and_plain(picture)
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(name=name) from error
    except (NotAPicture, PictureTooLarge):
        raise
    except Exception as error:  # Decoders fail on broken files in a dozen ways; each means the same to the person.
        raise NotAPicture(name=name) from error


def _upright_and_plain(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held, no longer than 1600 pixels, in three colours on white."""
    picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # A large JPEG is decoded at a fraction of its size.
    picture.load()
    plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    plain.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    turned = ImageOps.exif_transpose(plain)
    if turned.mode == "RGB":
        return turned
    ground = Image.new("RGB", turned.size, WHITE)
    ground.paste(turned, mask=turned.getchannel("A"))
    return ground


def _as_jpeg(picture: Image.Image) -> bytes:
    """Encoded from the bare pixels: Pillow would else carry over what it found beside them."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())
    written = BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()
