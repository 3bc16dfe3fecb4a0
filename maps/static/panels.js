/* Little maps beside each other: one set of shapes, one legend; an area lights up in all of them. */
"use strict";

wangge.panels = wangge.later(function () {
  const data = wangge.data("panels-data");
  const page = { data, chosen: data.open, kind: "quantile", lit: null, panels: [] };
  page.sets = data.sets.map((set) => ({ rows: set.rows, at: new Map(set.rows.map(([code], at) => [code, at])), shapes: set.shapes.map(wangge.panelShape) }));
  page.outline = data.outline.map(wangge.panelShape);
  page.measure = () => data.measures[page.chosen];
  const box = document.getElementById("panels");
  data.panels.forEach((panel, at) => page.panels.push(wangge.panel(page, panel, at, box)));
  for (const [id, name] of [["measure", "chosen"], ["kind", "kind"]]) {
    const select = document.getElementById(id);
    select.value = page[name];
    select.addEventListener("change", () => { page[name] = select.value; wangge.fillPanels(page); });
  }
  // in a page its own form chooses the measure, for the sheets too
  if (window !== window.top) document.getElementById("measure").closest("label").hidden = true;
  new ResizeObserver(() => { wangge.panelColumns(page, box); wangge.drawPanels(page); }).observe(box);
  wangge.fillPanels(page);
});

/* As many columns as leave the rows alike: twelve months in 4 × 3 rather than 5 + 5 + 2; a phone has its two. */
wangge.panelColumns = function (page, box) {
  const many = page.panels.length, most = Math.max(1, Math.floor((box.clientWidth + 14) / 204));
  const columns = Math.ceil(many / Math.ceil(many / most));
  box.style.gridTemplateColumns = page.measure().changes || window.innerWidth <= 720 ? "" : `repeat(${columns}, minmax(0, 1fr))`;
};

/* A shape in whole 1e-5 degrees: its path, y upwards, and its box. */
wangge.panelShape = function (polygons) {
  const path = new Path2D(), box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rings of polygons) {
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        const x = ring[i], y = ring[i + 1];
        if (i) path.lineTo(x, y); else path.moveTo(x, y);
        box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
      }
      path.closePath();
    }
  }
  return { path, box };
};

/* The figure of one panel: caption, canvas, what is not known. */
wangge.panel = function (page, panel, at, box) {
  const { data } = page, figure = wangge.el("figure"), caption = wangge.el("figcaption");
  const title = wangge.el(data.listing && panel.as_of ? "a" : "b", panel.word), whole = wangge.el("span"), area = wangge.el("small");
  const frame = wangge.el("div", undefined, "frame"), canvas = wangge.el("canvas");
  canvas.setAttribute("role", "img");
  caption.append(title, whole, area);
  const over = panel.silent ? "没有台账" : data.bounds ? "" : "没有区域边界，画不出来。";
  frame.append(canvas, wangge.el("p", over));
  figure.append(caption, frame);
  if (panel.note) figure.append(wangge.el("p", panel.note, "rest"));
  const made = { panel, at, set: page.sets[panel.set], figure, title, whole, area, canvas };
  canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && wangge.light(page, wangge.areaAt(page, made, event)));
  canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && wangge.light(page, null));
  canvas.addEventListener("click", (event) => {
    // a finger lights an area, its way to the map is the month above
    if (title.href && event.pointerType === "mouse") title.click();
    else wangge.light(page, wangge.areaAt(page, made, event));
  });
  figure.classList.toggle("silent", panel.silent);
  figure.classList.toggle("leads", Boolean(data.listing && panel.as_of));
  box.append(figure);
  return made;
};

/* From whole degrees to pixels of a canvas so wide: scale and shift, north upwards. */
wangge.panelPlane = function (data, width) {
  const [west, south, east, north] = data.bounds, edge = 3;
  const across = (width - 2 * edge) / ((east - west) * data.aspect);
  const high = Math.min(across * (north - south), 1.25 * width) || width;
  const scale = Math.min(across, high / (north - south));
  const left = (width - (east - west) * data.aspect * scale) / 2;
  return { height: Math.ceil(high + 2 * edge), matrix: [scale * data.aspect, 0, 0, -scale, left - west * data.aspect * scale, edge + north * scale], scale };
};

wangge.values = (page, at) => page.measure().values[at];

/* Class and colour of each area of a panel. */
wangge.panelClasses = function (page, { panel, at }) {
  const measure = page.measure();
  const same = page.data.panels.filter((each) => each.change === panel.change);
  const classes = panel.change ? measure.changes : measure.classes[page.kind];
  return { ...classes, of: classes.of[same.indexOf(page.data.panels[at])] };
};

wangge.drawPanels = (page) => page.panels.forEach((each) => wangge.drawPanel(page, each));

