// The phone of an inspector: today's route, what is due near, re-checks, a map; all of it without a network too.
import * as checkIn from "/static/check-in.js";
import * as again from "/static/phone-again.js";
import * as draft from "/static/phone-draft.js";
import * as link from "/static/phone-link.js";
import * as map from "/static/phone-map.js";
import * as outbox from "/static/outbox.js";
import * as position from "/static/position.js";
import * as refused from "/static/refused.js";
import * as sent from "/static/phone-sent.js";
import { awaited } from "/static/phone-spot.js";
import * as track from "/static/track.js";
import { button, choice, element } from "/static/elements.js";
import { room } from "/static/phone-data.js";
import { day, due, isLate, owed, placeOf, rechecks, route, stops, visited, who } from "/static/phone-day.js";
import { photoField } from "/static/pictures.js";

const root = document.getElementById("today");
const find = (name) => root.querySelector(`[data-part="${name}"]`);
const { login, self, whom, officer } = root.dataset, me = { login, officer: self, name: whom };
const ASK_MS = 180000, RETRY_MS = 15000, NEAR = 20, FULL = 0.9;
const WORDS = { visited: "已查", by_other: "别人已查", skipped: "去不了", not_done: "" };
let full = false, near = NEAR, tab = "route";

// ── what is shown ──

function render() {
  renderBanner();
  if (!day) return;
  const all = stops(), over = all.filter((stop) => stop.state !== "not_done");
  const way = all.length ? `，${route().depart} 出发，${route().home} 回到` : "";
  find("when").textContent = `${route().name}，${route().date}${way}`;
  find("progress").textContent = route().revision ? `${over.length}/${all.length}` : "";
  find("bar").max = Math.max(all.length, 1);
  find("bar").value = over.length;
  for (const one of root.querySelectorAll("[data-tab]")) {
    one.setAttribute("aria-pressed", String(one.dataset.tab === tab));
    find(one.dataset.tab).hidden = one.dataset.tab !== tab;
  }
  if (tab === "route") renderRoute(all, over);
  if (tab === "near") renderNear();
  if (tab === "again") renderAgain();
  if (tab === "where") renderWhere();
  find("again-count").textContent = rechecks().filter((hazard) => hazard.recheck).length || "";
}

function renderBanner() {
  const no = outbox.waiting().filter((item) => item.refused), waits = outbox.groups(), said = [];
  const alarm = (text) => said.push(element("p", text, "alarm"));
  if (link.told()) said.push(element("p", link.told(), "news"));
  link.alarms().forEach(alarm);
  const out = link.isShut() || outbox.shutOut();
  if (waits.length && !out) said.push(waiting(waits));
  for (const { owner, count } of outbox.ofOthers()) alarm(`还有 ${count} 条没有发出，属于${nameOf(owner)}发出。`);
  if (out) said.push(sent.comeIn(waits.length));
  if (!outbox.safe()) alarm("手机存不下了：上传以前不要关这一页。请删掉一些照片、视频再用。");
  else if (full) alarm("手机快存满了：请删掉一些照片、视频，或先连上网络上传。");
  said.push(...no.map((item) => refused.card(item, who, () => { render(); send(); })));
  find("banner").replaceChildren(...said);
  const arrived = sent.arrived();
  if (arrived) sent.tell(find("sent"), arrived);
}

// The list of what waits stays open while the page is drawn anew.
function waiting(groups) {
  const before = find("waits"), box = sent.waits(groups);
  box.open = Boolean(before && before.open);
  return box;
}

function nameOf({ login: its, name }) {
  return its ? `${name}（${its}），${name}登录后会自己` : `${name}，打开${name}的页面后会自己`;
}

function renderRoute(all, over) {
  const ahead = all.filter((stop) => stop.state === "not_done"), revision = route().revision;
  find("next").replaceChildren(...ahead.slice(0, 1).map((stop) => card(stop, true)));
  find("later").replaceChildren(...ahead.slice(1).map((stop) => card(stop, false)));
  find("over").replaceChildren(...over.map(line));
  find("later-head").hidden = ahead.length < 2;
  find("over-head").hidden = !over.length;
  const none = revision ? "路线改过了，没有要去的地方" : "还没有发来路线";
  find("next-head").textContent = ahead.length ? "下一站" : all.length ? "今天的都走完了" : none;
  find("empty").hidden = Boolean(revision);
  const left = due("").length;
  find("to-near").hidden = ahead.length > 0 || !left;
  find("to-near").textContent = `附近：该查还没查的 ${left} 处`;
}

