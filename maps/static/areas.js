/* Areas of one level: classes in colours or hatches, figures on hover and click, names where they fit. */
"use strict";

wangge.areas = wangge.later(function (group, [id]) {
  const data = wangge.data(id);
  const section = data.legends ? wangge.legendOf(group) : null;
  const shapes = [];

  const chosen = () => (wangge.chosen in data.classes ? wangge.chosen : "only");
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
    new wangge.Names(data).addTo(group);
    group._map.on("wangge:metric", restyle);
    restyle();
  };
  wangge.onAdd(group, () => shapes.length || build());
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
    const shown = card();
    if (wangge.behind) shown.append(wangge.behind(latlng));
    wangge.popup(shape._map, latlng, shown).on("remove", () => edge.remove());
    edge.addTo(shape._map);
  });
  return shape;
};

/* Names of areas, the largest first; one that would touch another or does not fit its area waits for a closer zoom. */
wangge.Names = L.Layer.extend({
  initialize(data) { this._data = data; },
  onAdd(map) {
    this._box = L.DomUtil.create("div", "leaflet-zoom-hide", map.getPane("names"));
    this._place();
  },
  onRemove() { this._box.remove(); },
  getEvents() { return { zoomend: this._place, viewreset: this._place }; },
  _place() {
    const { names, rows } = this._data;
    const degree = 256 * 2 ** this._map.getZoom() / 360;
    const taken = [];
    this._box.replaceChildren();
    for (const [index, x, y, width] of names) {
      const text = rows[index][1];
      const half = 6.2 * Array.from(text).length;
      const at = this._map.latLngToLayerPoint(wangge.degrees([x, y])[0]);
      const box = [at.x - half, at.y - 9, at.x + half, at.y + 9];
      if (2 * half > 1.35 * width / 1e5 * degree || taken.some((other) => this._touch(box, other))) continue;
      taken.push(box);
      const label = wangge.el("span", text, "place-name");
      label.style.left = at.x + "px";
      label.style.top = at.y + "px";
      this._box.append(label);
    }
  },
  _touch: (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3],
});
