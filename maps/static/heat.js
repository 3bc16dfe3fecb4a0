/* The heat of hazards: what is chosen is added up and smoothed here, so that every choice has its picture. */
"use strict";

wangge.heat = wangge.later(async function (group, [id]) {
  const data = wangge.data(id);
  const section = wangge.legendOf(group);
  if (!data.packed) {
    section.append(wangge.el("p", "没有带坐标的隐患或检查，热力无可画的内容。", "note"));
    return;
  }
  if (!window.DecompressionStream) {
    section.append(wangge.el("p", "浏览器太旧，画不出热力：请用 Edge、Chrome 80 或 Firefox 113 以上的版本打开。", "note"));
    return;
  }
  const all = wangge.unpackHeat(data, await wangge.inflate(data.packed));
  delete data.packed;
  const heat = { data, all, section, filled: wangge.filledSlices(data, all), sides: [], chosen: {} };
  wangge.heatShown = heat;
  heat.sides.push(wangge.heatSide(data, "heat"));
  wangge.heatControls(heat);
  wangge.heatSwipe(heat);
  wangge.behindHeat(heat);
  wangge.heatTables(group, heat);
  wangge.drawHeat(heat, true);
  wangge.map.on("wangge:look", () => wangge.drawHeat(heat, false));
});

wangge.filledSlices = function ({ slices }, { hazards, checks }) {
  const filled = new Uint8Array(slices.length);
  for (const table of [hazards, checks]) for (const slice of table.slice) filled[slice] = 1;
  return filled;
};

/* A canvas over the grid's ground. Leaflet takes any element as an SVG overlay, so it moves with the map by itself. */
wangge.heatSide = function (data, pane) {
  const canvas = wangge.el("canvas");
  canvas.width = data.columns;
  canvas.height = data.rows;
  canvas.setAttribute("role", "img");
  const layer = L.svgOverlay(canvas, data.bounds, { pane, opacity: data.opacity, interactive: false }).addTo(wangge.map);
  return { canvas, layer, pane: wangge.map.getPane(pane) };
};

/* Which pixels lie in the town: all where it has no outline. */
wangge.heatLand = function (data) {
  const outline = wangge.data("backdrop").outline;
  const land = new Uint8Array(data.columns * data.rows).fill(1);
  if (!outline.length) return land;
  const canvas = wangge.el("canvas");
  canvas.width = data.columns;
  canvas.height = data.rows;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const metres = (place) => L.Projection.SphericalMercator.project(L.latLng(place));
  const [[south, west], [north, east]] = data.bounds;
  const corner = metres([north, west]), end = metres([south, east]);
  const scale = data.columns / (end.x - corner.x);
  context.beginPath();
  for (const polygon of outline) for (const ring of polygon) {
    wangge.degrees(ring).forEach((place, at) => {
      const { x, y } = metres(place);
      context[at ? "lineTo" : "moveTo"]((x - corner.x) * scale, (corner.y - y) * scale);
    });
    context.closePath();
  }
  context.fill("evenodd");
  const { data: pixels } = context.getImageData(0, 0, data.columns, data.rows);
  for (let at = 0; at < land.length; at += 1) land[at] = pixels[4 * at + 3] > 127 ? 1 : 0;
  return land;
};

/* What each state is worth: the flag that is shown, by weight of its level; what enterprises found is of no inspection. */
wangge.heatWorth = function ({ weights }, { flag, weighted }, measure) {
  const major = (state) => (state & 4) > 0;
  const shown = { all: () => true, open: (state) => state % 4 > 0, major, overdue: (state) => state % 4 === 2 }[flag];
  const weight = (state) => (weighted === "weighted" ? weights[major(state) ? 1 : 0] : 1);
  return Float32Array.from({ length: 16 }, (_, state) => (shown(state) && !(measure === "check" && state >= 8) ? weight(state) : 0));
};

wangge.heatChosen = function ({ data, chosen }, step) {
  const slices = new Uint8Array(data.slices.length), industries = new Uint8Array(data.industries.length);
  for (const at of step.slices) slices[at] = wangge.inSeason(data.slices[at], chosen.season) ? 1 : 0;
  for (let at = 0; at < industries.length; at += 1) industries[at] = chosen.industry === "" || Number(chosen.industry) === at ? 1 : 0;
  return { slices, industries };
};

/* What stands on the left and on the right: one thing when nothing is compared. */
wangge.heatViews = function (heat) {
  const { chosen, data } = heat;
  const step = heat.steps[heat.at];
  const measure = { km2: "每平方公里", check: "每次检查" };
  if (chosen.compare === "measure") return ["km2", "check"].map((each) => ({ step, measure: each, word: measure[each] }));
  const view = (each, word) => ({ step: each, measure: chosen.measure, word });
  if (chosen.compare !== "year") return [view(step, measure[chosen.measure])];
  const [before, now] = wangge.yearPair(data.slices, chosen.unit, step);
  return [view(before, "去年同期 " + before.word), view(now, "本期 " + now.word)];
};