function card(stop, first) {
  const box = element("li", "", first ? "stop first" : "stop"), place = placeOf(stop.place_id);
  box.dataset.place = stop.place_id;
  const head = element("h3");
  head.append(element("b", String(stop.number)), element("span", stop.name));
  box.append(head, element("p", `${stop.arrive}–${stop.leave}，查 ${Math.round(stop.stay_minutes)} 分钟`, "time"));
  if (stop.address) box.append(element("p", stop.address, "quiet"));
  if (stop.partner) box.append(element("p", `和 ${stop.partner} 同去。`, "mate"));
  if (stop.why) box.append(element("p", stop.why));
  const tools = element("div", "", "tools");
  tools.append(button("到了，登记检查", () => openCheck(place), "main"), button("去不了", () => openSkip(place)));
  box.append(tools, ways(stop));
  return box;
}

function ways(stop) {
  const box = element("p", "", "ways");
  if (!(stop.links || []).length) return box;
  box.append(element("span", "导航 "));
  for (const [word, address] of stop.links) {
    const made = element("a", word);
    box.append(Object.assign(made, { href: address, target: "_blank", rel: "noopener" }));
  }
  return box;
}

function line(stop) {
  const box = element("li", "", "over " + stop.state), place = placeOf(stop.place_id);
  box.dataset.place = stop.place_id;
  const why = stop.state === "skipped" ? `：${stop.reason || ""}${stop.note ? "（" + stop.note + "）" : ""}` : "";
  const by = stop.state === "by_other" && stop.by_name ? `（${stop.by_name}）` : "";
  const when = stop.state === "skipped" ? "" : ` ${stop.done_at || ""}`;
  const said = `${WORDS[stop.state]}${when}${by}${why}${stop.waits ? "，还没上传" : ""}`;
  box.append(element("span", `${stop.number} ${stop.name}`), element("b", said));
  if (stop.state === "skipped") {
    const back = () => keep(null, [checkIn.skipItem(place, route(), "taken_back")]);
    box.append(button("撤回", back, "small"), button("到了，登记检查", () => openCheck(place), "small"));
  }
  return box;
}

function renderNear() {
  const wanted = find("near-find").value.trim(), places = due(wanted);
  const owing = places.length ? `该查还没查的 ${places.length} 处` : "自己的场所都查过了";
  find("near-head").textContent = wanted ? `找到 ${places.length} 处` : owing;
  find("near-where").textContent = spotSaid() || "还不知道手机在哪里，先按轻重缓急排。";
  find("near-list").replaceChildren(...places.slice(0, near).map(nearCard));
  find("near-more").hidden = places.length <= near;
}

function spotSaid() {
  const spot = position.here();
  return spot ? `按离手机的远近排。定位精度 ±${Math.round(spot.accuracy)} 米（WGS 84）。` : position.why();
}

function nearCard(place) {
  const box = element("li", "", "stop"), head = element("h3");
  box.dataset.place = place.id;
  head.append(element("span", place.name || place.id));
  box.append(head, ...facts(place));
  const tools = element("div", "", "tools");
  tools.append(button("登记检查", () => openCheck(place), "main"));
  box.append(tools, ways(place));
  return box;
}

function facts(place) {
  const plain = [place.industry, place.risk && `${place.risk}风险`, place.address].filter(Boolean).join("，");
  const far = place.far === undefined ? "" : place.far === Infinity ? "没有坐标" : `离手机 ${said(place.far)}`;
  const late = isLate(place), gone = visited().has(place.id), own = owed(place), others = place.owes.filter((one) => !own.includes(one));
  const state = gone ? "刚登记过" : late ? "逾期" : own.length ? "本期待查" : others.length ? "没有您该查的" : "本期已查";
  const time = element("p", [state, far].filter(Boolean).join("，"), late && !gone ? "time late" : "time");
  const told = others.map((one) => element("p", `由别人检查：${one.why}`, "quiet"));
  return [element("p", plain, "quiet"), time, ...own.map((one) => element("p", one.why)), ...told];
}

function said(metres) {
  return metres < 1000 ? `${Math.round(metres)} 米` : `${(metres / 1000).toFixed(1)} 公里`;
}

function renderAgain() {
  const all = rechecks(), mine = all.filter((hazard) => hazard.recheck);
  find("again-head").textContent = mine.length ? `等复查的隐患 ${mine.length} 条` : "没有等复查的隐患";
  find("again-list").replaceChildren(...all.map(hazardCard));
}

function hazardCard(hazard) {
  const place = placeOf(hazard.place_id);
  return again.card(hazard, place, () => openRecheck(hazard, place));
}

