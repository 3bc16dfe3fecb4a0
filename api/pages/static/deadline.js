// Until when a hazard is to be put right: at once, in some days, by a day. What the town's rules propose is chosen first.
import { choice, element } from "/static/elements.js";

const IN_DAYS = ["3", "7", "15"], DAY_MS = 86400000;
const iso = (day) => [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((one) => String(one).padStart(2, "0")).join("-");

function inDays(count) {
  const day = new Date();
  day.setDate(day.getDate() + count);
  return iso(day);
}

// What the office proposes for a hazard found today, of what it told of the days from `first` on; empty for none.
function proposed(finding, first, level) {
  const past = Math.round((Date.parse(inDays(0)) - Date.parse(first)) / DAY_MS);
  return (finding.deadlines[level] || [])[past] || "";
}

// A field of the form: `box`, `level(word)` to be called when the level is another, `told(at)` the fields of the hazard
// that say it, `lacks(photos)` whether it can't be sent, which is then shown.
export function deadlineField(key, finding, first) {
  const box = element("div", "", "until"), chips = element("div", "", "chips"), said = element("p"), day = element("input");
  const label = element("label", "整改期限（含当日）"), heading = element("p", "整改", "name"), name = `until ${key}`;
  const chosen = () => chips.querySelector(":checked").value;
  let rule = "";
  Object.assign(day, { type: "date", min: inDays(0) });
  said.setAttribute("role", "status");
  heading.id = name;
  chips.setAttribute("role", "radiogroup");
  chips.setAttribute("aria-labelledby", name);
  label.append(day);
  box.append(heading, chips, label, said);
  box.addEventListener("change", show);

  function level(word) {
    const before = chips.childElementCount ? chosen() : "", major = word === "重大";
    rule = proposed(finding, first, word);
    const offered = [["now", "当场整改"], ...IN_DAYS.map((count) => [count, `${count} 天`]), ["day", "另选日期"], ["open", "先不定"]];
    if (rule) offered.unshift(["rule", "镇里规定"]);
    else offered.unshift(offered.pop());
    chips.replaceChildren(...offered.map(([value, text]) => choice(name, value, text)));
    const inputs = [...chips.querySelectorAll("input")], still = inputs.find((input) => input.value === before);
    inputs.find((input) => input.value === "now").disabled = major; // it has to be assigned, with all five settled
    (still && !still.disabled ? still : inputs[0]).checked = true;
    show();
  }

  function until() {
    if (chosen() === "rule") return rule;
    if (chosen() === "day") return day.value;
    return IN_DAYS.includes(chosen()) ? inDays(Number(chosen())) : "";
  }

  function show() {
    label.hidden = chosen() !== "day";
    day.required = !label.hidden;
    const major = chips.querySelector("[value=now]").disabled ? "重大隐患不能当场整改了事。" : "";
    const words = { now: "登记为已整改，等复查。", open: "期限由网格长交办时定。" };
    said.className = "";
    said.textContent = (words[chosen()] || (until() ? `期限 ${until()}。` : "")) + major;
  }

  function told(at) {
    if (chosen() === "now") return { rectified_at: at };
    return until() ? { deadline: until() } : {};
  }

  function lacks(photos) {
    if (chosen() !== "now" || photos.length || !finding.fix_photo) return false;
    said.className = "lacking";
    said.textContent = "镇里要求当场整改的附照片：请拍一张再登记。";
    box.scrollIntoView({ block: "center" });
    return true;
  }

  return { box, level, told, lacks };
}