/* The largest value of any step, on a grid twice as coarse: limits stay the same while time runs. */
wangge.heatLargest = function (heat, measure) {
  const { data, all, chosen } = heat;
  const worth = wangge.heatWorth(data, chosen, measure);
  let largest = 0;
  for (const step of heat.steps) {
    const { values } = wangge.heatValues(data, all, wangge.heatChosen(heat, step), worth, measure, 2 * data.coarser);
    for (const value of values) if (value > largest) largest = value;
  }
  return largest;
};

wangge.drawHeat = function (heat, anew) {
  const { data, all, chosen } = heat;
  heat.land = heat.land || wangge.heatLand(data);
  const views = wangge.heatViews(heat);
  heat.views = views;
  if (anew) heat.limits = {};
  while (heat.sides.length < views.length) heat.sides.push(wangge.heatSide(data, "heat-right"));
  views.forEach((view, at) => {
    const worth = wangge.heatWorth(data, chosen, view.measure);
    const limits = heat.limits[view.measure] = heat.limits[view.measure] || wangge.niceLimits(wangge.heatLargest(heat, view.measure), data.colours.length);
    view.count = wangge.heatCount(heat, view.step, worth);
    view.drawn = wangge.heatValues(data, all, wangge.heatChosen(heat, view.step), worth, view.measure);
    wangge.paintHeat(heat.sides[at].canvas, heat.land, view.drawn, limits, data.colours.slice(data.colours.length - limits.length));
    heat.sides[at].canvas.setAttribute("aria-label", "隐患热力：" + wangge.heatWords(heat) + "，" + view.word);
  });
  heat.swipe.show(views);
  wangge.heatLegend(heat);
};

wangge.heatWords = function ({ data, chosen }) {
  const industry = chosen.industry === "" ? "" : "，" + data.industries[Number(chosen.industry)];
  return data.flags.find(([flag]) => flag === chosen.flag)[1] + industry + (wangge.SEASONS[chosen.season] ? "，" + chosen.season : "");
};

/* How many hazards are drawn, within so many fine cells of a middle when one is given. */
wangge.heatCount = function (heat, step, worth, middle) {
  const { hazards } = heat.all;
  const { slices, industries } = wangge.heatChosen(heat, step);
  const found = { total: 0, open: 0, major: 0, industries: new Map() };
  for (let at = 0; at < hazards.x.length; at += 1) {
    if (!slices[hazards.slice[at]] || !industries[hazards.industry[at]] || !worth[hazards.state[at]]) continue;
    if (middle && (hazards.x[at] + 0.5 - middle.x) ** 2 + (hazards.y[at] + 0.5 - middle.y) ** 2 > middle.reach ** 2) continue;
    found.total += 1;
    found.open += hazards.state[at] % 4 > 0 ? 1 : 0;
    found.major += hazards.state[at] & 4 ? 1 : 0;
    found.industries.set(hazards.industry[at], (found.industries.get(hazards.industry[at]) || 0) + 1);
  }
  return found;
};

wangge.heatLegend = function (heat) {
  const { data, chosen } = heat;
  const parts = heat.views.filter((view, at) => heat.views.findIndex((other) => other.measure === view.measure) === at).map((view) => {
    const limits = heat.limits[view.measure];
    const number = (limit) => limit.toLocaleString("zh-CN", { maximumSignificantDigits: 3 });
    const tones = data.colours.slice(data.colours.length - limits.length);
    const label = (limit, at) => (at + 1 < limits.length ? number(limit) + "–" + number(limits[at + 1]) : number(limit) + " 及以上");
    const items = limits.map((limit, at) => ({ fill: tones[at], label: label(limit, at), opacity: data.opacity })).reverse();
    const weighted = chosen.weighted === "weighted" ? "（重大×" + data.weights[1] + "，一般×" + data.weights[0] + "）" : "（每条计 1）";
    const per = view.measure === "km2" ? "隐患 / 平方公里" : "隐患 / 次检查";
    const bare = limits.length ? "不足 " + number(limits[0]) + " 不着色；" : "没有可画的隐患；";
    const box = wangge.el("div");
    wangge.fillLegend(box, {
      title: (view.measure === "km2" ? "每平方公里：" : "每次检查：") + wangge.heatWords(heat) + "（" + wangge.format(view.count.total) + " 条）",
      unit: per + weighted,
      items: [...items, { fill: "url(#hatch-unseen)", label: "没有人检查过" }],
      notes: [bare + "高斯平滑，带宽 " + wangge.format(data.bandwidth) + " 米，各级缩放相同。"],
    });
    return box;
  });
  const note = "企业自查不算检查。斜线：这段时间两倍带宽以内没有检查，没有隐患不等于没有问题。各时段用同一分级，可以前后比较。";
  heat.section.replaceChildren(...parts, wangge.el("p", note, "note"));
  const empty = heat.views.filter((view) => !view.step.slices.length).map((view) => view.word + "：没有台账。");
  // "从 … 才有": the side of before begins before the ledger does
  const begun = data.slices[heat.filled[0] ? 0 : 1][0];
  for (const view of heat.views) if (chosen.compare === "year" && view.step.slices.length && view.step.first < begun) empty.push(view.word + "：台账从 " + begun + " 才有，不完整，对比只供参考。");
  for (const sentence of empty) heat.section.append(wangge.el("p", sentence, "note"));
  wangge.strip();
};
