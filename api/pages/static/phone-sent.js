// What was registered: what of it waits, visit by visit, and a word when it has arrived, where the thumb is.
import { element } from "/static/elements.js";
import { clock } from "/static/phone-day.js";
import * as outbox from "/static/outbox.js";

const KINDS = { inspection: "检查", hazard: "隐患", photo: "照片", step: "复查", note: "补充说明", skip: "去不了", track: "轨迹" };
const SHOWN_MS = 10000;
let told = 0;

// A list to open of what waits, one line a visit.
export function waits(groups) {
  const box = element("details", "", "alarm"), list = element("ul");
  box.dataset.part = "waits";
  list.append(...groups.map((items) => element("li", `${items[0].name || "没有名称"}：${counted(items)}${moment(items[0])}`)));
  box.append(element("summary", `还有 ${groups.length} 次登记没有上传。`), list);
  return box;
}

function counted(items) {
  const counts = new Map();
  for (const { kind } of items) counts.set(kind, (counts.get(kind) || 0) + 1);
  return [...counts].map(([kind, count]) => (count > 1 ? `${KINDS[kind]} ${count}` : KINDS[kind])).join("、");
}

const moment = ({ body }) => (body.at ? `，${clock(body.at)} 登记` : "");

// Say what became of what was registered last, for a while.
export function tell(box, text, isLate) {
  box.replaceChildren(element("p", text, isLate ? "late" : ""));
  clearTimeout(told);
  told = setTimeout(() => box.replaceChildren(), SHOWN_MS);
}

// What arrived since it was asked last, in words; empty for nothing.
export function arrived() {
  const all = outbox.takeArrived(), last = all[all.length - 1];
  if (!last) return "";
  return all.length > 1 ? `${all.length} 次登记已上传，${clock(last.at)}。` : `已登记“${last.name || "没有名称"}”，${clock(last.at)} 已上传。`;
}

// The way back in, for who is not in any more, and how much waits for it.
export function comeIn(waits) {
  const told = element("p", "登录过期了，", "alarm"), link = element("a", "请重新登录");
  link.href = "/login?next=" + encodeURIComponent(location.pathname + location.search);
  told.append(link, waits ? `：未上传的 ${waits} 次登记还在本机，登录后自动上传。` : "：现在看到的是手机里存的内容，登记也先存在手机里。");
  return told;
}
