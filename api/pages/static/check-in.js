// What is said at a place: checklist, hazards, photos; a re-check; that nobody can get in. All of it as items to send.
import { deadlineField } from "/static/deadline.js";
import { button, choice, element } from "/static/elements.js";
import { newId } from "/static/phone-data.js";
import { photoField } from "/static/pictures.js";

export function checklistOf(lists, industry) {
  return lists.find((each) => each.industry.includes(industry)) || lists.find((each) => !each.industry.length) || null;
}

const ASKS_NOTHING = { deadlines: {}, fix_photo: false }; // a day that was kept before the office told what it asks

// The empty form of a check, filled for a place; gives a state, which `checkItems` reads, and whose `attach` ties the
// form to it. `day` is what the office told.
export function checkForm(form, list, { finding = ASKS_NOTHING, route }) {
  const find = (name) => form.querySelector(`[data-part="${name}"]`);
  const state = { list, photos: photoField("拍照"), hazards: new Map(), until: (key) => deadlineField(key, finding, route.date) };
  find("photos").replaceChildren(state.photos.box);
  find("hazards").replaceChildren();
  find("list").replaceChildren(...(list ? [element("h3", list.name), rest(form), ...list.items.map((item) => row(item, form, state))] : []));
  find("more").replaceChildren(button("加一条隐患", () => addHazard(form, state, newId(), null)));
  state.attach = () => { form.onchange = () => settle(form, state); };
  state.attach();
  return state;
}

function rest(form) {
  return button("其余全部合格", () => {
    for (const box of form.querySelectorAll(".item")) if (!box.querySelector(":checked")) box.querySelector("input").checked = true;
  }, "small");
}

function row(item, form, state) {
  const box = element("fieldset", "", "item");
  const answers = element("div", "", "answers");
  answers.append(choice(item.id, "合格"), choice(item.id, "不合格"), choice(item.id, "没查"));
  box.append(element("legend", item.text), answers);
  box.addEventListener("change", (event) => {
    if (event.target.name !== item.id) return;
    if (event.target.value === "不合格") addHazard(form, state, item.id, item, box);
    else takeHazard(form, state, item.id);
  });
  return box;
}

function addHazard(form, state, key, item, into) {
  if (state.hazards.has(key)) return;
  const held = hazardField(state.until(key), item);
  if (!item) held.box.append(button("不要这一条", () => { takeHazard(form, state, key); settle(form, state); }, "small"));
  (into || form.querySelector("[data-part=hazards]")).append(held.box);
  state.hazards.set(key, held);
  settle(form, state);
}

function hazardField(until, item) {
  const box = element("fieldset", "", "hazard"), what = element("textarea"), level = element("select");
  Object.assign(what, { rows: 3, maxLength: 2000, required: true, value: item ? item.hazard : "" });
  for (const word of ["一般", "重大"]) level.append(element("option", word));
  level.value = item ? item.level : "一般";
  const whatLabel = element("label", "是什么"), levelLabel = element("label", "等级"), photos = photoField("拍隐患");
  whatLabel.append(what);
  levelLabel.append(level);
  level.addEventListener("change", () => until.level(level.value));
  until.level(level.value);
  box.append(element("legend", "隐患"), whatLabel, levelLabel, until.box, photos.box);
  return { box, what, level, until, photos, category: item ? item.category : null };
}

function takeHazard(form, state, key) {
  const held = state.hazards.get(key);
  if (!held) return;
  held.box.remove();
  state.hazards.delete(key);
  if (!state.hazards.size) form.elements.result.forEach((input) => { input.checked = false; });
}

// The result follows from the hazards; who says there is one has to say which.
function settle(form, state) {
  const result = form.elements.result;
  if (state.hazards.size) result.value = "发现隐患";
  else if (result.value === "发现隐患") addHazard(form, state, newId(), null);
  form.querySelector("[data-part=fine]").disabled = state.hazards.size > 0;
}

function summary(form, list) {
  if (!list) return "";
  const said = { 合格: [], 不合格: [], 没查: [] };
  for (const item of list.items) said[form.get(item.id) || "没查"].push(item.text);
  if (said.没查.length === list.items.length) return "";
  const parts = Object.entries(said).filter(([, items]) => items.length)
    .map(([word, items]) => `${word} ${items.length} 项${word === "合格" ? "" : `（${items.join("；")}）`}`);
  return `${list.name}：${parts.join("，")}。`;
}

const POST = { method: "POST" };

