// The clerk's desk: forms posted as JSON, files sent in, jobs watched, at first once a second.
"use strict";
(function () {
  const AGAIN_MS = 1000, SELDOM_MS = 5000; // what takes long is asked for less and less often

  // a field's value as the service takes it: `a.b` is a field of an object, an empty one is left out
  function bodyOf(form) {
    const body = JSON.parse(form.dataset.fixed || "{}");
    for (const field of form.elements) {
      if (!field.name || field.disabled || field.type === "file") continue;
      if (field.type === "radio" && !field.checked) continue;
      let value = field.value;
      if (field.type === "checkbox") value = field.checked;
      else if (value === "") continue;
      else if (field.type === "number") value = Number(value);
      const [whole, part] = field.name.split(".");
      if (part) (body[whole] = body[whole] || {})[part] = value;
      else body[whole] = value;
    }
    return body;
  }

  function say(form, text, bad) {
    const said = form.querySelector("[role=status]");
    said.textContent = text;
    said.classList.toggle("bad", Boolean(bad));
  }

  async function problemOf(answer) {
    const told = await answer.json().catch(() => ({}));
    return told.detail || "没有办成（" + answer.status + "）。";
  }

  async function post(address, body, headers) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await problemOf(answer));
    return answer.json();
  }

  // what was done is said after the page has come anew
  const SAID = "wangge-desk-said";

  function went(form, told) {
    if (form.dataset.then === "job") return location.assign("/desk/jobs/" + told.id);
    if (form.dataset.said) sessionStorage.setItem(SAID, form.dataset.said);
    location.reload();
  }

  function sayWhatWasDone() {
    const said = sessionStorage.getItem(SAID);
    sessionStorage.removeItem(SAID);
    for (const form of document.querySelectorAll("form[data-said]")) if (form.dataset.said === said) say(form, said);
  }

  async function submitted(event) {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter || form.querySelector("button");
    if (form.dataset.sure && button.dataset.asked !== "yes") {
      button.dataset.asked = "yes";
      button.dataset.words = button.textContent;
      button.textContent = form.dataset.sure;
      return;
    }
    button.disabled = true;
    say(form, "");
    try {
      const headers = form.dataset.match ? { "if-match": form.dataset.match } : {};
      went(form, await post(form.dataset.post, bodyOf(form), headers));
    } catch (problem) {
      say(form, problem.message, true);
      button.disabled = false;
      if (button.dataset.asked) { // it is asked anew: what was refused may have been changed
        button.textContent = button.dataset.words;
        delete button.dataset.asked;
      }
    }
  }

  // a file goes as it is; XMLHttpRequest tells how far it is, fetch does not
  function sent(file, tell) {
    return new Promise((done, failed) => {
      const asked = new XMLHttpRequest();
      asked.open("POST", "/api/v1/uploads?name=" + encodeURIComponent(file.name));
      asked.setRequestHeader("content-type", "application/octet-stream");
      asked.responseType = "json";
      asked.upload.addEventListener("progress", (event) => tell(event.loaded, event.total));
      asked.addEventListener("load", () => {
        if (asked.status === 201) done(asked.response);
        else failed(new Error((asked.response && asked.response.detail) || "没有收下（" + asked.status + "）。"));
      });
      asked.addEventListener("error", () => failed(new Error("没有传完：连不上服务。")));
      asked.send(file);
    });
  }

  async function upload(event) {
    event.preventDefault();
    const form = event.target;
    const files = [...form.querySelector("[type=file]").files];
    const most = Number(form.dataset.most);
    const large = files.find((file) => file.size > most);
    if (!files.length) return say(form, "请先选文件。", true);
    if (large) return say(form, large.name + " 超过 " + Math.round(most / 1048576) + " MB，请分成几个文件。", true);
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const ids = [];
      for (const [at, file] of files.entries()) {
        const number = files.length > 1 ? (at + 1) + "/" + files.length + " " : "";
        const told = await sent(file, (some, all) => say(form, "正在上传 " + number + file.name + " " + Math.floor((100 * some) / all) + "%"));
        ids.push(told.id);
      }
      const table = form.elements.table.value;
      // one file is looked at first; many, and photos, are checked as they are
      const body = ids.length === 1 && table !== "photos"
        ? { kind: "examine", uploads: ids, ...(table ? { table } : {}) }
        : { kind: "import", uploads: ids, table, dry_run: true };
      if (!body.table && body.kind === "import") throw new Error("一次传几个文件时，请选是哪张表。");
      location.href = "/desk/jobs/" + (await post("/api/v1/jobs", body)).id;
    } catch (problem) {
      say(form, problem.message, true);
      button.disabled = false;
    }
  }

  function shown(box, told) {
    const progress = told.progress, bar = box.querySelector("progress"), text = box.querySelector("[data-stage]");
    if (progress && progress.of) {
      bar.max = progress.of;
      bar.value = progress.done;
    } else bar.removeAttribute("value");
    const waits = told.state === "queued" ? "排队：前面的任务做完就开始" : "正在进行";
    text.textContent = progress
      ? progress.label + " " + progress.stage + (progress.of ? " " + progress.done.toLocaleString() + "/" + progress.of.toLocaleString() : "…")
      : waits;
  }

  async function watch(box, wait) {
    try {
      const answer = await fetch("/api/v1/jobs/" + box.dataset.job);
      if (!answer.ok) throw new Error(await problemOf(answer));
      const told = await answer.json();
      if (told.state !== "queued" && told.state !== "running") return location.reload();
      shown(box, told);
    } catch (problem) {
      box.querySelector("[data-stage]").textContent = "连不上服务，正在重试（任务自己会继续）。";
    }
    setTimeout(watch, wait, box, Math.min(wait * 1.1, SELDOM_MS));
  }

  for (const form of document.querySelectorAll("form[data-post]")) form.addEventListener("submit", submitted);
  for (const form of document.querySelectorAll("form[data-upload]")) form.addEventListener("submit", upload);
  for (const button of document.querySelectorAll("[data-datum]")) {
    button.addEventListener("click", () => {
      const field = document.querySelector("input[name=datum]");
      field.value = button.dataset.datum;
      field.focus();
    });
  }
  sayWhatWasDone();
  for (const box of document.querySelectorAll("[data-job]")) watch(box, AGAIN_MS);
  document.documentElement.dataset.ready = "";
})();
