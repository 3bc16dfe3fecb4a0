/* The big screen: slides drawn from one answer of the service, asked for again every minute, turned by a clock. */
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const ASK_AGAIN = 60000;
const TONES = [["late", "逾期"], ["refused", "拒不整改"], ["soon", "临期"], ["open", "未到期"], ["done", "已整改，待复查销号"]];
const screen_ = { slides: [], at: 0, paused: false, seconds: Number(document.body.dataset.every), answer: null, asked: null };
const $ = (id) => document.getElementById(id);

const el = function (tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined && text !== null) element.textContent = text;
  if (className) element.className = className;
  return element;
};

const shape = function (tag, attributes, className) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (className) element.setAttribute("class", className);
  return element;
};

/* Where the screen is stands in the address: a reload, or a power cut, comes back to it. */
const remember = function () {
  const place = new URL(location);
  place.searchParams.set("slide", screen_.at);
  if (screen_.paused) place.searchParams.set("paused", "1"); else place.searchParams.delete("paused");
  history.replaceState(null, "", place);
};

const recall = function () {
  const asked = new URLSearchParams(location.search);
  screen_.at = Math.max(0, Number.parseInt(asked.get("slide"), 10) || 0);
  screen_.paused = asked.get("paused") === "1";
};

const fetchSlides = async function () {
  const asked = new URLSearchParams(location.search);
  const address = "/wall/data" + (asked.get("as_of") ? "?as_of=" + encodeURIComponent(asked.get("as_of")) : "");
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const tag = answer.headers.get("etag");
    const slides = await answer.json();
    const changed = tag !== screen_.tag;
    Object.assign(screen_, { tag, answer: slides, asked: new Date(), lost: false });
    if (changed) draw();
  } catch {
    screen_.lost = true;  /* the old slides stay, and the foot says of when they are */
  }
  tell();
};

const tell = function () {
  const when = $("when");
  const clock = screen_.asked ? screen_.asked.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" }) : "";
  when.classList.toggle("stale", Boolean(screen_.lost));
  if (screen_.lost) when.textContent = clock ? "连不上服务，显示的是 " + clock + " 的数据" : "连不上服务";
  else when.textContent = "截至 " + screen_.answer.as_of + " · " + clock + " 更新";
};

const turn = function (step) {
  const count = screen_.answer ? screen_.answer.slides.length : 0;
  if (!count) return;
  screen_.at = (screen_.at + step + count) % count;
  const main = document.querySelector("main");
  main.classList.add("turning");
  requestAnimationFrame(() => { draw(); main.classList.remove("turning"); });
  remember();
  wind();
};

const wind = function () {
  clearTimeout(screen_.timer);
  if (!screen_.paused) screen_.timer = setTimeout(() => turn(1), screen_.seconds * 1000);
};

const pause = function () {
  screen_.paused = !screen_.paused;
  const button = $("pause");
  button.setAttribute("aria-pressed", String(screen_.paused));
  button.textContent = screen_.paused ? "继续" : "暂停";
  remember();
  wind();
};

const draw = function () {
  const { answer } = screen_;
  if (!answer) return;
  screen_.at = Math.min(screen_.at, answer.slides.length - 1);
  const slide = answer.slides[screen_.at];
  $("name").textContent = nameOf(screen_.at);
  drawFigures(slide);
  drawList(slide);
  drawDots();
  drawMap(answer, slide);
};

const nameOf = (at) => (at ? screen_.answer.slides[at].name : screen_.answer.slides[0].kind === "city" ? "全市" : "全镇");

const drawFigures = function (slide) {
  $("figures").replaceChildren(...slide.figures.map(({ word, value, unit }) => {
    const box = el("div");
    const figure = el("dd", value === null ? "—" : unit === "%" ? (value * 100).toFixed(1) : value.toLocaleString("zh-CN"));
    if (value !== null) figure.append(el("small", unit));
    box.append(el("dt", word), figure);
    return box;
  }));
};

const drawList = function (slide) {
  const rows = slide.hazards.map((hazard) => {
    const row = el("li");
    const words = el("div");
    const name = el("b");
    if (hazard.major) name.append(el("span", "重大", "major"));
    name.append(hazard.place);
    const who = hazard.supervisor ? " · 督办 " + hazard.supervisor : "";
    words.append(name, el("small", hazard.category + (hazard.area ? " · " + hazard.area : "") + who));
    const state = el("div", hazard.state, "state of-" + hazard.tone);
    state.append(el("small", due(hazard)));
    row.append(el("span", hazard.number, "n " + hazard.tone), words, state);
    return row;
  });
  if (!rows.length) rows.push(el("li", "没有重大、拒不整改和逾期的隐患。", "none"));
  $("hazards").replaceChildren(...rows);
  $("more").textContent = slide.more ? "另有 " + slide.more.toLocaleString("zh-CN") + " 处，见明细。" : "";
};

const due = function ({ deadline, days, tone }) {
  if (!deadline) return "没有期限";
  if (days === null) return "期限 " + deadline;
  if (days === 0) return tone === "late" ? "逾期" : "最后一天";
  return days < 0 ? "逾期 " + -days + " 个工作日" : "还有 " + days + " 个工作日";
};

const drawDots = function () {
  $("dots").replaceChildren(...screen_.answer.slides.map((_, at) => {
    const button = el("button", at ? at : "全");
    button.type = "button";
    button.setAttribute("role", "tab");
    button.setAttribute("aria-label", (at || "全") + " " + nameOf(at));
    button.setAttribute("aria-selected", String(at === screen_.at));
    button.addEventListener("click", () => turn(at - screen_.at));
    return button;
  }));
};

