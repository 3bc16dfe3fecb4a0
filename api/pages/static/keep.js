/* Posting routes: who does it is remembered in this browser; a day's plan is kept as drafts. */
"use strict";

const routesApi = {
  async ask(path, body) {
    const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    document.body.classList.add("busy");
    try {
      const answer = await fetch("/api/v1/routes" + path, options);
      const found = await answer.json();
      if (!answer.ok) throw Object.assign(new Error(found.detail || "没有成功。"), { status: answer.status });
      return found;
    } finally {
      document.body.classList.remove("busy");
    }
  },
  actorField: () => document.getElementById("actor") || document.querySelector("#keep [name=actor]"),
  /* Give who does it; asks for it where nobody wrote a name. */
  actor() {
    const field = this.actorField();
    const name = field.value.trim();
    if (!name) {
      field.focus();
      throw new Error("请先写明经手人：谁改的要记下来。");
    }
    if (field.type !== "hidden") window.localStorage.setItem("wangge-actor", name);
    return name;
  },
};

document.addEventListener("DOMContentLoaded", function () {
  const field = routesApi.actorField();
  if (field && field.type !== "hidden") field.value = window.localStorage.getItem("wangge-actor") || "";
  const said = document.getElementById("said");
  if (said) {
    const notes = JSON.parse(window.sessionStorage.getItem("wangge-notes") || "[]");
    window.sessionStorage.removeItem("wangge-notes");
    said.before(...notes.map((note) => Object.assign(document.createElement("p"), { className: "banner unheard", textContent: note })));
  }
  const form = document.getElementById("keep");
  if (!form) return;
  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    const said = form.querySelector("[role=status]");
    const button = form.querySelector("button");
    const { date, area, officer, seed } = form.dataset;
    button.disabled = true;
    said.textContent = "正在排……";
    try {
      const body = { date, seed: Number(seed) || 0, actor: routesApi.actor(), ...(officer ? { officer } : { area }) };
      const { notes } = await routesApi.ask("", body);
      window.sessionStorage.setItem("wangge-notes", JSON.stringify(notes));
      window.location.reload();
    } catch (problem) {
      said.textContent = problem.message;
      button.disabled = false;
    }
  });
});
