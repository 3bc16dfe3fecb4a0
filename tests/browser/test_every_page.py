"""Every page and map of a town whose texts are all payloads: nothing runs, nothing leaves, axe-core is content."""

from __future__ import annotations

import json
import pkgutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

import api.pages
from api.day_maps import MAPS
from tests.browser.axe import findings
from tests.browser.payload_jobs import make_payload_jobs
from tests.browser.payload_town import DAY, N, key, make_payload_town, text_columns, town_frames
from tests.browser.payloads import PAYLOADS
from tests.browser.serving import serving

pytestmark = pytest.mark.browser

ON, NEXT = f"as_of={DAY.date()}", "2024-07-01"
WALKERS = urlencode({"area": f"community:{key(N)}", "date": NEXT})
SENT = urlencode({"officer": key(0), "date": str(DAY.date())})
MONTH = urlencode({"officer": key(1), "month": NEXT[:7]})
TO_COME = urlencode({"officer": key(1), "from": NEXT, "to": "2024-07-12", "date": NEXT})
ROW = quote(key(0), safe="")
PAGES = {
    "/": ["?by=grid&{on}"],
    "/gaps": ["?{on}"],
    "/map/{kind}": ["/map/risk?{on}"],
    "/map/measures": ["?{on}"],
    "/map/months": ["?{on}&months=3"],
    "/map/change": ["?{on}"],
    "/forecast": ["?{on}"],
    "/visits": ["?{on}", "?{on}&page=2"],
    "/hazards": ["?{on}"],
    "/hazards/rates": ["?{on}"],
    "/hazards/{hazard_id:path}": [f"/hazards/{ROW}?{{on}}"],
    "/find": ["?q=a&{on}", "?unlocated=true&{on}"],
    "/places/{place_id:path}": [f"/places/{ROW}?{{on}}"],
    "/todo": ["?{on}"],
    "/supervision": ["?{on}"],
    "/published": ["?{on}"],
    "/reports": ["?{on}"],
    "/risk": ["?{on}"],
    "/appraisal": ["?{on}"],
    "/divide": ["?{on}"],
    "/routes": [f"?{WALKERS}", f"?{SENT}"],
    "/routes/streets": [f"?{WALKERS}"],
    "/routes/month": [f"?{MONTH}"],
    "/routes/done": [f"?date={DAY.date()}"],
    "/today": [f"?{SENT}", f"?date={DAY.date()}"],
    "/wall": ["?{on}"],
    "/desk": ["?{on}"],
    "/desk/imports": ["?{on}"],
    "/desk/jobs": ["?{on}"],
    "/desk/jobs/{number}": ["/desk/jobs/1?{on}", "/desk/jobs/2?{on}", "/desk/jobs/4?{on}"],
    "/desk/rules": ["?{on}"],
    "/desk/checklists": ["?{on}"],
    "/desk/backups": ["?{on}"],
    "/board": ["?{on}", f"?{{on}}&area=grid:{key(0)}"],
    "/login": ["?next=/gaps"],
    "/me": ["?{on}"],
    "/users": ["?{on}"],
}
"""Each page of the service, by the path of its route, and how it is asked for; a test tells of one that is missing."""
OPENED = [
    (rest if rest.startswith("/") else path + rest).format(on=ON) for path, each in PAGES.items() for rest in each
]
FILES = [f"/maps/{kind}?{ON}" for kind in (*MAPS, "areas")]
FILES += [f"/maps/routes?{WALKERS}", f"/maps/routes/streets?{WALKERS}", f"/maps/routes/month?{TO_COME}"]
NAMED = {"/maps/routes": 10, "/maps/routes/streets": 0, "/maps/routes/month": 0}
"""Maps that name fewer than all fifty places: ten officers' day, a walk along streets, one officer's day of a month."""
PANELS = [f"/maps/months?{ON}&months=2", f"/maps/change?{ON}"]
"""Little maps, which are no map of Leaflet's; their tables stand below them."""

