"""The lock files name no registry, pin every dependency with a hash, and agree with pyproject.toml and package.json."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
ADDRESS = re.compile(r'"resolved"|--(extra-)?index-url|--find-links|https?://')
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
# Which groups of pyproject.toml each file holds; None stands for the project's own dependencies.
GROUPS: dict[str, list[str | None]] = {
    "requirements.lock": [None, "build"],
    "requirements-scale.lock": [None, "build", "scale"],
    "requirements-dev.lock": [None, "build", "scale", "test", "check"],
}


def addresses() -> Iterator[str]:
    for file in sorted([*ROOT.glob("*.lock"), ROOT / "package-lock.json"]):
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            is_funding = file.suffix == ".json" and '"url":' in line
            if ADDRESS.search(line) and not is_funding:
                yield f"{file.name}:{number}: names a registry: {line.strip()[:80]}"


def unpinned() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, groups in GROUPS.items():
        pins: dict[str, list[str]] = {}
        for package, version in PIN.findall((ROOT / name).read_text()):
            pins.setdefault(canonicalize_name(package), []).append(version)
        for group in groups:
            for line in project["dependencies"] if group is None else project["optional-dependencies"][group]:
                wanted = Requirement(line)
                if not any(wanted.specifier.contains(v) for v in pins.get(canonicalize_name(wanted.name), [])):
                    yield f"{name}: has no version that fits {line!r}; run make lock"


def unlocked_frontend() -> Iterator[str]:
    package = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    for group in ("dependencies", "devDependencies"):
        if package.get(group) != locked.get(group):
            yield f"package-lock.json: its {group} differ from package.json; run make lock"


def main() -> int:
    problems = [*addresses(), *unpinned(), *unlocked_frontend()]
    print("\n".join(problems) or "lock files: no registry named, every dependency pinned")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
