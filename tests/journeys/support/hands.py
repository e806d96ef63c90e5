"""What a person does at a browser, in few words."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from deliberation.demo.cast import DOMAIN, PASSWORD
from tests.support.browser import Person


def sign_in(person: Person, key: str) -> None:
    """By the sign-in page, with the password."""
    page = person.page
    page.goto("/login")
    page.get_by_label("手机号或邮箱").fill(f"{key}@{DOMAIN}")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, "登录", within="main")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("登录")


def press(page: Page, name: str, *, within: str = "body") -> None:
    page.locator(within).get_by_role("button", name=name, exact=True).first.click()


def press_and_confirm(page: Page, name: str, *, within: str = "body") -> None:
    """Press a button that asks first, and say yes."""
    press(page, name, within=within)
    page.locator("dialog[open] .dialog__go button").last.click()


def follow(page: Page, name: str, *, within: str = "main") -> None:
    """Go where a link leads; returns when the next page stands."""
    with page.expect_navigation(wait_until="load"):
        page.locator(within).get_by_role("link", name=name).first.click()


def sees(page: Page, text: str) -> None:
    """The text stands on the page and can be seen."""
    expect(page.get_by_text(text).filter(visible=True).first).to_be_visible()


def unfold(page: Page) -> None:
    """Open how every result was worked out: the sums stand folded under the sentence."""
    page.wait_for_load_state()
    for summary in page.locator("details.data:not([open]) > summary", has_text="怎么算的").all():
        summary.click()


def sees_in(page: Page, region: str, text: str) -> None:
    """The text stands in a region of the live room."""
    expect(page.locator(f'[data-region="{region}"]')).to_contain_text(text)


IS_AT = (
    """target => target === document.activeElement && (target.matches(':focus-visible') || target.type === 'radio')"""
)


def tab_to(page: Page, target: Locator, *, most: int = 60) -> None:
    """Go there by the Tab key alone; the focus can be seen when it has come."""
    for _press in range(most):
        if target.evaluate(IS_AT):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by {most} presses of Tab")


def save(drawn: BytesIO, folder: Path, name: str) -> Path:
    """A drawn picture as a file that a browser can choose."""
    file = folder / name
    file.write_bytes(drawn.getvalue())
    return file
