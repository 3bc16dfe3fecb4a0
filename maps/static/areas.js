/* Areas of one level: classes in colours or hatches, figures on hover and click, names where they fit. */
"use strict";

wangge.areas = wangge.later(function (group, [id]) {
  const data = wangge.data(id);
  const section = data.legends ? wangge.legendOf(group) : null;
  const shapes = [];

  const chosen = () => [wangge.chosen, wangge.chosen + ":" + wangge.broken].find((key) => key in data.classes) || "only";
  const style = function (index) {
    if (!data.classes) return { fillColor: "#000000", fillOpacity: 0, ...data.edge };
    return { fillColor: data.fills[data.classes[chosen()][index]], fillOpacity: data.opacity, ...data.edge };
  };
  const restyle = function () {
    shapes.forEach((shape, index) => shape && shape.setStyle(style(index)));
    if (section) wangge.fillLegend(section, data.legends[chosen()]);
  };
  const build = function () {
    data.shapes.forEach((polygons, index) => {
      shapes.push(polygons.length ? wangge.area(data, index, polygons).addTo(group) : null);
    });
    wangge.deepens(group, data);
    new wangge.Names(data).addTo(group);
    group._map.on("wangge:metric", restyle);
    restyle();
  };
  wangge.onAdd(group, () => shapes.length || build());
  wangge.areaTable(group, data);
});

wangge.area = function (data, index, polygons) {
  const shape = L.polygon(polygons.map((rings) => rings.map(wangge.degrees)), { smoothFactor: 0.6 });
  const [code, name, ...figures] = data.rows[index];
  const card = () => wangge.card(name, data.level + " " + code,
    data.columns.map(([word, kind], at) => [word, wangge.format(figures[at], kind)]));
  if (wangge.hovers) shape.bindTooltip(card, { sticky: true, opacity: 1, className: "area-tip" });
  const edge = L.polygon(shape.getLatLngs(), { pane: "edge", interactive: false, fill: false, color: "#111111", weight: 2.6, smoothFactor: 0.6 });
  if (wangge.hovers) shape.on("mouseover", () => edge.addTo(shape._map)).on("mouseout remove", () => edge.remove());
  shape.on("click", ({ latlng }) => {
    shape.closeTooltip();
    if (wangge.findPoint(shape._map, latlng)) return;
    const whole = card();
    if (data.deeper) whole.append(data.deeper(shape, name));
    if (wangge.behind) whole.append(wangge.behind(latlng));
    wangge.popup(shape._map, latlng, whole).on("remove", () => edge.remove());
    edge.addTo(shape._map);
  });
  return shape;
};

/* From an area into those of the next level, and back: by the boxes of the panel, which stay what they are. */
wangge.deepens = function (group, data) {
  const boxes = () => Array.from(document.querySelectorAll("#controls .leaflet-control-layers-base label"));
  const named = (word) => boxes().find((label) => label.textContent.trim() === word);
  const levels = () => wangge.levels.filter(named);
  const below = () => levels()[levels().indexOf(data.level) + 1];
  data.deeper = function (shape, name) {
    const word = below();
    if (!word) return "";
    const button = wangge.el("button", "看里面的" + word, "deeper");
    button.type = "button";
    button.addEventListener("click", function () {
      const map = shape._map, back = { level: data.level, center: map.getCenter(), zoom: map.getZoom(), name };
      const ring = L.polygon(shape.getLatLngs(), { pane: "edge", interactive: false, fill: false, color: "#111111", weight: 2.6 });
      map.closePopup();
      named(word).querySelector("input").click();
      map.fitBounds(shape.getBounds(), { padding: [24, 24] });
      wangge.wayBack(map, back, ring.addTo(map), () => named(back.level).querySelector("input").click());
    });
    return button;
  };
};

wangge.levels = ["市", "镇街", "片区", "村/社区", "网格"];

wangge.wayBack = function (map, back, ring, restore) {
  if (map.wayBack) map.wayBack.drop();
  const button = wangge.el("button", "‹ " + back.name, "way-back");
  button.type = "button";
  button.title = "回到" + back.level;
  const leave = function () {
    map.wayBack.drop();
    restore();
    map.setView(back.center, back.zoom);
  };
  const escape = (event) => event.key === "Escape" && leave();
  map.wayBack = { drop() { button.remove(); ring.remove(); document.removeEventListener("keydown", escape); map.wayBack = null; } };
  button.addEventListener("click", leave);
  document.addEventListener("keydown", escape);
  map.getContainer().append(button);
  button.focus();
};

/* Names of areas, and the chosen figure, the largest first; one that would touch another or does not fit its area waits for a closer zoom. */
wangge.Names = L.Layer.extend({
  apart: 2,  /* pixels on each side of a name */
  initialize(data) { this._data = data; },
  onAdd(map) {
    this._box = L.DomUtil.create("div", "leaflet-zoom-hide", map.getPane("names"));
    this._place();
  },
  onRemove(map) { this._box.remove(); map.fire("wangge:named"); },
  getEvents() { return { zoomend: this._place, viewreset: this._place, "wangge:metric": this._place }; },
  /* The figure of an area, where the map has one to choose. */
  _figure(index) {
    const { written, rows, columns } = this._data;
    const at = written ? written[wangge.chosen] : undefined;
    if (at === undefined) return null;
    const value = rows[index][2 + at];
    return value === null ? null : wangge.format(columns[at][1] === "%" ? value : Math.round(value * 10) / 10, columns[at][1]);
  },
  _place() {
    const { names, rows } = this._data;
    const degree = 1 / wangge.pixel(this._map);
    const taken = [];
    this._box.replaceChildren();
    for (const [index, x, y, width] of names) {
      const name = rows[index][1], figure = this._figure(index);
      const at = this._map.latLngToLayerPoint(wangge.degrees([x, y])[0]);
      for (const text of figure === null ? [name] : [name, ""]) {  /* where a name has no room, its figure may */
        const half = Math.max(6.2 * Array.from(text).length, figure === null ? 0 : 3.8 * figure.length);
        const high = text && figure !== null ? 17 : 9;
        const box = [at.x - half - this.apart, at.y - high, at.x + half + this.apart, at.y + high];
        if (2 * half > 1.35 * width / 1e5 * degree || taken.some((other) => this._touch(box, other))) continue;
        taken.push(box);
        this._box.append(this._label(text, figure, at));
        break;
      }
    }
    this._map.fire("wangge:named");
  },
  _label(text, figure, at) {
    const label = wangge.el("span", text, "place-name");
    if (figure !== null) label.append(wangge.el("b", figure));
    label.style.left = at.x + "px";
    label.style.top = at.y + "px";
    return label;
  },
  _touch: (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3],
});