/* Whole 1e-5 degrees to the plane of the screen: longitudes shrink with the latitude of the town. */
const planeOf = function (answer, slide) {
  const box = document.querySelector("#map svg").getBoundingClientRect();
  const shrink = Math.cos(((answer.origin[1] + 0.05) * Math.PI) / 180);
  const rings = slide.shapes.length ? slide.shapes.flat() : answer.areas.length ? answer.areas.flat(2) : answer.ground.outline.flat();
  const spots = slide.hazards.filter((each) => each.spot).map((each) => each.spot);
  const numbers = rings.concat(spots).flat();
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < numbers.length; i += 2) {
    west = Math.min(west, numbers[i]); east = Math.max(east, numbers[i]);
    south = Math.min(south, numbers[i + 1]); north = Math.max(north, numbers[i + 1]);
  }
  if (!Number.isFinite(west)) return null;
  const margin = 0.07 * Math.max(box.width, box.height);
  const wide = Math.max((east - west) * shrink, 1), high = Math.max(north - south, 1);
  const scale = Math.min((box.width - 2 * margin) / wide, (box.height - 2 * margin) / high);
  const left = box.width / 2 - ((west + east) / 2) * shrink * scale, top = box.height / 2 + ((south + north) / 2) * scale;
  return { box, matrix: [shrink * scale, 0, 0, -scale, left, top].join(" "), at: ([x, y]) => [left + x * shrink * scale, top - y * scale] };
};

const pathOf = (rings, close) => rings.map((ring) => {
  let text = "";
  for (let i = 0; i < ring.length; i += 2) text += (i ? "L" : "M") + ring[i] + " " + ring[i + 1];
  return text + (close ? "Z" : "");
}).join("");

const drawMap = function (answer, slide) {
  const svg = document.querySelector("#map svg");
  const plane = planeOf(answer, slide);
  svg.replaceChildren();
  if (!plane) return;
  svg.setAttribute("viewBox", "0 0 " + plane.box.width + " " + plane.box.height);
  const ground = shape("g", { transform: "matrix(" + plane.matrix + ")" });
  for (const polygons of answer.areas) ground.append(shape("path", { d: pathOf(polygons.flat(), true) }, "area"));
  if (slide.shapes.length) ground.append(shape("path", { d: pathOf(slide.shapes.flat(), true) }, "area here"));
  ground.append(shape("path", { d: pathOf(answer.ground.water.flat(), true) }, "water"));
  ground.append(shape("path", { d: pathOf(answer.ground.main, false) }, "road"));
  ground.append(shape("path", { d: pathOf(answer.ground.outline.flat(), true) }, "outline"));
  svg.append(ground);
  if (!slide.shapes.length) drawNames(svg, plane, answer);
  drawPins(svg, plane, slide);
};

const drawNames = function (svg, plane, answer) {
  answer.labels.forEach((spot, at) => {
    if (!spot) return;
    const [x, y] = plane.at(spot);
    const label = shape("text", { x: x.toFixed(1), y: y.toFixed(1) }, "label");
    label.textContent = answer.slides[at + 1].name;
    svg.append(label);
  });
};

/* Pins that would hide each other move apart; a thin line leads to where each belongs. */
const spread = function (spots, apart) {
  const placed = spots.map(([x, y], at) => [x + at * 0.01, y]);
  for (let round = 0; round < 80; round++) {
    for (let one = 0; one < placed.length; one++) {
      for (let two = 0; two < one; two++) {
        const dx = placed[one][0] - placed[two][0], dy = placed[one][1] - placed[two][1];
        const far = Math.hypot(dx, dy);
        if (far >= apart) continue;
        const push = (apart - far) / 2 / far;
        placed[one][0] += dx * push; placed[one][1] += dy * push;
        placed[two][0] -= dx * push; placed[two][1] -= dy * push;
      }
    }
  }
  return placed;
};

const drawPins = function (svg, plane, slide) {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const hazards = slide.hazards.filter((each) => each.spot);
  const spots = hazards.map((each) => plane.at(each.spot));
  const placed = spread(spots, 2.35 * rem);
  placed.forEach(([x, y], at) => {
    const [x1, y1] = spots[at];
    if (Math.hypot(x - x1, y - y1) > 2) svg.append(shape("line", { x1, y1, x2: x, y2: y }, "lead"), shape("circle", { cx: x1, cy: y1, r: 0.2 * rem }, "spot"));
  });
  placed.forEach(([x, y], at) => {
    const hazard = hazards[at];
    const pin = shape("g", { transform: "translate(" + x.toFixed(1) + " " + y.toFixed(1) + ")" }, "pin");
    pin.append(shape("circle", { r: (1.05 * rem).toFixed(1) }, hazard.tone));
    const text = shape("text", {});
    text.textContent = hazard.number;
    const title = shape("title", {});
    title.textContent = hazard.number + " " + hazard.place + "，" + hazard.state;
    pin.append(text, title);
    svg.append(pin);
  });
};

const start = function () {
  recall();
  const paused = screen_.paused;
  screen_.paused = !paused;
  pause();
  $("legend").replaceChildren(...TONES.map(([tone, word]) => {
    const row = el("li");
    row.append(el("i", undefined, tone), word);
    return row;
  }));
  $("back").addEventListener("click", () => turn(-1));
  $("next").addEventListener("click", () => turn(1));
  $("pause").addEventListener("click", pause);
  addEventListener("keydown", (event) => {
    if (event.target.closest("button, a") && [" ", "Enter"].includes(event.key)) return;
    const act = { " ": pause, ArrowLeft: () => turn(-1), ArrowRight: () => turn(1), Home: () => turn(-screen_.at) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  new ResizeObserver(draw).observe($("map"));
  fetchSlides();
  setInterval(fetchSlides, ASK_AGAIN);
  document.addEventListener("visibilitychange", () => document.hidden || fetchSlides());
};

start();
