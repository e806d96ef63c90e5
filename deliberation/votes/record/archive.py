"""A zip whose bytes follow from its files alone, so that a changed byte anywhere shows. Pure.

Files stand in the order of their names, uncompressed, with one fixed time and no extras.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

LARGEST = 512 * 1024 * 1024
NEVER = (1980, 1, 1, 0, 0, 0)
LOCAL_HEADER = 30  # Bytes before the name of a file (APPNOTE.TXT, section 4.3.7).


class NoRecord(Exception):
    """These bytes are no record; the text says why."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """The one zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, NEVER)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a zip, read without regard to its checksums, which the manifest's are better than."""
    if len(data) > LARGEST:
        raise NoRecord(f"it is larger than {LARGEST // 1024 // 1024} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, UnicodeDecodeError) as error:
        raise NoRecord(f"it is no zip file ({error})") from None
    if sum(entry.file_size for entry in entries) > len(data):
        raise NoRecord("it says that more is in it than there is")
    return {entry.filename: _stored(data, entry) for entry in entries}


def _stored(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """An entry's bytes as they stand: nothing in a record is compressed, so nothing can swell."""
    if entry.compress_type != zipfile.ZIP_STORED:
        raise NoRecord(f"{entry.filename} is compressed, which nothing in a record is")
    start = _start(entry)
    return data[start : start + entry.file_size]


def _start(entry: zipfile.ZipInfo) -> int:
    return entry.header_offset + LOCAL_HEADER + len(entry.filename.encode())


def difference(data: bytes, files: Mapping[str, bytes]) -> tuple[str, int] | None:
    """Where ``data`` stops being the one zip of these files: the name of the file there, and the byte.

    The name is empty in the zip's own list of files; ``None`` when nothing differs.
    """
    again = pack(files)
    if again == data:
        return None
    at = next((place for place, (one, other) in enumerate(zip(again, data, strict=False)) if one != other), len(again))
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        for entry in archive.infolist():
            if entry.header_offset <= at < _start(entry) + entry.file_size:
                return entry.filename, at
    return "", at
