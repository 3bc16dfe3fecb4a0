// The map of a phone: lines of the own grid and its streets, what is due, where the phone is. No tiles, no network.
import * as position from "/static/position.js";

const COLOURS = { overdue: "#b00020", pending: "#9a5b00", recheck: "#6a1b9a", done: "#0a5c36" };
let map = null, marks = null, me = null, drawnFor = null;

// Draw the places; `chosen` is called with the one that was tapped.
export function draw(box, ground, route, places, chosen) {
  if (!map) begin(box);
  map.invalidateSize();
  if (drawnFor !== ground) {
    drawnFor = ground;
    ground.roads.forEach((line) => L.polyline(turned(line), { color: "#8a97a3", weight: 2, interactive: false }).addTo(map));
    const grid = ground.grid.map((line) => L.polyline(turned(line), { color: "#12385b", weight: 3, dashArray: "8 6", interactive: false }).addTo(map));
    route.line.forEach((line) => L.polyline(turned(line), { color: "#1769aa", weight: 4, opacity: 0.7, interactive: false }).addTo(map));
    const all = L.featureGroup(grid.concat(places.map((place) => L.circleMarker([place.lat, place.lon]))));
    if (all.getLayers().length) map.fitBounds(all.getBounds().pad(0.05));
  }
  marks.clearLayers();
  for (const place of places) marks.addLayer(pin(place, chosen));
  drawMe();
}

function begin(box) {
  map = L.map(box, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, attributionControl: false });
  map.setView([30, 110], 4);
  L.control.scale({ imperial: false }).addTo(map);
  marks = L.layerGroup().addTo(map);
  me = L.layerGroup().addTo(map);
}

function turned(line) {
  return line.map(([lon, lat]) => [lat, lon]);
}

function pin(place, chosen) {
  const colour = COLOURS[place.mark];
  const shape = { radius: place.mark === "done" ? 7 : 11, color: "#fff", weight: 2, fillColor: colour, fillOpacity: 1 };
  const made = L.circleMarker([place.lat, place.lon], shape);
  made.on("click", () => chosen(place));
  return made;
}

export function drawMe() {
  if (!map) return;
  me.clearLayers();
  const spot = position.here();
  if (!spot) return;
  const at = [spot.lat, spot.lon], quiet = { interactive: false };
  me.addLayer(L.circle(at, { ...quiet, radius: spot.accuracy, color: "#d81b60", weight: 1, fillOpacity: 0.15 }));
  me.addLayer(L.circleMarker(at, { ...quiet, radius: 8, color: "#fff", weight: 3, fillColor: "#d81b60", fillOpacity: 1 }));
}

export function goToMe() {
  const spot = position.here();
  if (spot && map) map.setView([spot.lat, spot.lon], Math.max(map.getZoom(), 16));
}
