// One step of a hazard's life: what may be chosen follows the table that came with the page.
"use strict";
(function () {
  const form = document.getElementById("step");
  if (!form) return;
  const possible = JSON.parse(form.dataset.possible);
  const said = document.getElementById("said");
  // fields that an action can bring; `update` may bring all
  const FIELDS = {
    assign: ["responsible", "deadline"], reopen: ["deadline"], extend: ["deadline"], supervise: ["supervisor"],
    urge: ["addressee", "answer_by"],
    update: ["responsible", "measures", "funds", "plan"],
  };

  function show() {
    const step = possible.find((one) => one.action === form.elements.action.value);
    const roles = step.roles.map(({ role, name }) => {
      const option = document.createElement("option");
      option.value = role;
      option.textContent = name;
      return option;
    });
    form.elements.role.replaceChildren(...roles);
    document.getElementById("needs").textContent = step.needs_said.length ? "要有：" + step.needs_said.join("、") : "";
    for (const label of form.querySelectorAll("label[data-for]")) {
      const name = label.dataset.for;
      label.hidden = name !== "reason" && !(FIELDS[step.action] || []).includes(name);
    }
    // a proposal of the town's rules, for an assignment only; the person may change it
    const proposed = form.dataset.deadline, deadline = form.elements.deadline;
    if (proposed && step.action !== "assign" && deadline.value === proposed) deadline.value = "";
    if (proposed && step.action === "assign" && !deadline.value) {
      deadline.value = proposed;
      document.getElementById("needs").textContent += "（期限已按镇里的规则写上 " + proposed + "，可以改）";
    }
    form.elements.reason.required = step.needs.includes("reason");
    said.textContent = "";
  }

  async function send(event) {
    event.preventDefault();
    const body = {};
    for (const [name, value] of new FormData(form)) {
      const label = form.querySelector(`label[data-for="${name}"]`);
      if (value && !(label && label.hidden)) body[name] = value;
    }
    form.classList.add("busy");
    try {
      const answer = await fetch(form.dataset.address, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
      });
      if (answer.ok) {
        location.reload();
        return;
      }
      said.textContent = (await answer.json()).detail;
    } catch (problem) {
      said.textContent = "没有写入：连不上服务（" + problem.message + "）。";
    }
    said.className = "bad";
    form.classList.remove("busy");
  }

  form.elements.action.addEventListener("change", show);
  form.addEventListener("submit", send);
  show();
})();
