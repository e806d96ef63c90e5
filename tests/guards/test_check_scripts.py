"""The scripts behind ``make check`` find what they are there to find."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Message

import check_locks
import check_marked
from catalog import template
from check_translations import problem_of

MISSING = Message("还差 %(missing)s 票", string="%(missing)s votes short")


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (MISSING, None),
        (None, "missing"),
        (Message(MISSING.id, string=""), "empty"),
        (Message(MISSING.id, string="%(missing)s votes short", flags=["fuzzy"]), "fuzzy"),
        (Message(MISSING.id, string="%(missed)s votes short"), "placeholders differ"),
        (Message(MISSING.id, string="some votes short"), "placeholders differ"),
        (Message(MISSING.id, string="还差 %(missing)s"), "still has Chinese"),
    ],
)
def test_an_incomplete_translation_is_found(target: Message | None, problem: str | None) -> None:
    found = problem_of(MISSING, target)
    assert (found is None) if problem is None else (found or "").startswith(problem)


def test_a_plural_may_leave_its_number_out_of_the_singular() -> None:
    source = Message(("%(num)s 票", "%(num)s 票"))
    assert problem_of(source, Message(source.id, string=("one vote", "%(num)s votes"))) is None
    assert problem_of(source, Message(source.id, string=("one vote", "%(count)s votes"))) is not None


PYTHON = '''
"""说明文字。"""
from flask_babel import gettext as _
marked = _("已经写好")
declared = N_("也已经写好")
data = "[一-龥]"  # not translated: a pattern, not a sentence
bare = "忘了标记"
'''
TEMPLATE = """{# 注释 #}<h1>{{ _('标题') }}</h1>
{% trans n=3 %}还差 {{ n }} 票{% endtrans %}
<p>{{ ngettext('一个', '%(num)s 个', 3) }}</p>
<p>忘了标记</p>
<p>{{ '也忘了' }}</p>
<p>中文</p>{# not translated: the language's own name #}
"""


def test_a_sentence_that_is_not_marked_is_found(tmp_path: Path) -> None:
    source, template = tmp_path / "views.py", tmp_path / "page.html"
    source.write_text(PYTHON, encoding="utf-8")
    template.write_text(TEMPLATE, encoding="utf-8")
    assert list(check_marked.unmarked_in_python(source)) == [(7, "忘了标记")]
    assert sorted(check_marked.unmarked_in_template(template)) == [(4, "<p>忘了标记</p>"), (5, "也忘了")]


@pytest.mark.parametrize("line", ["--index-url https://example.org/simple", '"resolved": "https://example.org/a.tgz"'])
def test_a_lock_file_that_names_a_registry_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "requirements.lock").write_text(f"flask==3.1.3\n{line}\n")
    monkeypatch.setattr(check_locks, "ROOT", tmp_path)
    assert len(list(check_locks.addresses())) == 1


def test_sentences_of_every_folder_are_looked_for() -> None:
    folders = {location[0].rsplit("/", 1)[0] for message in template() if message.id for location in message.locations}
    assert {"templates/_macros", "templates/messages", "templates/entries", "deliberation/kernel"} <= folders
