/* Legends in the panel, each shown while its layer is. */
"use strict";

wangge.SVG = "http://www.w3.org/2000/svg";

wangge.swatch = function ({ fill, stroke, radius, opacity, line }) {
  const svg = document.createElementNS(wangge.SVG, "svg");
  const shape = document.createElementNS(wangge.SVG, line ? "line" : radius ? "circle" : "rect");
  const box = line ? { x1: 1, x2: 27, y1: 9, y2: 9 } : radius ? { cx: 14, cy: 9, r: radius } : { x: 0.5, y: 1.5, width: 27, height: 15 };
  const look = line
    ? { stroke: line.color, "stroke-width": line.weight, "stroke-dasharray": line.dashArray || "none" }
    : { fill, "fill-opacity": opacity ?? 1, stroke: stroke || "#8b9298", "stroke-width": radius ? 2 : 0.8 };
  for (const [name, value] of Object.entries({ ...box, ...look })) shape.setAttribute(name, value);
  svg.setAttribute("width", 28);
  svg.setAttribute("height", 18);
  svg.setAttribute("aria-hidden", "true");
  svg.append(shape);
  return svg;
};

wangge.fillLegend = function (section, legend) {
  section.replaceChildren(wangge.el("h2", legend.title));
  if (legend.unit) section.append(wangge.el("p", legend.unit, "unit"));
  const list = wangge.el("ul");
  for (const item of legend.items) {
    const row = wangge.el("li");
    row.append(wangge.swatch(item), wangge.el("span", item.label));
    if (item.count !== undefined) row.append(wangge.el("span", wangge.format(item.count), "count"));
    list.append(row);
  }
  section.append(list);
  wangge.strip();
  for (const note of legend.notes || []) section.append(wangge.el("p", note, "note"));
};

/* A small screen shows the classes of the first legend in a line, before the panel is opened. */
wangge.strip = function () {
  const strip = document.querySelector(".strip");
  const first = document.querySelector("#legends > .legend:not([hidden])");
  strip.replaceChildren();
  const rows = first?.querySelector("ul")?.children || [];
  if (!rows.length) return;
  strip.append(wangge.el("b", first.querySelector("h2").textContent));
  for (const row of rows) {
    const item = wangge.el("span");
    item.append(...Array.from(row.children).slice(0, 2).map((part) => part.cloneNode(true)));
    strip.append(item);
  }
};

/* Give the section of a layer: there while the layer is on the map. */
wangge.legendOf = function (group) {
  const section = wangge.el("section", undefined, "legend");
  section.hidden = true;
  document.getElementById("legends").append(section);
  wangge.onAdd(group, () => { section.hidden = false; wangge.strip(); });
  group.on("remove", () => { section.hidden = true; wangge.strip(); });
  return section;
};

wangge.legend = wangge.later((group, [id]) => wangge.fillLegend(wangge.legendOf(group), wangge.data(id)));