WATCH = """
window.heard = [];
window.ran = (number) => window.heard.push("ran " + number);
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.heard.push(name);
document.addEventListener("securitypolicyviolation", (event) =>
  window.heard.push(event.violatedDirective + " " + event.blockedURI));
"""
EXERCISE = """() => {
  const shown = new Set(), map = wangge.map;
  const cards = () => document.querySelectorAll(".leaflet-popup-content, .leaflet-tooltip");
  const note = () => cards().forEach((each) => shown.add(each.textContent));
  document.querySelectorAll("#controls input:not([type=range])").forEach((input) => input.click());
  const layers = [];
  map.eachLayer((layer) => layers.push(layer));
  for (const layer of layers) {
    if (layer.getTooltip?.()) { layer.openTooltip(); note(); layer.closeTooltip(); }
    if (!layer._map || !layer.listens?.("click")) continue;
    layer.fire("click", { latlng: layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter() });
    note();
  }
  for (const data of wangge.layers) data.names.forEach((_, at) => {
    wangge.popup(map, map.getCenter(), wangge.placeCard(data, at));
    note();
  });
  const button = document.querySelector(".data-button");
  button.focus();
  button.click();
  const which = document.querySelector("select.which");
  for (const { value } of which.options) {
    which.value = value;
    which.dispatchEvent(new Event("change"));
    document.querySelectorAll("dialog tbody :is(th, td)").forEach((cell) => shown.add(cell.textContent));
  }
  return [...shown];
}"""


@dataclass
class Opened:
    """A page in Chromium, how many payloads it must show at least, and what happened since it was opened."""

    page: Page
    home: str
    named: int = N
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Assert that nothing ran, became markup, was blocked, complained, or asked for anything elsewhere."""
        heard = [each for frame in self.page.frames for each in frame.evaluate("window.heard")]
        marked = [frame.locator(".x-mark").count() for frame in self.page.frames]
        assert (heard, self.complaints, sum(marked)) == ([], [], 0)
        assert [url for url in self.asked if not url.startswith((self.home, "data:"))] == []
        assert self.page.url.startswith(self.home)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the town of payloads."""
    path = tmp_path_factory.mktemp("payloads") / "town.gpkg"
    make_payload_town(path)
    make_payload_jobs(path)
    with serving(path) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give one context for all, which hears what runs."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_init_script(WATCH)
    yield context
    context.close()


def open_page(context: BrowserContext, url: str, home: str, named: int = N) -> Opened:
    """Open an address; maps in it are drawn when this returns."""
    opened = Opened(context.new_page(), home, named)

    def asked(request: Request) -> None:
        opened.asked.append(request.url)

    opened.page.on("request", asked)
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("dialog", lambda dialog: (opened.complaints.append("dialog"), dialog.dismiss()))
    opened.page.goto(url)
    for frame in opened.page.frames[0 if url.startswith("file:") else 1 :]:
        frame.wait_for_selector("html[data-drawn]")
    for tab in opened.page.locator("[data-tab]").all():  # of the phone's page
        opened.page.wait_for_selector("html[data-ready]")
        tab.click()
    return opened


@pytest.fixture(scope="module", params=OPENED, ids=lambda url: url.split("?")[0][:24])
def served(request: pytest.FixtureRequest, context: BrowserContext, address: str) -> Iterator[Opened]:
    """Open a page of the service."""
    opened = open_page(context, address + request.param, address)
    yield opened
    opened.page.close()


