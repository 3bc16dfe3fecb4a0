// The rules as a text: checked with the line of each mistake, what would change, brought into force.
"use strict";
(function () {
  const form = document.getElementById("rules");
  if (!form) return;
  const said = document.getElementById("said"), table = document.getElementById("changes");
  const text = form.elements.text, load = document.getElementById("load");
  const SAID = "wangge-rules-said";
  let checked = "";

  function asked() {
    const body = { text: text.value };
    if (form.elements.since.value) body.from = form.elements.since.value;
    return body;
  }

  async function post(address, body, headers) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    return told;
  }

  function say(words, bad) {
    said.textContent = words;
    said.classList.toggle("bad", Boolean(bad));
  }

  // put the caret on a line, so that it is seen and can be mended
  function show(line) {
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line - 1] || "").length);
    text.scrollTop = text.scrollHeight * ((line - 4) / lines.length);
  }

  function cell(row, tag, words, word, number) {
    const made = document.createElement(tag);
    made.textContent = words;
    if (word) made.dataset.word = word;
    if (tag === "th") made.scope = "row";
    if (number) made.className = "n";
    row.append(made);
  }

  function counts(some, name) {
    return some ? some[name].toLocaleString() : "—";
  }

  function preview(told) {
    const rows = told.rows.filter((each) => each.changed).map((each) => {
      const row = document.createElement("tr");
      cell(row, "th", each.name);
      cell(row, "td", each.before ? (each.after ? "改" : "去掉") : "新增", "变化");
      cell(row, "td", each.asks, "要求");
      cell(row, "td", each.applies, "适用");
      for (const [name, word] of [["places", "场所"], ["done", "已查"], ["pending", "待查"], ["overdue", "逾期"]]) {
        cell(row, "td", counts(each.before, name) + " → " + counts(each.after, name), word, true);
      }
      return row;
    });
    table.querySelector("tbody").replaceChildren(...rows);
    document.getElementById("preview").hidden = !rows.length;
    const owed = "要查的场所 " + told.places.before.toLocaleString() + " → " + told.places.after.toLocaleString() + " 个";
    say(rows.length ? "写法没有错。" + rows.length + " 条规则有变化，" + owed + "（截至 " + told.as_of + "，假如新规则一直有效）。" : "写法没有错，要求和现在一样。");
  }

  async function check(event) {
    event.preventDefault();
    load.disabled = true;
    try {
      const told = await post("/api/v1/rules/check" + location.search, asked());
      if (told.ok) {
        preview(told.preview);
        checked = JSON.stringify(asked());
        load.disabled = false;
        return;
      }
      const { line, problem } = told.problems[0];
      document.getElementById("preview").hidden = true;
      say((line ? "第 " + line + " 行：" : "") + problem, true);
      if (line) show(line);
    } catch (problem) {
      say("没有检查成：" + problem.message, true);
    }
  }

  async function bring() {
    if (JSON.stringify(asked()) !== checked) return say("检查以后又改过，请再检查一次。", true);
    load.disabled = true;
    try {
      const reason = form.elements.reason.value;
      const told = await post("/api/v1/rules", { ...asked(), reason }, { "if-match": form.dataset.match });
      sessionStorage.setItem(SAID, "已启用 " + told.rules + " 条规则。");
      location.reload(); // what was done is said after the page has come anew
    } catch (problem) {
      say("没有启用：" + problem.message, true);
      load.disabled = false;
    }
  }

  if (sessionStorage.getItem(SAID)) say(sessionStorage.getItem(SAID));
  sessionStorage.removeItem(SAID);
  form.addEventListener("submit", check);
  load.addEventListener("click", bring);
  document.documentElement.dataset.ready = "";
})();
