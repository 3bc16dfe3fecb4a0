/* The board of a day's kept routes: a list and a map of the same route, changed step by step. Text goes in as text only. */
"use strict";

const at = (id) => document.getElementById(id);
const make = (tag, text, className) => Object.assign(document.createElement(tag), text === undefined ? {} : { textContent: text }, className ? { className } : {});
const clock = (moment) => moment.slice(11, 16);
const whole = (number) => Math.round(number).toLocaleString("zh-CN");
const board = { date: "", routes: new Map(), chosen: null, route: null, waiting: [] };
const say = (text, bad) => { at("said").textContent = text; at("said").className = bad ? "bad" : ""; };
const path = (tail) => "/" + board.date + "/" + encodeURIComponent(board.chosen) + tail;

/* Run a step that a person asked for; what goes wrong is said, and a route that others changed is read again. */
const attempt = async function (step) {
  try {
    await step();
  } catch (problem) {
    say(problem.message, true);
    if (problem.status === 409) await choose(board.chosen, true);
  }
};

/* People */

const personLine = function (route) {
  const line = [route.count + " 处"];
  if (route.count) line.push(clock(route.depart) + "–" + clock(route.home));
  line.push(route.state === "sent" ? "已发" : "草稿");
  if (!route.feasible) line.push("有问题");
  return line.join(" · ");
};

const drawPeople = function () {
  const wanted = at("people-search").value.trim().toLowerCase();
  const all = [...board.routes.values()];
  const found = all.filter(({ name, officer }) => (name + " " + officer).toLowerCase().includes(wanted));
  at("people-count").textContent = found.length === all.length ? all.length + " 人" : found.length + " / " + all.length + " 人";
  at("people").replaceChildren(...found.map(function (route) {
    const button = Object.assign(make("button", undefined, "quiet"), { type: "button" });
    const dot = make("span", undefined, "dot");
    dot.style.background = route.colour;
    const state = make("small", personLine(route));
    state.classList.toggle("bad", !route.feasible);
    button.append(dot, make("span", route.name === route.officer ? route.name : route.name + "（" + route.officer + "）"), state);
    button.setAttribute("aria-pressed", String(route.officer === board.chosen));
    button.addEventListener("click", () => attempt(() => choose(route.officer)));
    const item = make("li");
    item.append(button);
    return item;
  }));
};

const take = function (routes) {
  for (const route of routes) {
    const before = board.routes.get(route.officer);
    const colour = before ? before.colour : boardMap.colour(board.routes.size);
    board.routes.set(route.officer, { ...route, colour });
  }
};

/* The chosen route */

const choose = async function (officer, quiet) {
  board.chosen = officer;
  const found = await routesApi.ask(path(""));
  take([found.route]);
  drawRoute();
  drawHistory(found);
  boardMap.fit([board.route]);
  if (!at("people-part").hidden && !quiet) at("title").focus();
  if (!quiet) say("");
  await drawWaiting("");
};

const drawRoute = function () {
  board.route = board.routes.get(board.chosen);
  const { route } = board;
  at("route-part").hidden = false;
  at("title").textContent = route.name + "：" + route.count + " 处（第 " + route.revision + " 版，" + (route.state === "sent" ? "已发到手机" : "草稿") + "）";
  at("title").className = route.state === "sent" ? "sent" : "";
  const lunch = route.lunch_from ? "，午休 " + clock(route.lunch_from) + "–" + clock(route.lunch_to) : "";
  at("sums").textContent = (route.mode === "car" ? "开车" : "步行") + "，" + clock(route.depart) + " 出发，" + clock(route.home) + " 回到；路上 " + whole(route.travel_minutes) + " 分钟（" + (route.length_m / 1000).toFixed(1) + " 公里），停留 " + whole(route.stay_minutes) + " 分钟" + lunch + "。" + (route.straight_lines ? "没有可走的道路，路程按直线估计。" : "");
  at("problems").replaceChildren(...route.problems.map((each) => make("p", each, "bad")));
  at("send").disabled = route.state === "sent" || !route.count;
  at("gpx").href = "/api/v1/routes" + path("/gpx");
  at("stops").replaceChildren(...route.stops.map(stopRow));
  drawPeople();
  boardMap.all([...board.routes.values()], board.chosen);
  boardMap.stops(route, show);
};

const act = function (word, name, step, disabled) {
  const button = Object.assign(make("button", word, "quiet"), { type: "button", disabled: Boolean(disabled) });
  button.setAttribute("aria-label", word + "：" + name);
  button.addEventListener("click", () => attempt(step));
  return button;
};

