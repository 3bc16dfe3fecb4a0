/* The town's own ground: land, water, roads, outline. Nothing here answers to the pointer. */
"use strict";

wangge.backdrop = wangge.later(function (map, [id, roadsOver]) {
  const data = wangge.data(id);
  const ground = L.canvas({ pane: "ground", padding: 0.3 });
  const over = roadsOver ? L.canvas({ pane: "roads", padding: 0.3 }) : ground;
  const draw = (shape, numbers, renderer, style) =>
    shape(numbers, { renderer, pane: renderer.options.pane, interactive: false, smoothFactor: 1, ...style }).addTo(map);
  const rings = (polygon) => polygon.map(wangge.degrees);
  const road = roadsOver ? { color: "#ffffff", opacity: 0.6 } : { color: "#b9b3a8", opacity: 0.9 };
  const lane = roadsOver ? { color: "#ffffff", opacity: 0.28 } : { color: "#c9c4ba", opacity: 0.9 };
  const lines = (numbers) => numbers.map(wangge.degrees);
  if (!data.tiles) {
    draw(L.polygon, data.outline.map(rings), ground, { stroke: false, fillColor: "#faf8f3", fillOpacity: 1 });
    draw(L.polygon, data.water.map(rings), ground, { stroke: false, fillColor: "#c4dbe8", fillOpacity: 1 });
    const lanes = draw(L.polyline, lines(data.roads), over, { weight: 0.9, ...lane });
    draw(L.polyline, lines(data.main), over, { weight: 1.6, ...road });
    // Lanes wait for a closer look: over a whole town they would only grey the figures.
    const closer = wangge.opening + 1;
    const show = () => (map.getZoom() >= closer ? lanes.addTo(map) : lanes.remove());
    map.on("zoomend", show);
    show();
  }
  draw(L.polygon, data.outline.map(rings), over, { color: "#4a5258", weight: 1.6, fill: false });
});
