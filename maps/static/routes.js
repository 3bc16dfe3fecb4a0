/* Routes of a day: a line an officer, stops with numbers, arrows along the way, the stops in the panel. */
"use strict";

/* Numbers and arrows are drawn where not more stops are in sight: else the lines alone. */
wangge.mostNumbers = 250;

wangge.routes = wangge.later(function (group, [id]) {
  const data = wangge.data(id);
  const section = wangge.legendOf(group);
  section.classList.add("routes");
  section.append(wangge.el("h2", data.title));
  const canvas = L.canvas({ pane: "edge", padding: 0.2 });
  const all = data.officers.map((officer) => wangge.route(group, officer, canvas));
  if (all.length > 1) section.append(wangge.routeSwitch(all));
  for (const each of all) section.append(each.row);
  wangge.stopTable(group, data);
  const draw = () => wangge.drawStops(group, all);
  group.on("add", draw);
  wangge.map.on("moveend", () => group._map && draw());
  section.addEventListener("change", draw);
  if (group._map) draw();
});

wangge.route = function (group, officer, canvas) {
  const layer = L.layerGroup();
  const look = { renderer: canvas, pane: "edge", interactive: false, color: officer.colour, weight: 3, opacity: 0.85 };
  const walk = officer.streets !== undefined;
  const way = walk ? { ...look, weight: 2, opacity: 0.7, dashArray: "2 5" } : look;
  L.polyline(wangge.degrees(officer.line), way).addTo(layer);
  for (const line of officer.streets || []) L.polyline(wangge.degrees(line), { ...look, weight: 5, opacity: 0.6 }).addTo(layer);
  layer.addTo(group);
  const each = { officer, layer, stops: L.layerGroup().addTo(layer), places: wangge.degrees(officer.points) };
  each.row = wangge.routeRow(group, each);
  return each;
};

/* A switch, and below it the stops in their order: a click goes there. */
wangge.routeRow = function (group, each) {
  const { officer } = each;
  const box = wangge.el("input");
  box.type = "checkbox";
  box.checked = true;
  box.addEventListener("change", () => (box.checked ? group.addLayer(each.layer) : group.removeLayer(each.layer)));
  each.box = box;
  const label = wangge.el("label");
  const line = { color: officer.colour, weight: 3 };
  label.append(box, wangge.swatch({ line }), wangge.el("span", officer.name));
  const list = wangge.el("ol");
  officer.names.forEach((name, at) => list.append(wangge.stopRow(each, name, at)));
  const details = wangge.el("details");
  details.append(wangge.el("summary", officer.names.length + " 处，" + officer.sums), list);
  const row = wangge.el("div", undefined, "route");
  row.append(label, details);
  return row;
};

wangge.stopRow = function (each, name, at) {
  const button = wangge.el("button");
  button.type = "button";
  button.append(wangge.el("b", String(at + 1)), wangge.el("span", name + " " + each.officer.times[at]));
  button.addEventListener("click", () => {
    wangge.map.setView(each.places[at], Math.max(wangge.map.getZoom(), 16));
    wangge.popup(wangge.map, each.places[at], wangge.stopCard(each.officer, at));
  });
  const row = wangge.el("li");
  row.append(button);
  return row;
};

wangge.stopCard = (officer, at) =>
  wangge.card(at + 1 + " " + officer.names[at], officer.name, [], [officer.times[at], officer.whys[at]]);

wangge.routeSwitch = function (all) {
  const row = wangge.el("p", undefined, "switch");
  for (const [word, on] of [["全部显示", true], ["全部隐藏", false]]) {
    const button = wangge.el("button", word);
    button.type = "button";
    button.addEventListener("click", () => {
      for (const { box } of all) if (box.checked !== on) box.click();
    });
    row.append(button);
  }
  return row;
};

