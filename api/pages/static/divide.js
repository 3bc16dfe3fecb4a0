/* The drawing page: a draft on the map, changed by hand, with figures after every change. Text goes in as text only. */
"use strict";

const LIMITS = [-0.2, -0.1, -0.05, 0.05, 0.1, 0.2];
const COLOURS = ["#542788", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806"];
const page = { draft: null, tag: "", layers: new Map(), chosen: [], map: null, group: null };
const at = (id) => document.getElementById(id);
const make = (tag, text) => Object.assign(document.createElement(tag), text === undefined ? {} : { textContent: text });
const percent = (value) => (value > 0 ? "+" : "") + (value * 100).toFixed(1) + "%";
const colour = (off) => COLOURS[LIMITS.filter((limit) => off >= limit).length];

const say = (text, bad) => { at("said").textContent = text; at("said").className = bad ? "bad" : ""; };

const ask = async function (path, body) {
  const headers = { "Content-Type": "application/json" };
  if (page.draft && path.startsWith("/" + page.draft.id + "/")) headers["If-Match"] = page.tag; // nothing over somebody else's change
  const options = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
  document.body.classList.add("busy");
  try {
    const answer = await fetch("/api/v1/drafts" + path, options);
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.detail || "没有成功。");
    if (found.features) page.tag = answer.headers.get("ETag");
    return found;
  } finally {
    document.body.classList.remove("busy");
  }
};

const style = function (feature) {
  const chosen = page.chosen.includes(feature.properties.number);
  return { color: chosen ? "#0b5cad" : "#4a5258", weight: chosen ? 4 : 1, fillColor: colour(feature.properties.off), fillOpacity: 0.7 };
};

const restyle = () => page.group.setStyle(style);

const choose = function (number) {
  const held = page.chosen.indexOf(number);
  if (held >= 0) page.chosen.splice(held, 1); else page.chosen.push(number);
  restyle();
  tellChosen();
};

const tellChosen = function () {
  const names = page.chosen.map((number) => page.layers.get(number).feature.properties.name);
  say(names.length ? "已选：" + names.join("、") : "");
};

const card = function (one) {
  const box = make("div");
  box.append(make("b", one.name));
  const words = [["每月分钟", Math.round(one.load).toLocaleString("zh-CN")], ["比平均", percent(one.off)], ["场所", one.places], ["规整度", one.compactness.toFixed(2)]];
  for (const [word, value] of words) box.append(make("br"), word + " " + value);
  return box;
};

const draw = function (draft, whole) {
  page.draft = draft;
  page.chosen = page.chosen.filter((number) => draft.features.some((each) => each.properties.number === number));
  page.group.clearLayers();
  page.layers.clear();
  page.group.addData(draft);
  if (whole) page.map.fitBounds(page.group.getBounds(), { padding: [12, 12] });
  at("work").hidden = false;
  at("new").open = false;
  at("title").textContent = draft.name + (draft.stale ? "（区域已有改动，不能启用）" : "");
  const facts = [["最大偏差", (draft.max_deviation * 100).toFixed(1) + "%"], ["平均规整度", draft.compactness.mean.toFixed(2)], ["个数", draft.areas], ["最低规整度", draft.compactness.min.toFixed(2)]];
  at("figures").replaceChildren(...facts.map(([word, value]) => {
    const pair = make("div");
    pair.append(make("dt", word), make("dd", value));
    return pair;
  }));
  const ordered = draft.features.map((each) => each.properties).sort((a, b) => Math.abs(b.off) - Math.abs(a.off)).slice(0, 30);
  at("rows").replaceChildren(...ordered.map((one) => {
    const row = make("tr");
    const head = make("th");
    head.scope = "row";
    const link = Object.assign(make("button", one.name), { type: "button", className: "quiet" });
    link.addEventListener("click", () => {
      page.map.fitBounds(page.layers.get(one.number).getBounds(), { maxZoom: 16 });
      if (!page.chosen.includes(one.number)) choose(one.number);
      at("map").scrollIntoView({ block: "nearest" });
    });
    head.append(link);
    row.append(head);
    for (const [word, value] of [["每月分钟", Math.round(one.load).toLocaleString("zh-CN")], ["比平均", percent(one.off)], ["场所", one.places], ["规整度", one.compactness.toFixed(2)]]) {
      const cell = Object.assign(make("td", value), { className: "n" });
      cell.dataset.word = word;
      row.append(cell);
    }
    return row;
  }));
  document.documentElement.dataset.draft = draft.id;
};

const change = async function (body) {
  const before = page.draft;
  try {
    draw(await ask("/" + before.id + "/edits", body), false);
    page.chosen = body.do === "move" ? page.chosen : [];
    restyle();
    say("已改。最大偏差 " + (before.max_deviation * 100).toFixed(1) + "% → " + (page.draft.max_deviation * 100).toFixed(1) + "%。");
  } catch (problem) {
    say(problem.message, true);
  }
};

