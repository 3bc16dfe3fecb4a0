/* Names of the town's own ground along its roads and in its waters: none touches another, the wider road first. */
"use strict";

wangge.namedFrom = [12, 13, 13.5, 14.5, 15.5, 16.5];
wangge.mostLabels = 150;

wangge.Labels = L.Layer.extend({
  /* Over coloured areas, which are light in either look, names are dark, and fewer: the figures come first. */
  initialize(data, roads, overColours) {
    this._data = data;
    this._roads = roads;
    this._later = overColours ? 1 : 0;
    this._look = () => (overColours ? wangge.looks.light : wangge.palette());
  },
  onAdd(map) {
    this._canvas = wangge.el("canvas", undefined, "leaflet-zoom-hide own-names");
    map.getPane("labels").append(this._canvas);
    this.soon();
  },
  onRemove() { this._canvas.remove(); },
  getEvents() { return { moveend: this.soon, zoomend: this.soon, viewreset: this.soon, resize: this.soon, "wangge:named": this.soon }; },
  /* Names of areas are placed first: these wait until the browser draws. */
  soon() {
    if (this._waits) return;
    this._waits = true;
    requestAnimationFrame(() => {
      this._waits = false;
      if (this._map) this._draw();
    });
  },
  _draw() {
    const map = this._map, size = map.getSize(), sharp = window.devicePixelRatio || 1;
    const canvas = this._canvas;
    canvas.width = size.x * sharp;
    canvas.height = size.y * sharp;
    canvas.style.width = size.x + "px";
    canvas.style.height = size.y + "px";
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const pen = canvas.getContext("2d");
    pen.scale(sharp, sharp);
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3 });
    const taken = this._taken();
    this._drawn = [];
    this.held = [];
    const areas = map.getPane("names").childElementCount > 0;
    if (!areas) for (const row of this._data.places) this._spot(pen, taken, row, true);
    for (const row of this._data.ponds) this._spot(pen, taken, row, false);
    this._data.roads.forEach(([, named], rank) => this._ofRank(pen, taken, rank, named));
  },
  /* What other words on the map hold already. */
  _taken() {
    const { left, top } = this._map.getContainer().getBoundingClientRect();
    return Array.from(this._map.getContainer().querySelectorAll(".place-name"), (each) => {
      const box = each.getBoundingClientRect();
      return [box.left - left, box.top - top, box.right - left, box.bottom - top];
    });
  },
  _free(taken, boxes) {
    const { x, y } = this._map.getSize();
    return boxes.every(([a, b, c, d]) => a > 0 && b > 0 && c < x && d < y && !taken.some((other) => a < other[2] && other[0] < c && b < other[3] && other[1] < d));
  },
  _hold(taken, boxes) {
    taken.push(...boxes);
    this.held.push(boxes);
  },
  _write(pen, name, x, y, turn, colour) {
    const { halo } = this._look();
    pen.save();
    pen.translate(x, y);
    pen.rotate(turn);
    pen.strokeStyle = halo;
    pen.strokeText(name, 0, 0);
    pen.fillStyle = colour;
    pen.fillText(name, 0, 0);
    pen.restore();
    this._drawn.push(name);
  },
  _font: (pen, size, bold) => { pen.font = (bold ? "700 " : "") + size + "px " + getComputedStyle(document.body).fontFamily; },
  /* The name of a village or a water, upright, where it has room. */
  _spot(pen, taken, [name, x, y, wide], place) {
    this._font(pen, place ? 13 : 12, place);
    const { x: left, y: top } = this._map.latLngToContainerPoint(wangge.degrees([x, y])[0]);
    const half = pen.measureText(name).width / 2 + 2;
    const box = [left - half, top - 9, left + half, top + 9];
    if (2 * half > 1.35 * wide / 1e5 / wangge.pixel(this._map) || !this._free(taken, [box])) return;
    this._hold(taken, [box]);
    this._write(pen, name, left, top, 0, place ? this._look().name : this._look().pond);
  },
  _ofRank(pen, taken, rank, named) {
    const map = this._map;
    if (map.getZoom() < Math.max(wangge.namedFrom[rank], wangge.opening + 1) + this._later) return;
    this._font(pen, rank < 3 ? 12 : 11, false);
    const sight = map.getBounds().pad(0.1);
    this._boxes = this._boxes || [];
    const boxes = this._boxes[rank] = this._boxes[rank] || this._roads[rank].map((line) => L.latLngBounds(line));
    const often = new Map();
    for (let at = 0; at < named.length && this._drawn.length < wangge.mostLabels; at += 1) {
      if (named[at] < 0 || !sight.intersects(boxes[at])) continue;
      const name = this._data.names[named[at]];
      this._along(pen, taken, name, this._roads[rank][at].map((place) => map.latLngToContainerPoint(place)), often);
    }
  },
  /* The name along a line: where a stretch as long as the name is nearly straight, 320 pixels from its next one. */
  _along(pen, taken, name, points, often) {
    const long = pen.measureText(name).width, far = [0];
    for (let at = 1; at < points.length; at += 1) far.push(far[at - 1] + points[at].distanceTo(points[at - 1]));
    const whole = far[far.length - 1];
    const before = often.get(name) || [];
    for (const start of wangge.startsAlong(whole, long)) {
      const [from, to] = [wangge.pointAlong(points, far, start), wangge.pointAlong(points, far, start + long)];
      if (from.distanceTo(to) < 0.96 * long) continue;
      const middle = from.add(to).divideBy(2);
      if (before.some((other) => other.distanceTo(middle) < 320)) continue;
      const boxes = [0.1, 0.3, 0.5, 0.7, 0.9].map((part) => {
        const { x, y } = from.add(to.subtract(from).multiplyBy(part));
        return [x - 8, y - 8, x + 8, y + 8];
      });
      if (!this._free(taken, boxes)) continue;
      this._hold(taken, boxes);
      before.push(middle);
      const turn = Math.atan2(to.y - from.y, to.x - from.x);
      this._write(pen, name, middle.x, middle.y, Math.abs(turn) > Math.PI / 2 ? turn + Math.PI : turn, this._look().name);
    }
    often.set(name, before);
  },
});

/* Where a name so long may start on a line so long: every 60 pixels, from the middle outward. */
wangge.startsAlong = function (whole, long) {
  const room = whole - long - 8, starts = [];
  if (room < 0) return starts;
  for (let off = 0; off <= room / 2; off += 60) starts.push(4 + room / 2 + off, ...(off ? [4 + room / 2 - off] : []));
  return starts.slice(0, 60);
};

wangge.pointAlong = function (points, far, at) {
  let end = far.findIndex((each) => each >= at);
  if (end < 1) end = end === 0 ? 1 : far.length - 1;
  const part = (at - far[end - 1]) / (far[end] - far[end - 1] || 1);
  return points[end - 1].add(points[end].subtract(points[end - 1]).multiplyBy(part));
};