/* Numbered stops and arrows of the routes that are shown, as far as they are in sight. */
wangge.drawStops = function (group, all) {
  const sight = wangge.map.getBounds().pad(0.1);
  const shown = all.filter(({ layer }) => group.hasLayer(layer));
  const seen = shown.map((each) => each.places.map((place, at) => at).filter((at) => sight.contains(each.places[at])));
  const count = seen.reduce((sum, some) => sum + some.length, 0);
  for (const { stops } of all) stops.clearLayers();
  if (count > wangge.mostNumbers) return;
  const room = wangge.discRoom();
  shown.forEach((each, index) => {
    for (const at of seen[index]) wangge.stopPin(each, at, room(each.places[at])).addTo(each.stops);
    wangge.arrows(each, sight).forEach((arrow) => arrow.addTo(each.stops));
    const [start] = wangge.degrees(each.officer.start);
    if (sight.contains(start)) wangge.startPin(each, start).addTo(each.stops);
  });
};

/* Whether a disc at a place would lie on none of those before it; where it would, a dot stands for it. */
wangge.discRoom = function () {
  const taken = [];
  return function (place) {
    const pixel = wangge.map.latLngToLayerPoint(place), free = taken.every((other) => other.distanceTo(pixel) >= 20);
    if (free) taken.push(pixel);
    return free;
  };
};

wangge.stopPin = function (each, at, whole) {
  const badge = wangge.el("span", whole ? String(at + 1) : "");
  badge.style.background = each.officer.colour;
  const size = whole ? 22 : 10;
  const icon = L.divIcon({ className: whole ? "stop" : "stop dot", html: badge, iconSize: [size, size] });
  const pin = L.marker(each.places[at], { icon, alt: at + 1 + " " + each.officer.names[at] });
  const card = () => wangge.stopCard(each.officer, at);
  // not bound to the pin: when the map moves to show the card, pins are drawn anew, and a bound card would go with its own
  const open = () => { pin.closeTooltip(); wangge.popup(wangge.map, each.places[at], card()); };
  if (wangge.hovers) pin.bindTooltip(card, { direction: "top", offset: [0, -10], opacity: 1 });
  pin.on("click", open);
  pin.on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && open());
  return pin;
};

wangge.startPin = function ({ officer }, start) {
  const badge = wangge.el("span", "起");
  badge.style.color = officer.colour;
  badge.style.borderColor = officer.colour;
  const icon = L.divIcon({ className: "stop start", html: badge, iconSize: [22, 22] });
  return L.marker(start, { icon, alt: "起点 " + officer.name, interactive: false });
};

/* One arrow about every 120 pixels of the way, pointing where it goes. */
wangge.arrows = function (each, sight) {
  const map = wangge.map;
  const places = wangge.degrees(each.officer.line);
  const pixels = places.map((place) => map.latLngToLayerPoint(place));
  const arrows = [];
  let gone = 60;
  for (let at = 1; at < pixels.length; at += 1) {
    const [from, to] = [pixels[at - 1], pixels[at]];
    gone += from.distanceTo(to);
    const middle = L.latLng((places[at - 1][0] + places[at][0]) / 2, (places[at - 1][1] + places[at][1]) / 2);
    if (gone < 120 || from.distanceTo(to) < 12 || !sight.contains(middle)) continue;
    gone = 0;
    const turn = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
    const icon = L.divIcon({ className: "arrow", html: wangge.arrow(turn, each.officer.colour), iconSize: [14, 14] });
    arrows.push(L.marker(middle, { icon, interactive: false, keyboard: false }));
  }
  return arrows;
};

wangge.arrow = function (turn, colour) {
  const svg = document.createElementNS(wangge.SVG, "svg");
  const shape = document.createElementNS(wangge.SVG, "path");
  const look = { d: "M1 2 L13 7 L1 12 L4 7 Z", fill: colour, stroke: "#fff", "stroke-width": 1 };
  for (const [name, value] of Object.entries({ ...look, transform: `rotate(${turn} 7 7)` })) shape.setAttribute(name, value);
  svg.setAttribute("width", 14);
  svg.setAttribute("height", 14);
  svg.append(shape);
  return svg;
};
