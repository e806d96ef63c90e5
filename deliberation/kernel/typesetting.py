"""Printed pages as PDF: a template of templates/ and plain JSON, set by Typst in letters that we bring ourselves.

Setting pages takes the processor for a moment and half a megabyte a page, which Typst gives back only when its process
ends. So it happens in a process of its own, one job at a time, and a long run in several goes of their own: the server
goes on answering, and two thousand pages take no more memory than two hundred.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
LETTERS = ROOT / "static" / "dist" / "fonts"
LONGEST_SECONDS = 300
AT_ONCE = 200

_one_at_a_time = threading.BoundedSemaphore()


class TypesettingFailed(Exception):
    """A fault of ours: the template or its data are wrong, or the letters have not been built."""


def pdf(template: str, data: Mapping[str, Any], *, each: str = "") -> bytes:
    """The PDF that ``template`` ("votes/ballot.typ") gives with ``data``, which it reads as ``sys.inputs.data``.

    What people have typed is data and never part of the template, so nothing in it can be an instruction. ``each``
    names the list of ``data`` of which every item begins a new page; a long one may then be set in several goes.
    """
    command = [sys.executable, "-m", __name__, template, each]
    sent = json.dumps(data, ensure_ascii=False).encode()
    with _one_at_a_time:
        done = subprocess.run(  # noqa: S603 - our own module and the name of one of our templates
            command, input=sent, capture_output=True, timeout=LONGEST_SECONDS, check=False, cwd=ROOT
        )
    if done.returncode:
        raise TypesettingFailed(f"{template}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def _set(template: str, data: Mapping[str, Any]) -> bytes:
    """One go, in this very process. The machine's own letters are left alone."""
    import typst

    if not LETTERS.is_dir():
        raise TypesettingFailed(f"{LETTERS} is missing: run make setup")
    letters = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(LETTERS)])
    return typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=letters,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_tags=False,  # They are to be printed; tags make the file three times as large.
    )


def _in_goes(data: Mapping[str, Any], each: str) -> Iterator[Mapping[str, Any]]:
    items = data[each]
    for start in range(0, len(items), AT_ONCE):
        yield {**data, each: items[start : start + AT_ONCE]}


def _main(template: str, each: str) -> bytes:
    data = json.load(sys.stdin)
    if not each or len(data[each]) <= AT_ONCE:
        return _set(template, data)
    from pypdf import PdfWriter

    together, written = PdfWriter(), io.BytesIO()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for part in processes.map(partial(_set, template), _in_goes(data, each)):
            together.append(io.BytesIO(part))
    together.write(written)
    return written.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(_main(*sys.argv[1:]))
