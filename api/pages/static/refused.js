// What the office does not take: what it says, and what the person can do. Nothing is given up without being asked.
import { button, element } from "/static/elements.js";
import { laterPhoto } from "/static/check-in.js";
import { newId } from "/static/phone-data.js";
import * as outbox from "/static/outbox.js";
import { drawn, photoField } from "/static/pictures.js";

const KINDS = { inspection: "检查", hazard: "隐患", photo: "照片", step: "复查", note: "补充说明", skip: "去不了", track: "轨迹" };
const STEPS = { pass: "复查合格", fail: "复查不合格", update: "补充说明" };

// Cards that are on the page, by id: what comes meanwhile draws the page anew, and takes no question away half answered.
const shown = new Map();

export function card(item, who, changed) {
  const behind = outbox.behind(item.id), said = JSON.stringify([item, behind.length]), before = shown.get(item.id);
  if (before && before.said === said) return before.box;
  const box = element("div", "", "alarm refused");
  shown.set(item.id, { said, box });
  box.append(element("p", `“${item.name}”的${KINDS[item.kind]}没有被接受：${item.refused}`));
  const told = saidIn(item);
  if (told) box.append(element("p", `您写的：${told}`, "quiet"));
  if (behind.length) box.append(element("p", `跟着它的 ${behind.length} 条也在等。`, "quiet"));
  if (item.kind === "photo") box.append(...another(item, who, changed));
  const tools = element("div", "", "tools");
  tools.append(button("再发一次", () => outbox.again(item.id).then(changed)));
  if (item.kind === "step") tools.append(button("改成补充说明再发", () => outbox.again(item.id, asNote(item)).then(changed)));
  tools.append(button("不要了", () => sure(box, item, behind, changed)));
  box.append(tools);
  return box;
}

// The photo itself, and a way to take another for the same visit.
function another(item, who, changed) {
  const seen = element("p"), field = photoField("另拍一张", take);
  createImageBitmap(item.body).then(
    (bitmap) => seen.append(drawn(bitmap, 160 / Math.max(bitmap.width, bitmap.height))),
    () => { seen.textContent = "这张照片手机显示不了。"; }, // HEIC
  );
  async function take() {
    const [photo] = await field.photos();
    if (!photo) return;
    await outbox.instead(item.id, photo);
    if (photo.id !== item.photo) await outbox.put(...laterPhoto(item, photo, who()));
    changed();
  }
  return [seen, field.box];
}

function saidIn({ body }) {
  const until = [body.rectified_at && "当场整改", body.deadline && `期限 ${body.deadline}`];
  const parts = [STEPS[body.action], body.result, body.description, ...until, body.reason, body.note];
  return parts.filter(Boolean).join("，");
}

// What was said of the hazard stays in its book, though the step can't be taken any more. It is another post: a new key.
function asNote(item) {
  const reason = `${STEPS[item.body.action]}（当时没有办成）${item.body.reason ? "：" + item.body.reason : ""}`;
  return { kind: "note", key: newId(), body: { ...item.body, action: "update", reason } };
}

function sure(box, item, behind, changed) {
  const tools = element("div", "", "tools");
  const what = behind.length ? `连同跟着它的 ${behind.length} 条一起删掉，找不回来。` : "删掉以后找不回来。";
  tools.append(button("确定不要", () => outbox.drop(item.id).then(changed)), button("留着", () => { shown.delete(item.id); changed(); }));
  box.replaceChildren(element("p", what), tools);
}
