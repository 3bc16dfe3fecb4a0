// How it stands with the office: its day is asked for, and comes now, late or not at all. What is to be said of that.
import * as outbox from "/static/outbox.js";
import { ask, clock, day, route, since, takeKept } from "/static/phone-day.js";

const PATIENCE_MS = 6000, LONGEST_MS = 180000; // after the one something is said, after the other it is asked anew
let address = "", changed = () => {}, pending = null, again = false, seen = null;
let off = false, busy = false, shut = false, news = "", trouble = "";

export function open(where, heard) {
  [address, changed] = [where, heard];
}

export const isShut = () => shut;
export const told = () => news;

// What is in the way, in words.
export function alarms() {
  const found = trouble ? [trouble] : [];
  if (!navigator.onLine) found.push("没有网络：登记先存在手机里，连上以后自动上传。");
  else if (off && day) found.push("连不上服务：显示的是手机里存的内容。");
  else if (busy) found.push(day ? `服务忙，先用${from()}存下的（信号弱也会这样），新的一到就换上。` : "服务忙，正在等今天的内容……");
  return found;
}

function from() {
  const then = new Date(since || NaN);
  if (Number.isNaN(then.getTime())) return "手机里";
  const date = then.toDateString() === new Date().toDateString() ? "" : `${then.getMonth() + 1} 月 ${then.getDate()} 日 `;
  return ` ${date}${clock(then)} 时`;
}

// Ask for the day. One question is open at a time: what comes meanwhile asks once more when it has been answered.
export function refresh() {
  again = pending !== null;
  pending = pending || asked().finally(() => {
    pending = null;
    if (again) refresh();
  });
  return pending;
}

// Ask anew where there is nothing to show yet, or the service was too busy to tell.
export function retry() {
  if (!pending && (busy || !day)) refresh();
}

async function asked() {
  const sent = outbox.sent(), slow = setTimeout(meanwhile, PATIENCE_MS);
  seen = day;
  try {
    const answer = await ask(address, AbortSignal.timeout(LONGEST_MS)).finally(() => clearTimeout(slow));
    await heed(answer, sent);
  } catch (problem) {
    if (problem.name === "TimeoutError") return; // it is asked again, and still said that it is waited for
    if (!(problem instanceof TypeError)) throw problem;
    [off, busy] = [true, false];
    if (!day) trouble = "读不到今天的内容：连不上服务，手机里也没有存过。连上以后会自己出现。";
  } finally {
    changed();
  }
}

// No answer yet: what the phone keeps is shown, if anything is; the question stays open, and its answer takes the place.
async function meanwhile() {
  [off, busy] = [false, true];
  trouble = "";
  await takeKept(address);
  seen = seen || day;
  changed();
}

async function heed({ status, headers }, sent) {
  const known = status === 200 || status === 304;
  off = headers.has("x-kept");
  busy = status >= 500 || headers.has("x-busy");
  shut = status === 401 || headers.has("x-shut");
  trouble = known || busy || day ? "" : "读不到今天的内容，请刷新再试。";
  if (isOtherRoute()) news = `路线改过了，${clock(route().sent_at)} 发来。`;
  if (known && !off && !busy && !shut) await outbox.forget(sent);
}

// Whether the route of the day is another than the one that was on the page.
function isOtherRoute() {
  const before = seen ? seen.route : {};
  return Boolean(before.revision) && before.date === route().date && before.revision !== route().revision;
}
