"""Words about imports that the command line and the pages share."""

from __future__ import annotations

HOW = {"metadata": "文件写明", "estimated": "对照得出", "assumed": "默认", "declared": "指明"}
"""How the coordinate system is known, as people read it."""
