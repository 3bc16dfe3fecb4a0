// A small drawing of a route: the way, the stops by number, and where the phone is. No tiles, so it needs no network.
const SVG = "http://www.w3.org/2000/svg";
const SIDE = 320, HIGH = 220, EDGE = 22;

export function drawRoute(box, stops, line, here) {
  const spots = stops.map((stop) => [stop.lon, stop.lat]).concat(...line, here ? [[here.lon, here.lat]] : []);
  box.replaceChildren();
  if (!stops.length) return;
  const toPlane = projection(spots);
  const svg = node("svg", { viewBox: `0 0 ${SIDE} ${HIGH}`, role: "img", "aria-label": "路线示意图，上北下南" });
  for (const part of line) {
    const points = part.map((spot) => toPlane(spot).map((value) => value.toFixed(1)).join(",")).join(" ");
    svg.append(node("polyline", { points, class: "way" }));
  }
  for (const stop of stops) {
    const [x, y] = toPlane([stop.lon, stop.lat]);
    const text = node("text", { x, y: y + 4 });
    text.textContent = stop.number;
    svg.append(node("circle", { cx: x, cy: y, r: 10, class: stop.state }), text);
  }
  if (here) {
    const [x, y] = toPlane([here.lon, here.lat]);
    svg.append(node("circle", { cx: x, cy: y, r: 7, class: "here" }));
  }
  box.append(svg);
}

function projection(spots) {
  const lons = spots.map((spot) => spot[0]), lats = spots.map((spot) => spot[1]);
  const west = Math.min(...lons), east = Math.max(...lons), south = Math.min(...lats), north = Math.max(...lats);
  const shrink = Math.cos(((south + north) / 2) * Math.PI / 180);
  const wide = Math.max((east - west) * shrink, 1e-5), tall = Math.max(north - south, 1e-5);
  const scale = Math.min((SIDE - 2 * EDGE) / wide, (HIGH - 2 * EDGE) / tall);
  return ([lon, lat]) => [
    SIDE / 2 + (lon - (west + east) / 2) * shrink * scale,
    HIGH / 2 - (lat - (south + north) / 2) * scale,
  ];
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