function renderWhere() {
  find("track-on").hidden = track.running();
  find("track-off").hidden = !track.running();
  const left = track.unsent();
  find("track-away").hidden = !left;
  find("track-said").textContent = `${track.running() ? "正在记录轨迹" : "没有记录轨迹"}${left ? `，有 ${left} 个点还没上传` : ""}。`;
  find("here").textContent = whereSaid();
  if (window.L) map.draw(find("map"), day.ground, route(), pins(), (place) => openPlace(placeOf(place.id)));
}

function whereSaid() {
  const spot = position.here();
  if (!spot) return position.why() || "正在定位……";
  return `手机位置 ${spot.lat.toFixed(5)}, ${spot.lon.toFixed(5)}（WGS 84），精度 ±${Math.round(spot.accuracy)} 米`;
}

function pins() {
  const gone = visited(), wait = new Set(rechecks().filter((hazard) => hazard.recheck).map((hazard) => hazard.place_id));
  const mark = (place) => {
    if (wait.has(place.id)) return "recheck";
    if (!owed(place).length || gone.has(place.id)) return "done";
    return isLate(place) ? "overdue" : "pending";
  };
  return day.places.filter((place) => place.lon !== null).map((place) => ({ ...place, mark: mark(place) }));
}

function moved() {
  if (tab === "near") renderNear();
  if (tab === "where") renderWhere();
}

// ── what is said ──

const dialogs = Object.fromEntries(["place", "check", "elsewhere", "skip", "recheck", "consent"].map((id) => [id, document.getElementById(id)]));
let asked = null; // what a form is open for: a second tap finds nothing to send
const shown = () => Object.values(dialogs).some((dialog) => dialog.open);

function show(name, title, place) {
  const dialog = dialogs[name], where = dialog.querySelector("[data-part=position]");
  dialog.querySelector("h2").textContent = title;
  position.begin("form", () => {
    if (where) where.textContent = place ? position.said(place, route().tolerance_m) : whereSaid();
    moved();
  });
  if (!dialog.open) dialog.showModal();
}

// What is known of a place, before anything is said of it.
function openPlace(place) {
  const open = rechecks().filter((hazard) => hazard.place_id === place.id);
  const told = open.map((hazard) => element("p", `隐患：${hazard.description || "没有写明"}（${hazard.done || hazard.state}）`));
  dialogs.place.querySelector("[data-part=facts]").replaceChildren(...facts(place), ...told);
  dialogs.place.querySelector("[data-part=go]").onclick = () => { dialogs.place.close(); openCheck(place); };
  show("place", place.name || place.id, place);
}

function openCheck(place) {
  const form = dialogs.check.querySelector("form");
  const fill = () => checkIn.checkForm(form, checkIn.checklistOf(day.checklists, place.industry), day);
  const state = begin(`check ${place.id}`, form, ["list", "photos", "hazards", "more"], fill, () => openCheck(place));
  asked = { place, state };
  show("check", place.name, place);
}

function openElsewhere() {
  const form = dialogs.elsewhere.querySelector("form");
  asked = { hazard: begin("elsewhere", form, ["hazards", "wait"], () => checkIn.elsewhereForm(form, day), openElsewhere) };
  show("elsewhere", "报别处的隐患", null);
}

// Begin a form, as it was left where it was; `anew` opens it once more, empty.
function begin(key, form, parts, fill, anew) {
  const { state, isLeft } = draft.begin(key, form, parts, fill), told = element("p", "这是上次没登记完的，接着填就行。 ");
  const clear = () => { draft.done(); anew(); };
  told.append(button("清空重填", clear, "small"));
  form.querySelector("[data-part=left]").replaceChildren(...(isLeft ? [told] : []));
  return state;
}

function openSkip(place) {
  const form = dialogs.skip.querySelector("form");
  asked = { place };
  form.reset();
  const reasons = route().reasons.map((reason) => choice("reason", reason));
  reasons[0].querySelector("input").required = true;
  form.querySelector("[data-part=reasons]").replaceChildren(...reasons);
  show("skip", place.name, place);
}

function openRecheck(hazard, place) {
  const form = dialogs.recheck.querySelector("form");
  const fill = () => {
    const photos = photoField("拍照");
    form.querySelector("[data-part=photos]").replaceChildren(photos.box);
    return photos;
  };
  asked = { hazard, place, photos: begin(`recheck ${hazard.id}`, form, ["photos"], fill, () => openRecheck(hazard, place)) };
  form.elements.reason.required = form.elements.result.value === "fail";
  form.querySelector("[data-part=what]").textContent = hazard.description || "";
  form.querySelector("[data-part=evidence]").replaceChildren(again.evidence(hazard));
  show("recheck", place.name || hazard.place_id, place);
}

