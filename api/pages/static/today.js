// Today's route on a phone: the stops in order, check in, leave out with a reason. Texts reach the page as text only.
import * as outbox from "/static/outbox.js";
import * as position from "/static/position.js";
import { drawRoute } from "/static/route_map.js";

const root = document.getElementById("today");
const find = (name) => root.querySelector(`[data-part="${name}"]`);
const ASK_MS = 180000, RETRY_MS = 15000;
const WORDS = { visited: "已查", by_other: "别人已查", skipped: "去不了", not_done: "" };
let route = JSON.parse(root.dataset.first), tag = root.dataset.tag, news = "";

// ── what is shown ──

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function button(text, does, className) {
  const made = element("button", text, className);
  made.type = "button";
  made.addEventListener("click", does);
  return made;
}

// The stops with what the phone knows and the office does not yet.
function stops() {
  const found = route.stops.map((stop) => ({ ...stop }));
  for (const { body, kind, refused } of outbox.waiting()) {
    if (refused || kind === "hazard" || body.officer !== route.officer) continue;
    if (kind === "skip" && body.date !== route.date) continue;
    const stop = found.find((one) => one.place_id === body.place_id);
    if (!stop) continue;
    stop.waits = true;
    if (kind === "inspection") Object.assign(stop, { state: "visited", done_at: clock(body.at) });
    else if (stop.state !== "visited" && stop.state !== "by_other") {
      const gone = body.state === "skipped";
      Object.assign(stop, { state: gone ? "skipped" : "not_done", reason: body.reason, note: body.note });
    }
  }
  return found;
}

