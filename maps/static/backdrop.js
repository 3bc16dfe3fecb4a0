/* The town's own ground: land, water, buildings, roads by rank, outline, names. Nothing here answers to the pointer. */
"use strict";

/* By rank: from how many zooms nearer than the whole town it is drawn, and its width there (pixels) as one comes closer. */
wangge.roadRanks = [[0, 2], [0, 1.7], [0, 1.4], [1, 0.9], [2, 0.8], [3, 0.6]];
wangge.buildingsFrom = 15;

wangge.backdrop = wangge.later(function (map, [id, roadsOver]) {
  const ground = wangge.grounds.find((each) => each.map === map);
  const data = wangge.data(id);
  ground.parts = wangge.ownGround(map, data, roadsOver);
  ground.parts.names = new wangge.Labels(data, ground.parts.roads, roadsOver);
  map.getContainer().classList.toggle("over-colours", roadsOver);
  map.on("zoomend wangge:look wangge:ground", () => wangge.drawGround(ground));
  wangge.drawGround(ground);
});

/* [x, y, dx, dy, …] in whole 1e-5 degrees from the origin, to Leaflet's [[lat, lon], …]. */
wangge.walked = function (steps) {
  const numbers = [];
  let x = 0, y = 0;
  for (let at = 0; at < steps.length; at += 2) numbers.push(x += steps[at], y += steps[at + 1]);
  return wangge.degrees(numbers);
};

wangge.ownGround = function (map, data, roadsOver) {
  const renderer = L.canvas({ pane: "ground", padding: 0.3 });
  const above = roadsOver ? L.canvas({ pane: "roads", padding: 0.3 }) : renderer;
  const shape = (make, numbers, on, style) => make(numbers, { renderer: on, pane: on.options.pane, interactive: false, smoothFactor: 1, ...style });
  const rings = (polygons) => polygons.map((polygon) => polygon.map(wangge.degrees));
  const filled = { stroke: false, fill: true, fillOpacity: 1 };
  const roads = data.roads.map(([lines]) => lines.map(wangge.walked));
  const line = { lineCap: "round", lineJoin: "round" };
  return {
    roads, roadsOver,
    land: shape(L.polygon, rings(data.outline), renderer, filled),
    water: shape(L.polygon, rings(data.water), renderer, filled),
    buildings: shape(L.polygon, rings(data.buildings), renderer, filled),
    casings: roadsOver ? [] : roads.map((lines) => shape(L.polyline, lines, renderer, line)),
    lines: roads.map((lines) => shape(L.polyline, lines, above, line)),
    outline: shape(L.polygon, rings(data.outline), above, { weight: 1.6, fill: false }),
  };
};

/* Put what belongs on the map at this zoom, over this background, in this look; take away what does not. */
wangge.drawGround = function ({ map, parts, over }) {
  if (!parts) return;
  const colours = wangge.palette(), zoom = map.getZoom(), nearer = zoom - wangge.opening;
  const put = (layer, on, style) => {
    if (on && style) layer.setStyle(style);
    if (on !== map.hasLayer(layer)) (on ? layer.addTo(map) : layer.remove());
  };
  const near = zoom >= wangge.buildingsFrom - 0.5;
  put(parts.land, true, { fillColor: colours.land });
  put(parts.water, true, { fillColor: colours.water });
  put(parts.buildings, near, { fillColor: colours.building });
  const widths = wangge.roadRanks.map(([, width]) => width * Math.max(1, 1.55 ** Math.min(nearer, 7)));
  const wide = (rank) => widths[rank] > 3.5;
  for (let rank = parts.lines.length - 1; rank >= 0; rank -= 1) {
    const seen = parts.roads[rank].length > 0 && nearer >= wangge.roadRanks[rank][0];
    const over_ = { color: "#ffffff", weight: Math.min(widths[rank], 3), opacity: rank < 3 ? 0.6 : 0.28 };
    const under = { color: (wide(rank) ? colours.wide : colours.roads)[rank], weight: widths[rank], opacity: 1, dashArray: rank === 5 ? "4 4" : null };
    if (parts.casings.length) put(parts.casings[rank], seen && wide(rank), { color: colours.casing, weight: widths[rank] + 1.5 });
    put(parts.lines[rank], seen && !(parts.roadsOver && over), parts.roadsOver ? over_ : under);
  }
  wangge.stack(parts, near);
  put(parts.outline, true, { color: over ? "#4a5258" : colours.outline });
  parts.outline.bringToFront();
  put(parts.names, !over);
  parts.names.soon();
};

/* Casings under all roads, wide roads over narrow ones. */
wangge.stack = function ({ casings, lines, buildings, water, land, roadsOver }, near) {
  if (roadsOver) return;
  for (const layer of [...lines, ...casings].filter((each) => each._map)) layer.bringToBack();
  for (const layer of [near && buildings, water, land]) if (layer && layer._map) layer.bringToBack();
};
