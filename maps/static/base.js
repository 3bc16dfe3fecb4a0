/* What every Leaflet map shares: what is shown first, panes, words, choices. */
"use strict";

L.Control.Scale.mergeOptions({ maxWidth: 120 });

/* Call now when the group is on the map already, and whenever it is put there. */
wangge.onAdd = function (group, act) {
  group.on("add", act);
  if (group._map) act();
};

/* Whole 1e-5 degrees from the origin, [x, y, x, y, …], to Leaflet's [[lat, lon], …]. */
wangge.degrees = function (numbers) {
  const [lon, lat] = wangge.origin;
  const places = [];
  for (let i = 0; i < numbers.length; i += 2) places.push([lat + numbers[i + 1] / 1e5, lon + numbers[i] / 1e5]);
  return places;
};

/* Degrees of longitude in a pixel. */
wangge.pixel = (map) => 360 / map.options.crs.scale(map.getZoom());

wangge.popupOptions = { autoPanPadding: [12, 12], maxWidth: 320 };
wangge.popup = (map, latlng, card) => L.popup(wangge.popupOptions).setLatLng(latlng).setContent(card).openOn(map);

/* Panes, what is shown first, the whole-town button, the panel of a phone. */
wangge.sheet = function (map, [id]) {
  const data = wangge.data(id);
  wangge.origin = data.origin;
  wangge.map = map;
  wangge.panes(map);
  wangge.words(map);
  wangge.ground(map);
  if (data.bounds) {
    wangge.wholeTown(map, wangge.fit(map, data.bounds));
  } else {
    map.getContainer().append(wangge.el("p", "没有带坐标的数据，地图上没有可画的内容。", "empty-map"));
  }
  wangge.opening = map.getZoom();
  if (window !== window.top) wangge.embedded(map);
  wangge.lookSwitch(map);
  if (data.backgrounds) wangge.groundSwitch();
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  wangge.panel();
  wangge.tableDialog();
  wangge.printing();
};

wangge.panes = function (map) {
  for (const [name, z] of [["ground", 150], ["heat", 380], ["roads", 420], ["tile-names", 422], ["labels", 425], ["edge", 430], ["points", 440], ["names", 450]]) {
    map.createPane(name).style.zIndex = z;
    map.getPane(name).style.pointerEvents = "none";
  }
};

/* Show the whole town as large as it fits. */
wangge.fit = function (map, bounds) {
  if (!bounds) return null;
  const [west, south, east, north] = bounds;
  const whole = L.latLngBounds([south, west], [north, east]);
  const box = map.getContainer();
  const room = () => box.clientWidth > 32 && box.clientHeight > 32;
  const fit = () => {
    map.setMinZoom(0);
    map.fitBounds(whole, { padding: [16, 16], animate: false });
    wangge.opening = map.getZoom();
    wangge.least = wangge.opening - 2;
    map.setMinZoom(wangge.least);
  };
  if (room()) {
    fit();
    return whole;
  }
  // a frame that the page has not laid out yet is smaller than the padding: no zoom fits into it
  map.setView(whole.getCenter(), 12, { animate: false });
  wangge.opening = map.getZoom();
  const laidOut = new ResizeObserver(() => {
    if (!room()) return;
    laidOut.disconnect();
    map.invalidateSize({ animate: false });
    fit();
  });
  laidOut.observe(box);
  return whole;
};

/* Inside a page the map must not hold up its scrolling: the wheel zooms with Ctrl, fingers move it by two. */
wangge.embedded = function (map) {
  const box = map.getContainer();
  map.scrollWheelZoom.disable();
  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    map.setZoomAround(map.mouseEventToContainerPoint(event), map.getZoom() - Math.sign(event.deltaY));
  }, { passive: false });
  if (wangge.hovers) return;
  map.dragging.disable();
  box.style.touchAction = "pan-x pan-y";
};

/* Words that Leaflet has in English only. */
wangge.words = function (map) {
  map.getContainer().setAttribute("role", map === wangge.map ? "main" : "region");
  map.getContainer().setAttribute("aria-label", "地图");
  map.on("popupopen", ({ popup }) => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", "关闭");
    close.title = "关闭";
    popup.getElement().querySelector(".leaflet-popup-content").tabIndex = 0;  // a long card scrolls by keys
  });
};

wangge.wholeTown = function (map, bounds) {
  const link = wangge.el("a");
  link.append(wangge.icon("M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9"));
  link.href = "#";
  link.title = "全图";
  link.setAttribute("role", "button");
  link.setAttribute("aria-label", "全图");
  L.DomEvent.on(link, "click", (event) => {
    L.DomEvent.stop(event);
    map.fitBounds(bounds, { padding: [16, 16] });
  });
  map.zoomControl.getContainer().append(link);
};

wangge.icon = function (path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const look = { d: path, fill: "none", stroke: "currentColor", "stroke-width": 2 };
  for (const [name, value] of Object.entries(look)) line.setAttribute(name, value);
  svg.setAttribute("width", 14);
  svg.setAttribute("height", 14);
  svg.append(line);
  return svg;
};

wangge.panel = function () {
  const panel = document.querySelector(".panel");
  const button = panel.querySelector(".toggle");
  button.addEventListener("click", () => {
    const open = panel.dataset.open !== "true";
    panel.dataset.open = String(open);
    button.setAttribute("aria-expanded", String(open));
  });
};

/* Folium's layer control, put into the panel under its own heading. */
wangge.dock = function (control, [title, radios]) {
  const box = control.getContainer();
  box.addEventListener("change", () => wangge.map.closePopup());
  box.setAttribute("role", radios ? "radiogroup" : "group");
  box.setAttribute("aria-label", title);
  box.prepend(wangge.el("h2", title));
  document.getElementById("controls").append(box);
};

/* What a layer is called. */
wangge.named = (group, [word]) => { group.word = word; };

/* Put a layer on the map once words and frame are there. */
wangge.show = wangge.later((group) => group.addTo(wangge.map));

/* A group that stands for a choice of figures: tells the map when it is chosen. */
wangge.metric = function (group, [key]) {
  wangge.onAdd(group, () => {
    wangge.chosen = key;
    group._map.fire("wangge:metric");
  });
};

/* A group that stands for a kind of classes. */
wangge.breaks = function (group, [kind]) {
  wangge.onAdd(group, () => {
    wangge.broken = kind;
    group._map.fire("wangge:metric");
  });
};