function clock(moment) {
  return new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

function render() {
  const all = stops(), ahead = all.filter((stop) => stop.state === "not_done");
  const over = all.filter((stop) => stop.state !== "not_done");
  const way = all.length ? `，${route.depart} 出发，${route.home} 回到` : "";
  find("when").textContent = `${route.name}，${route.date}${way}`;
  find("progress").textContent = route.revision ? `${over.length}/${all.length}` : "";
  find("bar").max = Math.max(all.length, 1);
  find("bar").value = over.length;
  find("next").replaceChildren(...ahead.slice(0, 1).map((stop) => card(stop, true)));
  find("later").replaceChildren(...ahead.slice(1).map((stop) => card(stop, false)));
  find("over").replaceChildren(...over.map(line));
  find("later-head").hidden = ahead.length < 2;
  find("over-head").hidden = !over.length;
  find("next-head").textContent = ahead.length ? "下一站" : all.length ? "今天的都走完了" : route.revision ? "路线改过了，没有要去的地方" : "还没有发来路线";
  find("empty").hidden = Boolean(route.revision);
  drawRoute(find("map"), all, route.line, position.here());
  find("drawing").hidden = !all.length;
  renderBanner();
}

function renderBanner() {
  const items = outbox.waiting(), refused = items.filter((item) => item.refused);
  const waits = items.length - refused.length, said = [];
  if (news) said.push(element("p", news, "news"));
  if (!navigator.onLine) said.push(element("p", "没有网络：登记先存在手机里，连上以后自动上传。", "alarm"));
  if (waits) said.push(element("p", `还有 ${waits} 条没有上传。`, "alarm"));
  if (!outbox.safe()) said.push(element("p", "手机存不下了：上传以前不要关这一页。", "alarm"));
  for (const item of refused) {
    const told = element("p", `“${item.name}”没有被接受：${item.refused} `, "alarm");
    told.append(button("不要这一条", () => { outbox.drop(item.body.id); render(); }, "small"));
    said.push(told);
  }
  find("banner").replaceChildren(...said);
}

function card(stop, first) {
  const box = element("li", "", first ? "stop first" : "stop");
  box.dataset.place = stop.place_id;
  const head = element("h3");
  head.append(element("b", String(stop.number)), element("span", stop.name));
  box.append(head, element("p", `${stop.arrive}–${stop.leave}，查 ${Math.round(stop.stay_minutes)} 分钟`, "time"));
  if (stop.address) box.append(element("p", stop.address, "quiet"));
  if (stop.partner) box.append(element("p", `和 ${stop.partner} 同去。`, "mate"));
  if (stop.why) box.append(element("p", stop.why));
  const tools = element("div", "", "tools");
  tools.append(button("到了，登记检查", () => openCheck(stop), "main"), button("去不了", () => openSkip(stop)));
  box.append(tools, ways(stop));
  return box;
}

function ways(stop) {
  const box = element("p", "", "ways");
  box.append(element("span", "导航 "));
  for (const [word, address] of stop.links) box.append(anchor(word, address, true));
  box.append(anchor("要查什么", "/places/" + encodeURIComponent(stop.place_id), false));
  return box;
}

function anchor(word, address, outside) {
  const made = element("a", word);
  made.href = address;
  if (outside) Object.assign(made, { target: "_blank", rel: "noopener" });
  return made;
}

function line(stop) {
  const box = element("li", "", "over " + stop.state);
  box.dataset.place = stop.place_id;
  const why = stop.state === "skipped" ? `：${stop.reason || ""}${stop.note ? "（" + stop.note + "）" : ""}` : "";
  const who = stop.state === "by_other" && stop.by_name ? `（${stop.by_name}）` : "";
  const when = stop.state === "skipped" ? "" : ` ${stop.done_at || ""}`;
  box.append(
    element("span", `${stop.number} ${stop.name}`),
    element("b", `${WORDS[stop.state]}${when}${who}${why}${stop.waits ? "，还没上传" : ""}`),
  );
  if (stop.state === "skipped") {
    box.append(button("撤回", () => takeBack(stop), "small"), button("到了，登记检查", () => openCheck(stop), "small"));
  }
  return box;
}

// ── what is said ──

const check = document.getElementById("check"), skip = document.getElementById("skip");
let asked = null; // the stop that a form is open for, and the ids of what it will write

function openCheck(stop) {
  asked = { stop, id: outbox.newId(), hazard: outbox.newId() };
  check.querySelector("form").reset();
  check.querySelector("h2").textContent = stop.name;
  hazardShown();
  position.begin(positionShown);
  check.showModal();
}

function positionShown() {
  if (asked) check.querySelector("[data-part=position]").textContent = position.said(asked.stop, route.tolerance_m);
  drawRoute(find("map"), stops(), route.line, position.here());
}

function hazardShown() {
  const form = check.querySelector("form"), found = form.elements.result.value === "发现隐患";
  form.querySelector("fieldset").hidden = !found;
  form.querySelector("fieldset").disabled = !found;
}

function sendCheck(event) {
  event.preventDefault();
  if (!asked) return;
  const { stop, id, hazard } = asked, form = new FormData(event.target), at = new Date().toISOString();
  const spot = position.here();
  const place = spot ? { lon: spot.lon, lat: spot.lat, accuracy: spot.accuracy, geotag: "gps" } : {};
  const result = form.get("result"), note = form.get("note").trim();
  const body = { id, place_id: stop.place_id, officer: route.officer, by: route.by, at, result, ...place };
  if (note) body.note = note;
  const items = [{ kind: "inspection", address: "/api/v1/inspections", name: stop.name, body }];
  if (result === "发现隐患") {
    const of = { id: hazard, inspection_id: id, place_id: stop.place_id, found_at: at };
    const told = { level: form.get("level"), description: form.get("description").trim() };
    items.push({ kind: "hazard", address: "/api/v1/hazards", name: stop.name, body: { ...of, ...told } });
  }
  keep(check, items);
}

function openSkip(stop) {
  asked = { stop, id: outbox.newId() };
  skip.querySelector("form").reset();
  skip.querySelector("h2").textContent = stop.name;
  const reasons = route.reasons.map((reason, at) => {
    const label = element("label"), input = element("input");
    Object.assign(input, { type: "radio", name: "reason", value: reason, required: at === 0 });
    label.append(input, element("span", reason));
    return label;
  });
  skip.querySelector("[data-part=reasons]").replaceChildren(...reasons);
  noteNeeded();
  skip.showModal();
}

function noteNeeded() {
  const form = skip.querySelector("form"), other = route.reasons[route.reasons.length - 1];
  form.elements.note.required = new FormData(form).get("reason") === other;
}

function sendSkip(event) {
  event.preventDefault();
  if (!asked) return;
  const form = new FormData(event.target), note = form.get("note").trim();
  const body = skipOf(asked.stop, asked.id, "skipped");
  body.reason = form.get("reason");
  if (note) body.note = note;
  keep(skip, [{ kind: "skip", address: "/api/v1/routes/skips", name: asked.stop.name, body }]);
}

function takeBack(stop) {
  const body = skipOf(stop, outbox.newId(), "taken_back");
  keep(null, [{ kind: "skip", address: "/api/v1/routes/skips", name: stop.name, body }]);
}

function skipOf(stop, id, state) {
  const at = new Date().toISOString();
  return { id, date: route.date, officer: route.officer, place_id: stop.place_id, at, state };
}

function keep(dialog, items) {
  asked = null; // a second tap finds nothing to send
  outbox.put(...items);
  if (dialog) dialog.close();
  render();
  send();
}

// ── the office ──

async function send() {
  if (await outbox.flush()) await refresh();
  render();
}

async function refresh() {
  try {
    const answer = await fetch(root.dataset.address, { headers: { "If-None-Match": tag } });
    if (answer.status !== 200) return;
    const before = route.revision;
    route = await answer.json();
    tag = answer.headers.get("ETag") || "";
    if (before && route.revision !== before) news = `路线改过了，${clock(route.sent_at)} 发来。`;
    render();
  } catch (problem) {
    renderBanner();
  }
}

function awake() {
  if (document.visibilityState === "visible") send().then(refresh);
}

check.querySelector("form").addEventListener("submit", sendCheck);
check.querySelector("form").addEventListener("change", hazardShown);
check.addEventListener("close", () => { position.end(); asked = null; });
skip.querySelector("form").addEventListener("submit", sendSkip);
skip.querySelector("form").addEventListener("change", noteNeeded);
skip.addEventListener("close", () => { asked = null; });
for (const dialog of [check, skip]) {
  dialog.querySelector("[data-part=cancel]").addEventListener("click", () => dialog.close());
}
find("where").addEventListener("click", () => position.begin(positionShown));
document.addEventListener("visibilitychange", awake);
window.addEventListener("focus", awake);
window.addEventListener("online", awake);
window.addEventListener("offline", renderBanner);
setInterval(() => { if (outbox.waiting().some((item) => !item.refused)) send(); }, RETRY_MS);
setInterval(awake, ASK_MS);
render();
send();