wangge.drawPanel = function (page, made) {
  const { data } = page, { canvas, set } = made, width = made.figure.querySelector(".frame").clientWidth;
  if (!data.bounds || !width) return;
  const plane = wangge.panelPlane(data, width), dense = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(plane.height * dense);
  canvas.style.height = plane.height + "px";
  const pen = canvas.getContext("2d"), { of, fills } = wangge.panelClasses(page, made);
  const onPlane = () => { pen.setTransform(dense, 0, 0, dense, 0, 0); pen.transform(...plane.matrix); };
  const bare = wangge.bareHatch(pen, dense), { silent } = made.panel;
  const line = (pixels) => { pen.lineWidth = pixels / plane.scale; };
  onPlane();
  bare.setTransform(pen.getTransform().inverse());
  made.plane = plane;
  set.shapes.forEach(({ path }, at) => {
    const found = of[at];
    if (silent) return;
    pen.fillStyle = found === "-" ? bare : fills[Number(found)];
    pen.fill(path, "evenodd");
  });
  pen.strokeStyle = silent ? "#c3c8cc" : "#5f676d";
  line(set.shapes.length > 100 ? 0.35 : 0.7);
  for (const { path } of set.shapes) pen.stroke(path);
  pen.strokeStyle = silent ? "#9aa1a6" : "#1d2125";
  line(1.1);
  for (const { path } of page.outline) pen.stroke(path);
  // what stays while areas light up is kept as a picture
  made.base = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  made.base.getContext("2d").drawImage(canvas, 0, 0);
  wangge.litPanel(page, made);
};

/* The panel as it was drawn, with the area that is lit. */
wangge.litPanel = function (page, { canvas, base, plane, set }) {
  if (!base) return;
  const pen = canvas.getContext("2d"), lit = page.lit === null ? undefined : set.at.get(page.lit);
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(base, 0, 0);
  if (lit === undefined) return;
  const dense = canvas.width / canvas.clientWidth || 1;
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  pen.transform(...plane.matrix);
  for (const [colour, pixels] of [["#ffffff", 5], ["#000000", 2.4]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = pixels / plane.scale;
    pen.stroke(set.shapes[lit].path);
  }
};

/* Dots for areas without data, of one size: the pattern undoes the map's scale. */
wangge.bareHatch = function (pen, dense) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(5 * dense);
  const dots = tile.getContext("2d");
  dots.scale(dense, dense);
  dots.fillStyle = "#f6f6f4";
  dots.fillRect(0, 0, 5, 5);
  dots.fillStyle = "#8f8f8c";
  dots.fillRect(1, 1, 1.2, 1.2);
  dots.fillRect(3.5, 3.5, 1.2, 1.2);
  return pen.createPattern(tile, "repeat");
};

/* The area under a pointer, as its code; null for none. */
wangge.areaAt = function (page, made, event) {
  const { plane, set, canvas } = made;
  if (!plane) return null;
  const rect = canvas.getBoundingClientRect(), [sx, , , sy, dx, dy] = plane.matrix;
  const x = (event.clientX - rect.left - dx) / sx, y = (event.clientY - rect.top - dy) / sy;
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  const at = set.shapes.findIndex(({ path, box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && pen.isPointInPath(path, x, y, "evenodd"));
  return at < 0 ? null : set.rows[at][0];
};

/* A figure, or a change with its sign. */
wangge.figureOf = function (measure, value, change) {
  if (value === null || value === undefined) return "—";
  if (!change) return wangge.format(measure.kind === "%" ? value : Math.round(value * 10) / 10, measure.kind);
  const size = Math.abs(measure.kind === "%" ? 100 * value : value).toFixed(1);
  return (size === "0.0" ? "" : value > 0 ? "+" : "−") + size + (measure.kind === "%" ? " 个百分点" : "");
};

/* Light an area in all panels, with its figures; null: none. */
wangge.light = function (page, code) {
  if (page.lit === code) return;
  page.lit = code;
  page.panels.forEach((made) => wangge.litPanel(page, made));
  wangge.captions(page);
  document.querySelectorAll("tr.lit-row").forEach((row) => row.classList.remove("lit-row"));
  if (code !== null) document.querySelectorAll("tr[data-code]").forEach((row) => row.dataset.code === code && row.classList.add("lit-row"));
};

wangge.captions = function (page) {
  const measure = page.measure();
  for (const made of page.panels) {
    const at = page.lit === null ? undefined : made.set.at.get(page.lit);
    made.area.className = at === undefined ? "" : "of-area";
    made.area.textContent = at === undefined ? "" : made.set.rows[at][1] + " " + wangge.figureOf(measure, measure.values[made.at][at], made.panel.change);
  }
};

/* Everything that hangs on the measure and the classes. */
wangge.fillPanels = function (page) {
  const { data } = page, measure = page.measure();
  for (const made of page.panels) {
    const whole = measure.whole[made.at];
    made.whole.textContent = data.whole + " " + wangge.figureOf(measure, whole, made.panel.change);
    made.canvas.setAttribute("aria-label", made.panel.word + "，" + measure.word + "：" + made.whole.textContent + (made.panel.note ? "，" + made.panel.note : ""));
    if (made.title.tagName === "A") {
      made.title.href = data.listing + "?" + new URLSearchParams({ as_of: made.panel.as_of, measure: page.chosen, level: data.levelKey });
      made.title.target = "_top";
    }
  }
  wangge.panelLegends(page);
  wangge.drawPanels(page);
  wangge.captions(page);
  wangge.panelTable(page);
  if (measure.changes) wangge.panelRanks(page);
};

wangge.panels();
