/* The map beside the list: everybody's line, the chosen route with its stops, places that may be added. */
"use strict";

const COLOURS = ["#1b6ca8", "#b2182b", "#2e7d32", "#7b3f9d", "#c75b00", "#00767a", "#8a6d00", "#c2185b"];

const boardMap = {
  start(pick, add) {
    this.map = L.map("map", { attributionControl: false, zoomSnap: 0.5 }).setView([35, 105], 4);
    L.control.scale({ imperial: false }).addTo(this.map);
    for (const [name, z] of [["water", 350], ["streets", 380], ["lines", 410]]) this.map.createPane(name).style.zIndex = z;
    this.canvas = L.canvas({ pane: "lines", tolerance: 6 });
    this.lines = L.layerGroup().addTo(this.map);
    this.waiting = L.layerGroup().addTo(this.map);
    this.route = L.layerGroup().addTo(this.map);
    this.pick = pick;
    this.add = add;
  },
  colour: (at) => COLOURS[at % COLOURS.length],
  path: (route) => route.line.map((leg) => leg.map(([lon, lat]) => [lat, lon])),
  /* Streets and water, still and pale, below everything. */
  async ground(date) {
    const answer = await fetch("/divide/ground?as_of=" + encodeURIComponent(date));
    if (!answer.ok) return;
    const data = await answer.json();
    const [lon, lat] = data.origin;
    const degrees = (numbers) => numbers.flatMap((x, i) => (i % 2 ? [] : [[lat + numbers[i + 1] / 1e5, lon + x / 1e5]]));
    L.polygon(data.water.map((polygon) => polygon.map(degrees)), { interactive: false, pane: "water", stroke: false, fillColor: "#c4dbe8", fillOpacity: 1 }).addTo(this.map);
    const renderer = L.canvas({ pane: "streets" });
    const look = { interactive: false, renderer, pane: "streets", color: "#333333" };
    const lanes = L.polyline(data.roads.map(degrees), { ...look, weight: 0.7, opacity: 0.4 });
    L.polyline(data.main.map(degrees), { ...look, weight: 1.6, opacity: 0.45 }).addTo(this.map);
    const show = () => (this.map.getZoom() >= 14 ? lanes.addTo(this.map) : lanes.remove());
    this.map.on("zoomend", show);
    show();
  },
  /* Everybody's line, each in the colour of its officer; a click chooses. */
  all(routes, chosen) {
    this.lines.clearLayers();
    for (const route of routes) {
      if (!route.line.length) continue;
      const mine = route.officer === chosen;
      const faint = chosen && !mine;
      const line = L.polyline(this.path(route), { renderer: this.canvas, pane: "lines", color: route.colour, weight: mine ? 5 : 2.5, opacity: faint ? 0.35 : 0.9 });
      line.bindTooltip(() => label(route.name + "：" + route.count + " 处"), { sticky: true });
      line.on("click", () => this.pick(route.officer));
      line.addTo(this.lines);
    }
  },
  fit(routes) {
    const points = routes.flatMap((route) => this.path(route).flat());
    for (const route of routes) if (route.start) points.push([route.start[1], route.start[0]]);
    if (points.length) this.map.fitBounds(L.latLngBounds(points), { padding: [24, 24], maxZoom: 17, animate: false });
  },
  /* The stops of the chosen route, numbered as in the list. */
  stops(route, show) {
    this.route.clearLayers();
    if (!route) return;
    for (const stop of [...route.stops].reverse()) {
      const pin = Object.assign(document.createElement("span"), { className: "pin", textContent: stop.number });
      pin.classList.toggle("wrong", Boolean(stop.problem));
      pin.classList.toggle("locked", stop.locked);
      pin.style.background = stop.done ? "#7a858e" : route.colour;
      const icon = L.divIcon({ className: "", html: pin, iconSize: [24, 24] });
      const marker = L.marker([stop.lat, stop.lon], { icon, alt: stop.number + " " + stop.name, zIndexOffset: 1000 - stop.number });
      marker.bindTooltip(() => label(stop.number + " " + stop.name + (stop.problem ? "：" + stop.problem : "")), { direction: "top", offset: [0, -12] });
      marker.on("click", () => show(stop.place_id));
      marker.addTo(this.route);
    }
    const home = Object.assign(document.createElement("span"), { className: "pin", textContent: "起" });
    home.style.background = "#333333";
    if (route.start) L.marker([route.start[1], route.start[0]], { icon: L.divIcon({ className: "", html: home, iconSize: [24, 24] }), interactive: false, keyboard: false }).addTo(this.route);
  },
  /* Places that may be added: a click adds. */
  places(rows) {
    this.waiting.clearLayers();
    for (const row of rows) {
      if (row.lon === null || row.holder) continue;
      const dot = L.circleMarker([row.lat, row.lon], { renderer: this.canvas, pane: "lines", radius: 6, color: "#ffffff", weight: 1, fillColor: "#f0a732", fillOpacity: 0.95 });
      dot.bindTooltip(() => label("加上：" + (row.name || row.place_id)));
      dot.on("click", () => this.add(row.place_id));
      dot.addTo(this.waiting);
    }
  },
};

const label = (text) => Object.assign(document.createElement("span"), { textContent: text });