/* Streets under the pen: borders follow them, and the pen snaps to the main ones. */
const ground = async function () {
  const answer = await fetch("/divide/ground" + window.location.search);
  if (!answer.ok) return;
  const data = await answer.json();
  const [lon, lat] = data.origin;
  const degrees = (numbers) => numbers.flatMap((x, i) => (i % 2 ? [] : [[lat + numbers[i + 1] / 1e5, lon + x / 1e5]]));
  for (const [name, z] of [["water", 350], ["streets", 450]]) {
    page.map.createPane(name).style.zIndex = z;
    page.map.getPane(name).style.pointerEvents = "none";
  }
  const quiet = { interactive: false, pmIgnore: true };
  const outline = L.polygon(data.outline.map((polygon) => polygon.map(degrees)), { ...quiet, pane: "water", fill: false, color: "#1d2125", weight: 1.5 }).addTo(page.map);
  if (!page.draft && data.outline.length) page.map.fitBounds(outline.getBounds(), { padding: [12, 12] });
  L.polygon(data.water.map((polygon) => polygon.map(degrees)), { ...quiet, pane: "water", stroke: false, fillColor: "#c4dbe8", fillOpacity: 1 }).addTo(page.map);
  const renderer = L.canvas({ pane: "streets" });
  const lanes = L.polyline(data.roads.map(degrees), { ...quiet, renderer, pane: "streets", color: "#333333", weight: 0.7, opacity: 0.5 });
  L.polyline(data.main.map(degrees), { interactive: false, renderer, pane: "streets", color: "#333333", weight: 1.6, opacity: 0.6 }).addTo(page.map);
  const show = () => (page.map.getZoom() >= 14 ? lanes.addTo(page.map) : lanes.remove());
  page.map.on("zoomend", show);
  show();
};

const tools = {
  merge: () => change({ do: "merge", parts: page.chosen }),
  split: function () {
    say("画一条线：从区域外点起，穿过区域，在外面双击结束。");
    page.map.pm.enableDraw("Line", { snappable: true, snapDistance: 12, finishOn: "dblclick" });
  },
  move: function () {
    if (page.chosen.length !== 1) return say("请先点选一个区域：围起来的地划给它。", true);
    say("把要划给它的地围起来：一个个点下去，点回第一个点结束。");
    return page.map.pm.enableDraw("Polygon", { snappable: true, snapDistance: 12 });
  },
};

const drawn = function ({ shape, layer }) {
  layer.remove();
  page.map.pm.disableDraw();
  const spots = (list) => list.map(({ lng, lat }) => [lng, lat]);
  if (shape === "Line") change({ do: "split", parts: page.chosen, line: spots(layer.getLatLngs()) });
  else change({ do: "move", parts: page.chosen, line: spots(layer.getLatLngs()[0]) });
};

const open = async function (number) {
  try {
    draw(await ask("/" + number), true);
    say("");
  } catch (problem) {
    at("work").hidden = false;
    say(problem.message, true);
  }
};

const begin = async function (event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const body = { name: form.get("name"), level: form.get("level"), from: form.get("from") };
  if (form.get("into")) body.into = Number(form.get("into"));
  const button = event.target.querySelector("button");
  button.disabled = true;
  button.textContent = "正在划分……";
  at("work").hidden = false;
  say("");
  try {
    const draft = await ask("", body);
    const item = make("li");
    item.append(Object.assign(make("button", draft.name), { type: "button", className: "quiet" }));
    item.firstChild.dataset.draft = draft.id;
    at("drafts").querySelector(".none")?.remove();
    at("drafts").prepend(item);
    draw(draft, true);
  } catch (problem) {
    say(problem.message, true);
  } finally {
    button.disabled = false;
    button.textContent = "开始";
  }
};

const adopt = async function (event) {
  event.preventDefault();
  const form = new FormData(event.target);
  try {
    const told = await ask("/" + page.draft.id + "/plan");
    const ended = told.ended.length ? "，停用编码 " + told.ended.length + " 个" : "";
    if (!window.confirm("启用后 " + told.moved_places + " 个场所换人管" + ended + "。以前的日期仍按原来的区域统计。启用吗？")) return;
    const body = { reason: form.get("reason") };
    if (form.get("day")) body.day = form.get("day");
    await ask("/" + page.draft.id + "/adopt", body);
    window.location.assign("/divide");
  } catch (problem) {
    say(problem.message, true);
  }
};

const drop = async function () {
  if (!window.confirm("删除草稿“" + page.draft.name + "”吗？区域不受影响。")) return;
  try {
    await ask("/" + page.draft.id + "/drop", {});
    window.location.assign("/divide");
  } catch (problem) {
    say(problem.message, true);
  }
};

const start = function () {
  page.map = L.map("map", { attributionControl: false, zoomSnap: 0.5, doubleClickZoom: false, preferCanvas: false }).setView([35, 105], 4);
  L.control.scale({ imperial: false }).addTo(page.map);
  page.map.pm.setLang("zh");
  page.map.pm.setGlobalOptions({ layerGroup: L.layerGroup() });
  page.group = L.geoJSON(null, {
    style,
    onEachFeature(feature, layer) {
      page.layers.set(feature.properties.number, layer);
      layer.bindTooltip(() => card(feature.properties), { sticky: true });
      layer.on("click", () => page.map.pm.globalDrawModeEnabled() || choose(feature.properties.number));
    },
  }).addTo(page.map);
  page.map.on("pm:create", drawn);
  at("begin").addEventListener("submit", begin);
  at("adopt").addEventListener("submit", adopt);
  at("drop").addEventListener("click", drop);
  at("drafts").addEventListener("click", ({ target }) => target.dataset.draft && open(target.dataset.draft));
  for (const button of document.querySelectorAll("[data-tool]")) button.addEventListener("click", () => tools[button.dataset.tool]());
  ground();
  document.documentElement.dataset.ready = "true";
};

document.addEventListener("DOMContentLoaded", start);
