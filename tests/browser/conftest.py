"""Headless Chromium without a network, and a record of what a page tried to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
# Each window makes two pages of its own for suggestions of the address bar, which costs a third of the processor's
# time. Only the last such list holds: Playwright's stands in it too.
OFF = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync"]
OFF += [
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
]
OFF += ["NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"]
OFF += ["ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"]
FLAGS += [f"--disable-features={','.join(OFF)}"]

# how long a page takes says how busy the machine is, nothing about the page
expect.set_options(timeout=30_000)

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@dataclass
class Visit:
    """A page opened offline, with what it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Assert that nothing but the file itself was asked for, nothing failed, no policy was violated."""
        assert self.requests == [self.page.url]
        assert self.complaints == []
        assert self.page.evaluate("window.violations") == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the machine's Chromium; skip where there is none."""
    if not CHROMIUM.is_file():
        pytest.skip("no /usr/bin/chromium on this machine (make browser installs it where that is allowed)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    """Give a function that opens an HTML text as a file at a size, with the network off."""
    contexts = []

    def open_page(html: str, *, width: int = 1440, height: int = 900, phone: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone, locale="zh-CN"
        )
        contexts.append(context)
        context.set_offline(True)
        context.add_init_script(WATCH)
        seen = Visit(context.new_page())
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))

        def note(route: Route) -> None:
            if not route.request.url.startswith("data:"):
                seen.requests.append(route.request.url)
            if route.request.url.startswith("file:"):
                route.continue_()
            else:
                route.abort()

        context.route("**/*", note)
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        seen.page.goto(file.as_uri())
        seen.page.wait_for_selector("html[data-drawn]")
        return seen

    yield open_page
    for context in contexts:
        context.close()
