"""Every sentence of the sources stands in every catalogue: translated, not fuzzy, with the same placeholders.

What is made by itself is checked as well: the zh-TW sentences hold no reading that nobody has looked at (taiwan.py),
and the sentences that pages hand to the scripts are the ones that the scripts say (frontend_strings.py).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

import frontend_strings
import taiwan
from catalog import LANGUAGES, path_of, template, texts, translated

PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]|%%")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def placeholders(text: str) -> Counter[str]:
    return Counter(match.group(0) for match in PLACEHOLDER.finditer(text))


def problem_of(source: Message, target: Message | None) -> str | None:
    """Why ``target`` is no translation of ``source``; None when it is one."""
    if target is None:
        return "missing"
    if target.fuzzy:
        return "fuzzy"
    words = texts(target.string)
    if not all(word.strip() for word in words):
        return "empty"
    wanted = placeholders(texts(source.id)[-1])
    # A plural may leave the number out of its singular ("one vote"), so only names it does not know are wrong there.
    plural = len(words) > 1
    for word in words:
        have = placeholders(word)
        if have != wanted and not (plural and set(have) <= set(wanted)):
            return f"placeholders differ: {sorted(wanted)} against {sorted(have)}"
    if any(CHINESE.search(word) for word in words):
        return "still has Chinese in it"
    return None


def problems(language: str, sources: Catalog) -> Iterator[str]:
    targets = translated(language)
    name = path_of(language).relative_to(path_of(language).parents[3])
    for source in sources:
        if not source.id:
            continue
        target = targets.get(texts(source.id)[0], source.context)
        if reason := problem_of(source, target):
            place = "{}:{}".format(*source.locations[0])
            yield f"{name}: {reason}: {texts(source.id)[0]!r} ({place})"
    for target in targets:
        if target.id and sources.get(texts(target.id)[0], target.context) is None:
            yield f"{name}: no longer in the sources: {texts(target.id)[0]!r}"


def problems_of_taiwan(sources: Catalog) -> Iterator[str]:
    for message in sources:
        source = texts(message.id)[-1]
        target = taiwan.converted(source)
        if doubtful := taiwan.doubtful(source):
            yield f"scripts/taiwan_words.txt: name the word with {doubtful!r}, right or wrong: {target!r}"
        if placeholders(source) != placeholders(target):
            yield f"scripts/taiwan_words.txt: a placeholder was changed: {target!r}"


def main() -> int:
    sources = template()
    found = [line for language in LANGUAGES for line in problems(language, sources)]
    found += [*problems_of_taiwan(sources), *frontend_strings.problems()]
    for line in found:
        print(line)
    if found:
        print(f"translations: {len(found)} problems; run make translations, then fill in translations/")
        return 1
    print(f"translations: {len(sources)} sentences, complete in {', '.join([*LANGUAGES, taiwan.LANGUAGE])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