// An inspection, then its photos, then each hazard, which names its photos, and these. Null where something is lacking.
export async function checkItems(form, state, place, who, where) {
  for (const hazard of state.hazards.values()) if (hazard.until.lacks(await hazard.photos.photos())) return null;
  const told = new FormData(form), at = new Date().toISOString(), id = newId();
  const result = told.get("result"), kind = told.get("kind");
  const spot = where.lon === undefined ? {} : { ...where, geotag: "gps" };
  const note = [summary(told, state.list), told.get("note").trim()].filter(Boolean).join("\n");
  const body = { id, place_id: place.id, officer: who.officer, by: who.by, at, kind, result, ...spot, ...(note ? { note } : {}) };
  const items = [{ ...POST, id, kind: "inspection", address: "/api/v1/inspections", name: place.name, body }];
  const taken = await state.photos.photos();
  items.push(...taken.map((photo) => photoItem(photo, who, place, [id], { inspection_id: id })));
  for (const hazard of state.hazards.values()) {
    items.push(...(await hazardItems(hazard, place, who, [id], { inspection_id: id, place_id: place.id, found_at: at })));
  }
  return items;
}

// The form of a hazard somewhere that is no place of the ledger: as `checkForm`.
export function elsewhereForm(form, { finding = ASKS_NOTHING, route }) {
  const held = hazardField(deadlineField(newId(), finding, route.date), null);
  form.querySelector("[data-part=hazards]").replaceChildren(held.box);
  return held;
}

// It stands where the phone is. Null where that is not known, or something else is lacking.
export async function elsewhereItems(form, hazard, who, where) {
  const wait = form.querySelector("[data-part=wait]"), address = form.elements.address.value.trim();
  wait.textContent = where.lon === undefined ? "要有手机的位置才能登记：等定位到了再点一次。" : "";
  if (where.lon === undefined || hazard.until.lacks(await hazard.photos.photos())) return null;
  return hazardItems(hazard, { name: address }, who, [], { found_at: new Date().toISOString(), address, lon: where.lon, lat: where.lat });
}

async function hazardItems(hazard, place, who, needs, links) {
  const id = newId(), name = place.name;
  const body = { id, ...links, level: hazard.level.value, ...hazard.until.told(links.found_at) };
  body.description = hazard.what.value.trim();
  if (hazard.category) body.category = hazard.category;
  const photos = await hazard.photos.photos();
  if (photos.length) body.photos = photos.map((photo) => photo.id);
  const item = { ...POST, id, kind: "hazard", address: "/api/v1/hazards", name, needs, body };
  return [item, ...photos.map((photo) => photoItem(photo, who, place, [...needs, id], { hazard_id: id }))];
}

// A photo of a visit or a hazard, else of the place alone.
function photoItem(photo, who, place, needs, links) {
  const asked = new URLSearchParams({ ...links, officer: who.officer, name: photo.name.slice(-200) });
  const address = `/api/v1/photos/${photo.id}?${asked}`;
  const id = `${photo.id}@${Object.values(links).join()}`;
  return { id, kind: "photo", photo: photo.id, method: "PUT", address, type: photo.type, name: place.name, needs, body: photo.body };
}

// A photo that was taken later of a hazard that is in the book already: a note in its life names it.
export function laterPhoto(item, photo, who) {
  const hazard = new URLSearchParams(item.address.split("?")[1]).get("hazard_id");
  if (!hazard) return []; // the visit alone has it
  const step = { action: "update", reason: "补拍的照片", photos: [photo] };
  const note = stepItem(hazard, step, item, who, {}, [item.id.replace(item.photo, photo.id), ...item.needs], new Date().toISOString());
  return [{ ...note, kind: "note", group: item.group }];
}

function stepItem(hazard, step, place, who, where, needs, at) {
  const id = newId(), body = { ...step, actor: who.officer, role: who.role, at, ...where };
  body.photos = step.photos.map((photo) => photo.id);
  const address = `/api/v1/hazards/${encodeURIComponent(hazard)}/steps`;
  return { ...POST, id, key: id, kind: "step", hazard, address, name: place.name, needs, body };
}

// A re-check: photos of the place, then the step. They are no photos of the visit that found the hazard.
export async function recheckItems(form, photoBox, hazard, place, who, where) {
  const told = new FormData(form), reason = told.get("reason").trim(), at = new Date().toISOString();
  const photos = await photoBox.photos();
  const items = photos.map((photo) => photoItem(photo, who, place, [], { place_id: place.id }));
  const step = { action: told.get("result"), photos, ...(reason ? { reason } : {}) };
  return items.concat(stepItem(hazard.id, step, place, who, where, items.map((item) => item.id), at));
}

export function skipItem(place, route, state, more = {}) {
  const id = newId(), at = new Date().toISOString();
  const body = { id, date: route.date, officer: route.officer, place_id: place.id, at, state, ...more };
  return { ...POST, id, kind: "skip", address: "/api/v1/routes/skips", name: place.name, body };
}
