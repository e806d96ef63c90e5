"""A real Chromium: found or installed, started once per worker, and people with browsers of their own.

``python -m tests.support.browser`` makes sure that there is one, with Chinese fonts where that can be arranged.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response, sync_playwright

# The shell is the same Chromium without the windows, menus and pages of its own that a whole one opens for each person
# at a browser, which nobody sees here and which cost more than our pages.
SHELL = ("/usr/bin/chromium-headless-shell",)
SYSTEM = (*SHELL, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A refusal is an answer, not a fault: Chromium reports the 4xx of a page or a fetch as an error of the console.
ALWAYS_ALLOWED = (r"Failed to load resource: the server responded with a status of 4\d\d",)


def find_chromium(playwright: Playwright | None = None) -> str | None:
    """The Chromium to use: ``$CHROMIUM``, the system's, or Playwright's own download; None when there is none."""
    for candidate in (os.environ.get("CHROMIUM"), *SYSTEM):
        if candidate and Path(candidate).exists():
            return candidate
    if playwright is not None:
        return playwright.chromium.executable_path if Path(playwright.chromium.executable_path).exists() else None
    with sync_playwright() as opened:
        return find_chromium(opened)


def install() -> None:
    """Install Chromium when there is none: Debian's package as root, else Playwright's own download.

    Where only a whole Chromium is found, Debian's shell of it is put beside it; without it the journeys take longer.
    """
    can_use_apt = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if can_use_apt and "CHROMIUM" not in os.environ and not any(Path(each).exists() for each in SHELL):
        _apt("chromium-headless-shell")
    if find_chromium() is None and not (can_use_apt and _apt("chromium")):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    if can_use_apt and not _has_chinese_font():
        _apt("fonts-noto-cjk")
    if find_chromium() is None:
        raise SystemExit("There is no Chromium, and none could be installed. Set CHROMIUM=/path/to/chromium.")


def _apt(package: str) -> bool:
    """Install one Debian package; True when it worked. Another apt-get at work is waited for."""
    print(f"Installing {package}.", flush=True)
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=400"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], env=environment, check=False, stdout=subprocess.DEVNULL)
    install = [*apt, "install", "--no-install-recommends", "--no-upgrade", "-y", package]
    return subprocess.run(install, env=environment, check=False, stdout=subprocess.DEVNULL).returncode == 0


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def launch(playwright: Playwright) -> Browser:
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    return playwright.chromium.launch(executable_path=find_chromium(playwright), args=flags)


@dataclass
class Person:
    """Somebody at a browser of their own. ``page`` is their first page; ``faults`` is what went wrong in any of them.

    A fault is an error in the console (a violated content security policy is one), an exception nobody caught, a
    missing script, style sheet or picture, and an answer of 500 or more. ``allow`` excuses what a test provokes.
    """

    context: BrowserContext
    page: Page
    name: str
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=lambda: list(ALWAYS_ALLOWED))

    def allow(self, pattern: str) -> None:
        """Excuse faults that match the regular expression ``pattern``, such as ``ERR_CONNECTION_REFUSED``."""
        self.allowed.append(pattern)

    def unexcused(self) -> list[str]:
        return [fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.allowed)]

    def watch(self) -> None:
        """Note the faults of every page this person opens from now on."""
        self.context.on("console", self._note_console)
        self.context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        self.context.on("response", self._note_response)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _note_response(self, response: Response) -> None:
        is_part = response.request.resource_type in ("script", "stylesheet", "image", "font")
        if response.status >= 500 or (is_part and response.status >= 400):
            self.faults.append(f"answer {response.status}: {response.request.method} {response.url}")


def sit_down(
    browser: Browser,
    *,
    name: str,
    base_url: str | None,
    width: int,
    height: int,
    locale: str,
    keeps_pages: bool = False,
) -> Person:
    """A person with a fresh browser in Shanghai; nobody else's cookies.

    Only with ``keeps_pages`` may the service worker answer: it would hide from a test that the server is gone.
    """
    context = browser.new_context(
        locale=locale,
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
        base_url=base_url,
        service_workers="allow" if keeps_pages else "block",
        reduced_motion="reduce",  # A dot that pulses is painted sixty times a second, and nobody looks at it.
    )
    context.set_default_timeout(15_000)
    person = Person(context, context.new_page(), name)
    person.watch()
    return person


if __name__ == "__main__":
    install()
