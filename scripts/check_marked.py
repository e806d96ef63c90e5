"""No Chinese sentence in Python or in a template stands outside ``_()``, ``N_()`` or ``{% trans %}``.

A sentence that is not marked would never reach the translators, and ``check_translations`` could not miss it.
The demo's stories are data in one language, so ``deliberation/demo`` is left out.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
CHINESE = re.compile(r"[\u3400-\u9fff]")
MARKS = {"_", "N_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext", "pgettext"}
# A line of data (a pattern, a language's own name) is excused by a comment on it that gives the reason.
EXCUSE = re.compile(r"not translated: \S+")
TEMPLATES = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])


def _marked(tree: ast.AST) -> set[int]:
    """The ids of the string nodes that a marking call or a docstring holds."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS:
                found |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))  # A docstring.
    return found


def unmarked_in_python(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    marked = _marked(tree)
    lines = source.splitlines()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in marked:
            continue
        if CHINESE.search(node.value) and not EXCUSE.search(lines[node.lineno - 1]):
            yield node.lineno, node.value


def unmarked_in_template(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    tree = TEMPLATES.parse(source)
    marked: set[int] = set()
    for call in tree.find_all(nodes.Call):  # {% trans %} has become a call of gettext by now.
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS:
            marked |= {id(node) for node in call.find_all((nodes.Const, nodes.TemplateData))}
    lines = source.splitlines()
    for number, text in _texts(tree, marked):
        if CHINESE.search(text) and not EXCUSE.search(lines[number - 1]):
            yield number, text.strip()


def _texts(tree: nodes.Template, marked: set[int]) -> Iterator[tuple[int, str]]:
    """Every line of text and every string constant of a template that no marking call holds."""
    for data in tree.find_all(nodes.TemplateData):
        if id(data) not in marked:
            yield from enumerate(data.data.splitlines(), start=data.lineno)
    for constant in tree.find_all(nodes.Const):
        if id(constant) not in marked and isinstance(constant.value, str):
            yield constant.lineno, constant.value


def main() -> int:
    python = [p for p in sorted((ROOT / "deliberation").rglob("*.py")) if "demo" not in p.relative_to(ROOT).parts]
    templates = [p for kind in ("html", "txt") for p in sorted((ROOT / "templates").rglob(f"*.{kind}"))]
    problems = [(path, *found) for path in python for found in unmarked_in_python(path)]
    problems += [(path, *found) for path in templates for found in unmarked_in_template(path)]
    for path, line, text in problems:
        print(f"{path.relative_to(ROOT)}:{line}: not marked for translation: {text[:60]}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