const stopRow = function (stop) {
  const { route } = board;
  const row = make("li", undefined, "stop-row" + (stop.problem ? " wrong" : "") + (stop.done ? " done" : ""));
  row.dataset.place = stop.place_id;
  row.dataset.number = stop.number;
  const number = make("span", String(stop.number), "number");
  number.style.background = stop.done ? "#7a858e" : route.colour;
  const what = make("div", undefined, "what");
  what.append(make("b", stop.name));
  const times = stop.done ? clock(stop.arrive) + " 已查" : clock(stop.arrive) + " 到，" + clock(stop.leave) + " 走（停留 " + whole(stop.stay_minutes) + " 分钟，路上 " + whole(stop.travel_minutes) + " 分钟）";
  what.append(make("br"), times + (stop.must ? "，约定必查" : "") + (stop.partner ? "，和 " + stop.partner + " 一起" : ""));
  if (stop.problem) what.append(make("div", stop.problem, "bad"));
  what.append(make("br"), make("small", stop.why));
  const acts = make("div", undefined, "acts");
  if (!stop.done) acts.append(...stopActs(stop));
  const link = make("a", "要查什么");
  link.href = "/places/" + encodeURIComponent(stop.place_id) + "?as_of=" + board.date;
  acts.append(link);
  row.append(grip(stop), number, what, acts);
  return row;
};

const stopActs = function (stop) {
  const { place_id, name, number, locked } = stop;
  const first = board.route.stops.filter((each) => each.done).length + 1;
  const lock = act(locked ? "已锁定" : "锁定", name, () => change({ do: locked ? "unlock" : "lock", place_id }));
  lock.classList.add("lock");
  lock.setAttribute("aria-pressed", String(locked));
  return [
    lock,
    act("↑", name, () => change({ do: "move", place_id, to: number - 1 }, place_id), number <= first),
    act("↓", name, () => change({ do: "move", place_id, to: number + 1 }, place_id), number >= board.route.count),
    act("去掉", name, () => change({ do: "drop", place_id }), locked),
    act("换人", name, () => handOver(stop), locked),
  ];
};

/* The grip: dragged by a pointer, or moved by the arrow keys. */
const grip = function (stop) {
  const button = Object.assign(make("button", "⠿", "grip"), { type: "button", disabled: stop.done });
  button.setAttribute("aria-label", "拖动改顺序：" + stop.name + "（也可以按上下方向键）");
  const to = (number) => attempt(() => change({ do: "move", place_id: stop.place_id, to: number }, stop.place_id));
  button.addEventListener("keydown", function (event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    to(Math.min(Math.max(stop.number + step, 1), board.route.count));
  });
  button.addEventListener("pointerdown", (event) => drag(event, stop, to));
  return button;
};

const drag = function (event, stop, to) {
  const button = event.currentTarget;
  const row = button.closest("li");
  button.setPointerCapture(event.pointerId);
  row.classList.add("held");
  let over = null;
  const move = function ({ clientX, clientY }) {
    const under = document.elementFromPoint(clientX, clientY);
    const found = under ? under.closest(".stop-row:not(.done)") : null;
    if (over) over.classList.remove("over");
    over = found && found !== row ? found : null;
    if (over) over.classList.add("over");
  };
  const end = function (last) {
    button.removeEventListener("pointermove", move);
    row.classList.remove("held");
    if (over) over.classList.remove("over");
    if (last.type === "pointerup" && over) to(Number(over.dataset.number));
  };
  button.addEventListener("pointermove", move);
  button.addEventListener("pointerup", end, { once: true });
  button.addEventListener("pointercancel", end, { once: true });
};

const show = function (place) {
  const row = at("stops").querySelector('[data-place="' + CSS.escape(place) + '"]');
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.querySelector("button").focus();
};

/* Changes: one request, and everything is drawn from its answer. */

const change = async function (body, focus) {
  const before = board.route;
  const found = await routesApi.ask(path("/changes"), { ...body, revision: before.revision, actor: routesApi.actor() });
  await drawn(found);
  if (focus) show(focus);
  say(told(before));
};

const drawn = async function (found) {
  take(found.routes);
  drawRoute();
  drawHistory(await routesApi.ask(path("")));
  await drawWaiting("");
};

const told = function (before) {
  const { route } = board;
  const home = clock(before.home) === clock(route.home) ? "" : "，回来 " + clock(before.home) + " → " + clock(route.home);
  return "已改（第 " + route.revision + " 版）" + home + "。" + (route.feasible ? "" : "有做不到的，见红字。");
};

