/* Coming in, the own account, everybody's accounts: forms sent as JSON, what came of it said beside them. */
import { forgetDays, tellLeft, unsentOf } from "/static/phone-data.js";

async function ask(method, path, body, headers = {}) {
  const options = { method, headers };
  if (body !== undefined) Object.assign(options, { headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
  const answer = await fetch("/api/v1" + path, options);
  if (answer.status === 204) return null;
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail || "没有成功。");
  return found;
}

/* Call `act` with the fields of a form when it is sent; say what went wrong in its own status line. */
function onSend(id, act) {
  const form = document.getElementById(id);
  if (!form) return;
  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    const said = form.querySelector("[role=status]");
    const button = form.querySelector("button");
    button.disabled = true;
    said.textContent = "";
    try {
      await act(Object.fromEntries(new FormData(form)), said, form);
    } catch (problem) {
      said.textContent = problem instanceof TypeError ? "连不上服务，请检查网络。" : problem.message;
      said.classList.add("bad");
    } finally {
      button.disabled = false;
    }
  });
}

function onClick(element, act) {
  if (!element) return;
  element.addEventListener("click", async function () {
    try {
      await act(element);
    } catch (problem) {
      const said = document.getElementById("ended") || document.querySelector("[role=status]");
      said.textContent = problem.message;
    }
  });
}

/* Where a role begins when nobody wanted to go anywhere else. */
const HOMES = { leader: "/board", inspector: "/today", clerk: "/desk" };

if (document.getElementById("login")) forgetDays(); // nobody is in: nothing that somebody saw stays
onSend("login", async function ({ login, password }, said, form) {
  await ask("POST", "/session", { login, password });
  await forgetDays();
  const { user } = form.dataset.back === "/" ? await ask("GET", "/me") : { user: {} };
  window.location.assign(HOMES[user.role] || form.dataset.back);
});

onSend("password", async function (given, said, form) {
  await ask("PUT", "/me/password", { old: given.old, new: given.new });
  form.reset();
  said.textContent = "密码改好了。";
});

onSend("token", async function ({ name, days, read_only }, said) {
  const made = await ask("POST", "/me/tokens", { name, days: Number(days), read_only: read_only === "true" });
  said.replaceChildren("令牌（只显示这一次，请马上抄走）：", Object.assign(document.createElement("code"), { textContent: made.secret }));
});

// An area is written with its name behind it, for who reads; what is sent is its key.
const areas = new Map(Array.from(document.querySelectorAll("#areas option"), (each) => [each.value, `${each.value} ${each.textContent}`]));
const keys = new Map(Array.from(areas, ([key, said]) => [said.trim(), key]));
const named = new Map();
for (const option of document.querySelectorAll("#areas option")) named.set(option.textContent.trim(), [...(named.get(option.textContent.trim()) || []), option.value]);

/* The key of an area, however it was written: key, key and name, or a name that only one area has. */
function keyOf(line) {
  const found = named.get(line) || [];
  if (found.length > 1) throw new Error(`叫“${line}”的区域有 ${found.length} 个，请从“加一个区域”的列表里选。`);
  const key = keys.get(line) || found[0] || line;
  if (!areas.has(key)) throw new Error(`没有区域“${line}”，请从“加一个区域”的列表里选。`);
  return key;
}

const lines = (text) => text.split("\n").map((each) => each.trim()).filter(Boolean);

/* What was done is said after the page has come anew. */
const SAID = "wangge-said";
function again(text) {
  sessionStorage.setItem(SAID, text);
  window.location.reload();
}

/* Show the fields of a role; one that holds something stays: nothing is sent that nobody sees. */
function fit(form) {
  for (const label of form.querySelectorAll("[data-for]")) {
    const field = label.querySelector("input, textarea");
    label.hidden = !label.dataset.for.split(" ").includes(form.elements.role.value) && !field.value;
  }
}

const user = document.getElementById("user");
if (user) {
  const button = document.getElementById("cancel");
  const asNew = document.getElementById("which").textContent;
  user.elements.role.addEventListener("change", () => fit(user));
  button.addEventListener("click", function () {
    user.reset();
    delete user.dataset.login;
    delete user.dataset.match;
    user.elements.login.readOnly = false;
    document.getElementById("which").textContent = asNew;
    user.querySelector("[role=status]").textContent = "";
    button.hidden = true;
    fit(user);
  });
  fit(user);
  user.querySelector("[role=status]").textContent = sessionStorage.getItem(SAID) || "";
  sessionStorage.removeItem(SAID);
}

onSend("user", async function (given, said, form) {
  const { login, name, role, officer, department, subject, password } = given;
  const facts = { name, role, officer: officer || null, department: department || null, subject: subject || null };
  Object.assign(facts, { areas: lines(given.areas).map(keyOf), industries: lines(given.industries), disabled: given.disabled === "true" });
  const known = form.dataset.login;
  if (known) {
    const { tag } = await ask("PUT", "/users/" + encodeURIComponent(known), facts, { "If-Match": form.dataset.match }); // nothing over another's change
    form.dataset.match = tag;
    if (password) await ask("PUT", "/users/" + encodeURIComponent(known) + "/password", { password });
  } else {
    await ask("POST", "/users", { ...facts, login, password: password || null });
  }
  again(`已保存：${name}（${known || login}）`);
});

onClick(document.getElementById("end-others"), async function () {
  await ask("DELETE", "/me/sessions");
  window.location.reload();
});
onClick(document.getElementById("logout"), async function (button) {
  const { user } = await ask("GET", "/me"), waits = user ? await unsentOf(user) : 0;
  if (waits && !button.dataset.sure) {
    button.dataset.sure = "yes";
    button.textContent = "仍要退出";
    document.getElementById("ended").textContent = `手机里还有 ${waits} 条没有发出，退出后要等您再登录才会发。可以先打开“今日路线”，等发完再退出。`;
    return;
  }
  await ask("DELETE", "/session");
  await forgetDays();
  tellLeft();
  window.location.assign(button.dataset.after);
});
for (const button of document.querySelectorAll("[data-revoke]")) {
  onClick(button, async function () {
    await ask("DELETE", "/me/tokens/" + button.dataset.revoke);
    window.location.reload();
  });
}
for (const button of document.querySelectorAll("[data-edit]")) {
  onClick(button, async function () {
    const { rows } = await ask("GET", "/users");
    const user = rows.find((each) => each.login === button.dataset.edit);
    const form = document.getElementById("user");
    form.dataset.login = user.login;
    form.dataset.match = user.tag;
    document.getElementById("which").textContent = "修改账号：" + user.login;
    for (const name of ["login", "name", "role", "officer", "department", "subject"]) form.elements[name].value = user[name] || "";
    form.elements.login.readOnly = true;
    form.elements.areas.value = user.areas.map((key) => areas.get(key) || key).join("\n");
    form.elements.industries.value = user.industries.join("\n");
    form.elements.disabled.value = String(user.disabled);
    form.querySelector("[role=status]").textContent = "";
    document.getElementById("cancel").hidden = false;
    fit(form);
    form.scrollIntoView();
    form.elements.name.focus();
  });
}
for (const field of document.querySelectorAll("[data-add]")) {
  field.addEventListener("change", function () {
    const list = field.form.elements[field.dataset.add];
    const only = (field.dataset.add === "areas" && named.get(field.value.trim())) || [];
    const key = only.length === 1 ? only[0] : field.value;
    const line = (field.dataset.add === "areas" && areas.get(key)) || field.value;
    if (line && !lines(list.value).includes(line)) list.value = [...lines(list.value), line].join("\n");
    field.value = "";
  });
}
