/* Places as circles on a canvas; hit by our own search, so that the canvas never hides the areas from the pointer. */
"use strict";

wangge.layers = [];

wangge.points = wangge.later(function (group, [id]) {
  let data = null;
  wangge.pointTable(group, id);
  wangge.onAdd(group, () => {
    data = data || wangge.drawPoints(group, id);
    wangge.layers.push(data);
    wangge.layers.sort((one, other) => (other.over || 0) - (one.over || 0));
  });
  group.on("remove", () => wangge.layers.splice(wangge.layers.indexOf(data), 1));
});

wangge.drawPoints = function (group, id) {
  const data = wangge.data(id);
  const map = group._map;
  const renderer = L.canvas({ pane: "points", padding: 0.2 });
  // Of several layers the worst lies on top, in whatever order they were put on.
  renderer.on("add", () => { renderer._container.style.zIndex = data.over || 0; });
  const places = wangge.degrees(data.points);
  // Worst first in the data: drawn last, so that they lie on top.
  const circles = [];
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const style = data.styles[data.states[index]];
    circles.push(L.circleMarker(places[index], { renderer, pane: "points", interactive: false, ...style }).addTo(group));
  }
  wangge.fitCircles(map, circles, data);
  wangge.followClicks(map);
  if (wangge.hovers && !wangge.tip) wangge.followPointer(map);
  return data;
};

wangge.followClicks = function (map) {
  if (wangge.clicked) return;
  wangge.clicked = true;
  map.on("click", ({ latlng }) => {
    const hit = wangge.findPoint(map, latlng);
    if (hit) wangge.popup(map, hit.latlng, hit.card());
  });
};

/* Many circles are smaller over the whole town and grow as one comes closer. */
wangge.fitCircles = function (map, circles, data) {
  const { x: wide, y: high } = map.getSize();
  const least = Math.min(1, Math.max(0.35, Math.sqrt(wide * high / circles.length / 1500)));
  const full = new Map(circles.map((circle) => [circle, { radius: circle.options.radius, weight: circle.options.weight }]));
  const fit = function () {
    const scale = data.scale = Math.min(1, least * 1.3 ** (map.getZoom() - wangge.opening));
    for (const [circle, { radius, weight }] of full) circle.setStyle({ radius: radius * scale, weight: weight * scale });
  };
  map.on("zoomend", fit);
  fit();
};

/* Give the place under the pointer: the circle on top there, else the nearest in reach (a finger reaches farther). */
wangge.findPoint = function (map, latlng) {
  const pixel = wangge.pixel(map) * 1e5;
  const flat = Math.cos(latlng.lat * Math.PI / 180);
  const x = (latlng.lng - wangge.origin[0]) * 1e5;
  const y = (latlng.lat - wangge.origin[1]) * 1e5;
  let best = wangge.hovers ? 7 : 16;
  let found = null;
  for (const data of wangge.layers) {
    for (let at = 0; at < data.points.length && best > 0; at += 2) {
      let far = Math.hypot(data.points[at] - x, (data.points[at + 1] - y) / flat) / pixel;
      if (far <= data.styles[data.states[at / 2]].radius * data.scale) far = 0;
      if (far < best) [best, found] = [far, [data, at / 2]];
    }
  }
  if (!found) return null;
  const [data, index] = found;
  const [place] = wangge.degrees(data.points.slice(2 * index, 2 * index + 2));
  return { latlng: L.latLng(place), card: () => wangge.placeCard(data, index) };
};

wangge.followPointer = function (map) {
  wangge.tip = L.tooltip({ direction: "top", offset: [0, -6], opacity: 1 });
  map.on("mousemove", ({ latlng }) => {
    const hit = wangge.findPoint(map, latlng);
    map.getContainer().classList.toggle("on-point", Boolean(hit));
    if (hit) wangge.tip.setLatLng(hit.latlng).setContent(hit.card()).addTo(map);
    else wangge.tip.remove();
  });
  map.on("mouseout", () => wangge.tip.remove());
};

wangge.placeCard = function (data, index) {
  const sentences = data.whys ? data.whys[index].slice() : undefined;
  if (sentences && data.more[index]) sentences.push("另有 " + data.more[index] + " 条，见缺口清单。");
  return wangge.card(data.names[index], data.styles[data.states[index]].label, [], sentences);
};