const SPOT_LACKS = ["check", "recheck"]; // what may go without a position
const MAKE = {
  check: (form, { place, state }) => checkIn.checkItems(form, state, place, who(), position.posted()),
  elsewhere: (form, { hazard }) => checkIn.elsewhereItems(form, hazard, who(), position.posted()),
  recheck: (form, { hazard, place, photos }) => checkIn.recheckItems(form, photos, hazard, place, who(), position.posted()),
  skip: (form, { place }) => {
    const told = new FormData(form), note = told.get("note").trim();
    return [checkIn.skipItem(place, route(), "skipped", { reason: told.get("reason"), ...(note ? { note } : {}) })];
  },
};

async function submit(event, name) {
  event.preventDefault();
  if (!asked) return;
  const what = asked;
  asked = null;
  if (SPOT_LACKS.includes(name) && !(await awaited(dialogs[name]))) return; // closed meanwhile
  const items = await MAKE[name](event.target, what);
  if (items) {
    if (name !== "skip") draft.done();
    keep(dialogs[name], items);
  } else asked = asked || what; // something is lacking, and was said
}

async function keep(dialog, items) {
  await outbox.put(...items);
  if (dialog) dialog.close();
  render();
  sent.tell(find("sent"), `已登记“${items[0].name || "没有名称"}”，还没有上传。`, true);
  send();
}

// ── the office ──

async function send() {
  if (await outbox.flush()) await link.refresh();
  const used = await room();
  full = used !== null && used > FULL;
  render();
}

function awake() {
  if (document.visibilityState === "visible") send().then(link.refresh);
}

async function install() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/today/worker.js", { scope: "/today" });
  const ready = await navigator.serviceWorker.ready;
  const { address, start, startAddress } = root.dataset; // the page as it is, and as the phone's home screen opens it
  const keep = [location.pathname + location.search, address, start, startAddress];
  const channel = new MessageChannel(), done = new Promise((heard) => { channel.port1.onmessage = heard; });
  ready.active.postMessage({ keep: [...new Set(keep)].map((each) => new URL(each, location.href).href) }, [channel.port2]);
  await done;
}

for (const [name, dialog] of Object.entries(dialogs)) {
  dialog.querySelector("[data-part=cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    if (name !== "skip" && MAKE[name]) draft.leave();
    if (!shown()) position.end("form");
  });
  if (MAKE[name]) dialog.querySelector("form").addEventListener("submit", (event) => submit(event, name));
}
dialogs.skip.querySelector("form").addEventListener("change", ({ currentTarget: form }) => {
  const reasons = route().reasons;
  form.elements.note.required = new FormData(form).get("reason") === reasons[reasons.length - 1];
});
dialogs.recheck.querySelector("form").addEventListener("change", ({ currentTarget: form }) => {
  form.elements.reason.required = form.elements.result.value === "fail";
});
for (const one of root.querySelectorAll("[data-tab]")) {
  one.addEventListener("click", () => turn(one.dataset.tab));
}
find("to-near").addEventListener("click", () => turn("near"));
find("near-more").addEventListener("click", () => { near += NEAR; renderNear(); });
find("near-find").addEventListener("input", renderNear);
find("elsewhere").addEventListener("click", () => { if (day) openElsewhere(); });
find("to-me").addEventListener("click", map.goToMe);
find("track-on").addEventListener("click", () => dialogs.consent.showModal());
find("track-off").addEventListener("click", () => track.stop().then(send));
find("track-away").addEventListener("click", () => track.throwAway().then(render));
dialogs.consent.querySelector("form").addEventListener("submit", async () => {
  if (!(await track.start())) find("track-said").textContent = "另一个窗口正在记录轨迹。";
});
function turn(to) {
  tab = to;
  if (!day) return;
  render(); // first: a map that nobody sees has no size
  if (tab === "near" || tab === "where") position.begin("page", moved);
  else position.end("page");
}

document.addEventListener("visibilitychange", awake);
window.addEventListener("focus", awake);
window.addEventListener("online", awake);
window.addEventListener("offline", renderBanner);
setInterval(() => {
  if (outbox.waiting().some((item) => !item.refused)) send();
  link.retry();
}, RETRY_MS);
setInterval(awake, ASK_MS);

await outbox.open(me, render);
await track.open(me, officer, render);
link.open(root.dataset.address, render);
const first = link.refresh();
send(); // what waits does not wait for the day
await first;
document.documentElement.dataset.ready = "";
await install();
document.documentElement.dataset.kept = "";
