"""The shared face: what a template may say about style, scripts and icons, and that dark means the same everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes
from jinja2.defaults import DEFAULT_FILTERS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ICON = re.compile(r"""\bic\(\s*'([a-z0-9-]+)'|\bicon='([a-z0-9-]+)'""")


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_icons_of_templates_are_in_the_sprite(template: Path) -> None:
    known = set((ROOT / "frontend" / "icons.txt").read_text().split())
    used = {first or second for first, second in ICON.findall(template.read_text())}
    assert used <= known, f"add to frontend/icons.txt: {sorted(used - known)}"


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_templates_hold_no_inline_script_handler_or_style(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style\b", text)
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes
    assert not re.search(r"<[^>{]*\son[a-z]+=", text)
    for style in re.findall(r'\sstyle="([^"]*)"', text):
        assert style.startswith("--"), f"only custom properties may stand in a style attribute: {style}"


def test_no_word_is_worked_out_once_for_every_language(sqlite_app: Flask) -> None:
    """Jinja works a filter of a constant out when it compiles a page, unless the filter asks for the context."""
    env = sqlite_app.jinja_env
    asking = {name for name, each in env.filters.items() if hasattr(each, "jinja_pass_arg")}
    trees = {ids(template): env.parse(template.read_text()) for template in TEMPLATES}
    found = {
        f"{name}:{each.lineno} {each.name}"
        for name, tree in trees.items()
        for each in tree.find_all(nodes.Filter)
        if isinstance(each.node, nodes.Const) and each.name not in asking | DEFAULT_FILTERS.keys()
    }
    assert found == set()


def colours_of(selector: str, tokens: str) -> set[tuple[str, str]]:
    block = re.search(rf"^\s*{re.escape(selector)} \{{(.*?)\}}", tokens, re.S | re.M)
    assert block, selector
    return set(re.findall(r"(--[\w-]+|color-scheme):\s*([^;]+);", block.group(1)))


@pytest.mark.parametrize("mode", ["", '[data-mode="elder"]'])
def test_both_dark_blocks_hold_the_same_colours(mode: str) -> None:
    tokens = (ROOT / "frontend" / "styles" / "tokens.css").read_text()
    dark, automatic = (colours_of(f'{mode}[data-bs-theme="{theme}"]', tokens) for theme in ("dark", "auto"))
    assert dark == automatic


def test_every_page_style_sheet_is_part_of_the_bundle() -> None:
    main = (ROOT / "frontend" / "styles" / "main.css").read_text()
    for sheet in (ROOT / "frontend" / "styles" / "pages").glob("*.css"):
        assert f'@import "./pages/{sheet.name}";' in main