@pytest.fixture(scope="module", params=FILES, ids=lambda url: url.split("?")[0])
def kept(
    request: pytest.FixtureRequest, browser: Browser, address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Open a map as the file that somebody kept, with the network off; EXERCISE leaves its table open."""
    with urllib.request.urlopen(address + request.param) as answer:
        html = answer.read()
    file = tmp_path_factory.mktemp("kept") / "map.html"
    file.write_bytes(html)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", offline=True)
    context.add_init_script(WATCH)
    yield open_page(context, file.as_uri(), file.as_uri(), NAMED.get(request.param.split("?")[0], N))
    context.close()


def test_each_text_of_the_store_carries_each_payload() -> None:
    """Every text column of the schema has all fifty among its values, so that a new one is tried by itself."""
    frames = town_frames()
    for table, column in text_columns():
        values = frames[table][column].dropna()
        told = [word for facts in values for word in json.loads(facts).values()] if column == "facts" else values
        held = "\x00".join(told)
        assert [word for word in PAYLOADS if word not in held] == [], (table, column)


def test_each_page_is_opened() -> None:
    """A route that gives HTML stands in `PAGES`."""
    found = set()
    for module in pkgutil.iter_modules(api.pages.__path__):
        router = getattr(import_module(f"api.pages.{module.name}"), "router", None)
        for route in router.routes if router else []:
            response = getattr(route.response_class, "value", route.response_class)
            if response is HTMLResponse and not route.path.endswith(".gpx"):
                found.add(route.path)
    assert found == set(PAGES)


def test_nothing_on_a_page_runs(served: Opened) -> None:
    """No payload of a page runs, becomes an element, offends the policy, or makes the browser ask elsewhere."""
    served.check()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_page_can_be_used_by_everybody(served: Opened, width: int) -> None:
    """On a desktop and on a phone axe-core finds nothing on a page, and it does not scroll sideways."""
    served.page.set_viewport_size({"width": width, "height": 900})
    assert findings(served.page) == []
    assert served.page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_on_a_map_runs(kept: Opened) -> None:
    """With every layer, card and table opened, offline, no payload of a map runs; each name is shown as text."""
    shown = kept.page.evaluate(EXERCISE)
    missing = [word for word in PAYLOADS if not any(word in text for text in shown)]
    kept.check()
    assert len(missing) <= N - kept.named


def test_a_map_can_be_used_by_everybody(kept: Opened) -> None:
    """axe-core finds nothing on a map: on a desktop with a card and the table open, on a phone with both closed."""
    table = kept.page.locator("dialog.data")
    if not table.is_visible():
        kept.page.locator(".data-button").click()
    on_desktop = findings(kept.page)
    kept.page.keyboard.press("Escape")
    expect(table).to_be_hidden()
    expect(kept.page.locator(".data-button")).to_be_focused()
    kept.page.set_viewport_size({"width": 390, "height": 844})
    assert (on_desktop, findings(kept.page)) == ([], [])


@pytest.mark.parametrize("url", PANELS)
def test_little_maps(browser: Browser, context: BrowserContext, address: str, tmp_path: Path, url: str) -> None:
    """Months, before and after, as files without a network: each name is text, nothing runs, axe-core is content."""
    with urllib.request.urlopen(address + url) as answer:
        (tmp_path / "map.html").write_bytes(answer.read())
    file = (tmp_path / "map.html").as_uri()
    opened = open_page(context, file, file)
    named = opened.page.evaluate("wangge.data('panels-data').sets.flatMap(({ rows }) => rows.map(([, name]) => name))")
    shown = opened.page.evaluate("document.body.textContent")
    assert named
    assert [name for name in named if name not in shown] == []
    assert findings(opened.page) == []
    opened.page.set_viewport_size({"width": 390, "height": 844})
    assert findings(opened.page) == []
    opened.check()
    opened.page.close()


class Marked(HTMLParser):
    """Elements of a page that no template has: marked, with an event's attribute, or with an address that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        for name, value in attrs:
            runs = name in ("href", "src", "action") and (value or "").strip().startswith(("javascript:", "data:text"))
            if name.startswith("on") or name == "style" or runs or (name == "class" and "x-mark" in (value or "")):
                self.found.append(self.get_starttag_text() or tag)


@pytest.mark.parametrize("path", ["/", "/visits", "/hazards", "/todo", "/supervision", "/published", "/risk"])
def test_every_leaf_of_a_list_is_text(address: str, path: str) -> None:
    """The second to the last leaf of a list, which nobody opened above, hold no markup of a payload either."""
    for leaf in (2, 3, 4):
        with urllib.request.urlopen(f"{address}{path}?{ON}&page={leaf}") as answer:
            marked = Marked()
            marked.feed(answer.read().decode())
        assert marked.found == []
