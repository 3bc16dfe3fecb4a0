// What was filled in and not sent: a form that is opened for the same again shows it, as long as the page lives.
import * as outbox from "/static/outbox.js";

const FIELDS = ["result", "kind", "note", "reason", "address"];
const kept = new Map();
let open = null;

// Open a form for something: as it was left, else as `fill` fills it, which gives its state. `parts` are the boxes in it
// whose content is made for what it is opened for. Gives the state, and whether it was left there.
export function begin(key, form, parts, fill) {
  const boxes = parts.map((part) => form.querySelector(`[data-part=${part}]`)), left = kept.get(key);
  boxes.forEach((box) => box.replaceChildren()); // before the reset, which is not for what was left
  form.reset();
  const state = left ? left.state : fill();
  open = { key, form, boxes, state, blank: left ? left.blank : said(form) };
  if (left) putBack(left, open);
  return { state, isLeft: Boolean(left) };
}

function putBack({ nodes, values, state }, { form, boxes }) {
  boxes.forEach((box, number) => box.replaceChildren(...nodes[number]));
  for (const [name, value] of values) form.elements[name].value = value;
  if (state.attach) state.attach();
  form.dispatchEvent(new Event("change"));
}

// What a person has put into a form, to be compared.
function said(form) {
  return JSON.stringify([[...new FormData(form)], form.querySelectorAll(".hazard").length, form.querySelectorAll(".photos li").length]);
}

const isFilled = () => open && said(open.form) !== open.blank;

// The form was closed without being sent.
export function leave() {
  if (isFilled()) {
    const values = FIELDS.filter((name) => open.form.elements[name]).map((name) => [name, open.form.elements[name].value]);
    kept.set(open.key, { ...open, values, nodes: open.boxes.map((box) => [...box.childNodes]) });
  } else if (open) kept.delete(open.key);
  open = null;
}

// What stands in the form went on its way, or is given up.
export function done() {
  if (open) kept.delete(open.key);
  open = null;
}

window.addEventListener("beforeunload", (event) => {
  if (!outbox.isLeft && (kept.size || isFilled())) event.preventDefault();
});
