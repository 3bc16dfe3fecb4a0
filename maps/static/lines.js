/* Stretches of street as lines on a canvas; hit by our own search, so that the canvas never hides the areas. */
"use strict";

wangge.lineLayers = [];

wangge.lines = wangge.later(function (group, [id]) {
  let data = null;
  wangge.lineTable(group, id);
  wangge.onAdd(group, () => {
    data = data || wangge.drawLines(group, id);
    wangge.lineLayers.push(data);
  });
  group.on("remove", () => wangge.lineLayers.splice(wangge.lineLayers.indexOf(data), 1));
});

wangge.drawLines = function (group, id) {
  const data = wangge.data(id);
  const map = group._map;
  wangge.lineCanvas = wangge.lineCanvas || L.canvas({ pane: "roads", padding: 0.2 });
  const options = { renderer: wangge.lineCanvas, pane: "roads", interactive: false, smoothFactor: 0.6, ...data.look };
  L.polyline(data.lines.map(wangge.degrees), options).addTo(group);
  if (!wangge.linesAnswer) map.on("click", ({ latlng }) => {
    const card = wangge.findLine(map, latlng);
    if (card) wangge.popup(map, latlng, card);
  });
  wangge.linesAnswer = true;
  return data;
};

/* Give the card of the nearest stretch in reach of the pointer (a finger reaches farther). */
wangge.findLine = function (map, latlng) {
  const pixel = wangge.pixel(map) * 1e5;
  const flat = Math.cos(latlng.lat * Math.PI / 180);
  const x = (latlng.lng - wangge.origin[0]) * 1e5;
  const y = (latlng.lat - wangge.origin[1]) * 1e5;
  let best = (wangge.hovers ? 7 : 16) * pixel;
  let found = null;
  for (const data of wangge.lineLayers) {
    data.lines.forEach((line, index) => {
      for (let at = 0; at + 3 < line.length; at += 2) {
        const far = wangge.fromSegment(line[at] - x, (line[at + 1] - y) / flat, line[at + 2] - x, (line[at + 3] - y) / flat);
        if (far < best) [best, found] = [far, [data, index]];
      }
    });
  }
  return found && wangge.lineCard(...found);
};

/* How far the origin is from the segment between two points. */
wangge.fromSegment = function (x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x1 + along * dx, y1 + along * dy);
};

wangge.lineCard = function (data, index) {
  const last = data.last[index];
  return wangge.card(data.names[data.street[index]], data.word, [
    ["这一段", wangge.format(data.metres[index]) + " 米"],
    ["上次走到", last || "没有轨迹经过"],
    ["距今", last ? wangge.format(data.days[index]) + " 天" : "—"],
  ]);
};
