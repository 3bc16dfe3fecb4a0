// One step of a hazard's life: what may be chosen follows the table that came with the page. Where a step has photos, it
// is asked first whether it can be taken, then they are sent, then it: a step that is refused leaves none behind.
import { photoField } from "/static/pictures.js";

// fields that an action can bring; `update` may bring all
const FIELDS = {
  assign: ["responsible", "deadline"], reopen: ["deadline"], extend: ["deadline"], supervise: ["supervisor"],
  urge: ["addressee", "answer_by"],
  update: ["responsible", "measures", "funds", "plan"],
};
// done on the spot, where there is something to see; and whatever the town's rules ask a photo for
const PHOTOGRAPHED = ["fix", "rectify", "pass", "fail", "refuse", "update"];

const form = document.getElementById("step");
if (form) {
  const possible = JSON.parse(form.dataset.possible), { address, place } = form.dataset;
  const said = document.getElementById("said"), button = form.querySelector("button[data-script]");
  let count = 0;
  const field = photoField("附照片（可以几张）", (taken) => { count = taken; said.textContent = ""; name(); });
  document.getElementById("pictures").append(field.box);

  // undefined as long as nobody has chosen
  const chosen = () => possible.find((one) => one.action === form.elements.action.value);
  const demanded = () => Boolean(chosen()) && chosen().needs.includes("photo");
  const photographed = () => Boolean(chosen()) && (demanded() || PHOTOGRAPHED.includes(chosen().action));

  // The button says what is missing.
  function name() {
    button.textContent = demanded() && !count ? "请先上传照片" : "提交";
  }

  function say(text) {
    said.textContent = text;
    said.className = text ? "bad" : "";
  }

  function show() {
    const step = chosen() || { action: "", roles: [], needs: [], needs_said: [] };
    const roles = step.roles.map(({ role, name }) => {
      const option = document.createElement("option");
      option.value = role;
      option.textContent = name;
      return option;
    });
    form.elements.role.replaceChildren(...roles);
    form.elements.role.closest("label").hidden = !roles.length;
    document.getElementById("needs").textContent = step.needs_said.length ? "办理要求：" + step.needs_said.join("、") : "";
    for (const label of form.querySelectorAll("label[data-for]")) {
      const name = label.dataset.for;
      label.hidden = !step.action || name !== "reason" && !(FIELDS[step.action] || []).includes(name);
    }
    field.box.hidden = !photographed();
    // a proposal of the town's rules, for an assignment only; the person may change it
    const proposed = form.dataset.deadline, deadline = form.elements.deadline;
    if (proposed && step.action !== "assign" && deadline.value === proposed) deadline.value = "";
    if (proposed && step.action === "assign" && !deadline.value) {
      deadline.value = proposed;
      document.getElementById("needs").textContent += "（整改期限已按镇里的规则写上 " + proposed + "，可以改）";
    }
    form.elements.reason.required = step.needs.includes("reason");
    say("");
    name();
  }

  async function ask(address, options, refused = "") {
    let answer;
    try {
      answer = await fetch(address, options);
    } catch (problem) {
      throw new Error("没有提交：连不上服务（" + problem.message + "）。");
    }
    if (answer.ok) return;
    const detail = await answer.json().then((told) => told.detail, () => `服务回答 ${answer.status}，没有说明原因。`);
    throw new Error(refused + detail);
  }

  const post = (address, body) => ask(address, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });

  // A photo of the place: it is none of the visit that found the hazard.
  function put(photo) {
    const links = new URLSearchParams({ ...(place ? { place_id: place } : {}), name: photo.name.slice(-200) });
    const options = { method: "PUT", headers: { "content-type": photo.type }, body: photo.body };
    return ask(`/api/v1/photos/${photo.id}?${links}`, options, `照片“${photo.name}”没有收下，这一步没有提交：`);
  }

  async function send(event) {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    form.classList.add("busy");
    try {
      const photos = photographed() ? await field.photos() : [];
      if (demanded() && !photos.length) {
        field.box.querySelector("input").focus();
        throw new Error(`没有提交：镇里要求“${chosen().name}”附照片。请先上传照片。`);
      }
      const body = {};
      for (const [name, value] of new FormData(form)) {
        const label = form.querySelector(`label[data-for="${name}"]`);
        if (value && !(label && label.hidden)) body[name] = value;
      }
      if (photos.length) {
        body.photos = photos.map((photo) => photo.id);
        await post(address + "?check=true", body);
        for (const [at, photo] of photos.entries()) {
          said.className = "";
          said.textContent = `正在传照片 ${at + 1} / ${photos.length}……`;
          await put(photo);
        }
      }
      await post(address, body);
      location.reload();
    } catch (problem) {
      say(problem.message);
      form.classList.remove("busy");
      button.disabled = false;
    }
  }

  form.elements.action.addEventListener("change", show);
  form.addEventListener("submit", send);
  show();
}