const handOver = function (stop) {
  const dialog = at("give");
  at("give-what").textContent = stop.name;
  at("give-to").value = "";
  dialog.onclose = function () {
    const other = at("give-to").value.trim();
    if (dialog.returnValue === "give" && other) attempt(() => change({ do: "give", place_id: stop.place_id, to_officer: other }));
  };
  dialog.showModal();
};

const replan = async function (event) {
  event.preventDefault();
  const before = board.route;
  const form = new FormData(event.target);
  const found = await routesApi.ask(path("/replan"), { revision: before.revision, at: form.get("at"), actor: routesApi.actor() });
  await drawn(found);
  say(told(before) + found.notes.join("") + (found.left_out.length ? "没排上 " + found.left_out.length + " 处。" : ""));
};

const send = async function (routes) {
  const wrong = routes.filter((route) => !route.feasible);
  const ask = wrong.length + " 人的路线有做不到的地方（" + wrong.slice(0, 3).map(({ name }) => name).join("、") + "）。照样发出吗？";
  if (wrong.length && !window.confirm(ask)) return;
  const revisions = Object.fromEntries(routes.map(({ officer, revision }) => [officer, revision]));
  const found = await routesApi.ask("/" + board.date + "/send", { routes: revisions, actor: routesApi.actor(), anyway: wrong.length > 0 });
  take(found.routes);
  if (board.chosen) await drawn({ routes: [] });
  drawPeople();
  say("已发到手机：" + routes.length + " 人。");
};

/* What may be added */

const drawWaiting = async function (search) {
  const found = await routesApi.ask(path("/places" + (search ? "?search=" + encodeURIComponent(search) : "")));
  const words = { dropped: "，人工去掉的", skipped: "，途中说明去不了" };
  if (!search) boardMap.places(found.rows);
  at("waiting").replaceChildren(...found.rows.slice(0, 30).map(function (row) {
    const item = make("li");
    const what = make("span");
    const held = row.holder ? "，在 " + row.holder + " 的路线上" : "";
    what.append(make("b", row.name || row.place_id), make("br"), make("small", "分数 " + row.prize.toFixed(1) + (words[row.state] || "") + held + "。" + row.why));
    item.append(what, act("加", row.name || row.place_id, () => add(row.place_id), row.holder || row.lon === null));
    return item;
  }));
  if (!found.rows.length) at("waiting").append(make("li", search ? "没有找到。" : "没有还没排上的。", "none"));
};

const add = (place) => change({ do: "add", place_id: place }, place);

const drawHistory = function (found) {
  at("undo").disabled = !found.can_undo;
  at("revisions").replaceChildren(...found.revisions.map(function (each) {
    const state = each.state === "sent" ? "，已发" : "";
    const text = "第 " + each.revision + " 版 " + each.at.slice(5, 16).replace("T", " ") + " " + each.actor + " " + each.action_name + "（" + each.stops + " 处" + state + "）" + (each.reason ? "：" + each.reason : "");
    return make("li", text);
  }));
};

const load = async function () {
  const { date, area, officer } = at("board").dataset;
  const asked = new URLSearchParams({ date, brief: "true", ...(officer ? { officer } : {}), ...(area && !officer ? { area } : {}) });
  const found = await routesApi.ask("?" + asked);
  take(found.routes);
  drawPeople();
  boardMap.all(found.routes.map((route) => board.routes.get(route.officer)), null);
  boardMap.fit(found.routes);
  if (found.routes.length === 1) await choose(found.routes[0].officer);
};

const start = function () {
  const { date, today } = at("board").dataset;
  board.date = date;
  const now = new Date();
  const pad = (number) => String(number).padStart(2, "0");
  at("replan").elements.at.value = date === today ? pad(now.getHours()) + ":" + pad(now.getMinutes()) : "12:00";
  boardMap.start((officer) => attempt(() => choose(officer)), (place) => attempt(() => add(place)));
  at("people-search").addEventListener("input", drawPeople);
  at("undo").addEventListener("click", () => attempt(() => change({ do: "undo" })));
  at("send").addEventListener("click", () => attempt(() => send([board.route])));
  at("send-all").addEventListener("click", () => attempt(function () {
    const drafts = [...board.routes.values()].filter((route) => route.state === "draft" && route.count);
    if (!drafts.length) throw new Error("没有要发的草稿。");
    return send(drafts);
  }));
  at("replan").addEventListener("submit", (event) => { event.preventDefault(); attempt(() => replan(event)); });
  at("search").addEventListener("submit", function (event) {
    event.preventDefault();
    attempt(() => drawWaiting(new FormData(at("search")).get("search").trim()));
  });
  boardMap.ground(date);
  attempt(load).then(() => { document.documentElement.dataset.ready = "true"; });
};

document.addEventListener("DOMContentLoaded", start);
