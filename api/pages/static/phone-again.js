// Hazards that are not at an end: what was found, what was said when they were put right, what is late.
import { button, element } from "/static/elements.js";

// A card of a hazard at a place; `opened` is called to re-check it.
export function card(hazard, place, opened) {
  const box = element("li", "", hazard.recheck ? "stop first" : "stop"), head = element("h3");
  box.dataset.hazard = hazard.id;
  head.append(element("span", place.name || hazard.place_id));
  const state = hazard.done || hazard.state, until = hazard.deadline ? `，整改期限 ${hazard.deadline}` : "";
  box.append(head, element("p", hazard.description || "没有写明是什么隐患"));
  box.append(element("p", `${hazard.level || "一般"}隐患，${state}，${hazard.found} 发现${until}`, "quiet"));
  if (late(hazard)) box.append(element("p", late(hazard), "time late"));
  box.append(evidence(hazard));
  if (hazard.recheck) {
    const tools = element("div", "", "tools");
    tools.append(button("到现场复查", opened, "main"));
    box.append(tools);
  }
  const more = element("p", "", "ways"), way = element("a", "办理经过（要联网）");
  way.href = `/hazards/${encodeURIComponent(hazard.id)}`;
  more.append(way);
  box.append(more);
  return box;
}

function late({ late: days }) {
  if (days === null || days === undefined) return ""; // a day that was kept before the office told
  return days ? `逾期 ${days} 个工作日` : "逾期";
}

// What there is to compare with: photos of how it was found, what was said of how it was put right, photos of that.
export function evidence({ photos = [], put_right: right = null }) {
  const box = element("div", "", "evidence");
  if (photos.length) box.append(element("p", "发现时的照片", "quiet"), pictures(photos, "发现时的照片"));
  if (right) box.append(element("p", `${right.at} 报整改完成${right.reason ? "：" + right.reason : "，没有写说明"}`));
  if (right && right.photos.length) box.append(element("p", "整改后的照片", "quiet"), pictures(right.photos, "整改后的照片"));
  return box;
}

// They are not kept in the phone: without a network each says so.
function pictures(ids, word) {
  const list = element("p", "", "pictures");
  ids.forEach((id, number) => {
    const address = `/api/v1/photos/${encodeURIComponent(id)}`, link = element("a"), image = element("img");
    const name = `${word} ${number + 1}`;
    Object.assign(link, { href: `${address}/picture`, target: "_blank", rel: "noopener" });
    Object.assign(image, { src: `${address}/thumbnail`, alt: name, loading: "lazy" });
    image.addEventListener("error", () => link.replaceChildren(`${name}（这里看不到：没有网络，或还没有传到）`), { once: true });
    link.append(image);
    list.append(link);
  });
  return list;
}
