/* What stands around the little maps: legends, the table of all areas, the largest rises and falls. */
"use strict";

wangge.panelLegends = function (page) {
  const { data } = page, measure = page.measure(), parts = [];
  const add = (title, classes, panels) => {
    const section = wangge.el("section", undefined, "legend"), list = wangge.el("ul");
    const items = classes.labels.map((label, at) => [classes.fills[at], label]);
    if (panels.some((made) => !made.panel.silent && classes.of[panels.indexOf(made)].includes("-"))) items.push([data.nothing, "无数据"]);
    for (const [fill, label] of items) {
      const row = wangge.el("li");
      row.append(wangge.swatch({ fill }), wangge.el("span", label));
      list.append(row);
    }
    section.append(wangge.el("h2", title), list, wangge.el("p", measure.how + "。" + classes.how + "。"));
    parts.push(section);
  };
  add(measure.word, measure.classes[page.kind], page.panels.filter((made) => !made.panel.change));
  if (measure.changes) add("变化", measure.changes, page.panels.filter((made) => made.panel.change));
  document.getElementById("legends").replaceChildren(...parts);
};

/* All areas of the newest panel that is no change, worst first, a column a panel; arrow keys go from row to row. */
wangge.panelTable = function (page) {
  const { data } = page, measure = page.measure(), table = document.getElementById("areas");
  const levels = page.panels.filter((made) => !made.panel.change), newest = levels[levels.length - 1];
  const sign = measure.better === "low" ? -1 : 1;
  const order = newest.set.rows.map((_, at) => at).sort((one, two) => {
    const a = measure.values[newest.at][one], b = measure.values[newest.at][two];
    if (a === null || b === null) return (a === null) - (b === null) || one - two;
    return sign * (a - b) || one - two;
  });
  document.getElementById("areas-title").textContent = "各" + data.level + "：" + measure.word + "（最差的在前，共 " + order.length + " 个）";
  const head = wangge.el("thead"), body = wangge.el("tbody"), top = wangge.el("tr");
  top.append(wangge.el("th", data.level), ...page.panels.map((made) => wangge.el("th", made.panel.word)));
  for (const each of top.children) each.scope = "col";
  head.append(top);
  const classes = page.panels.map((made) => wangge.panelClasses(page, made));
  for (const at of order) {
    const [code, name] = newest.set.rows[at], row = wangge.panelRow(page, code, name);
    for (const made of page.panels) {
      const here = made.set.at.get(code), value = here === undefined ? null : measure.values[made.at][here], cell = wangge.el("td");
      if (value !== null) {
        const patch = wangge.el("i");
        patch.style.background = classes[made.at].fills[Number(classes[made.at].of[here])];
        cell.append(patch);
      }
      cell.append(wangge.figureOf(measure, value, made.panel.change));
      row.append(cell);
    }
    body.append(row);
  }
  table.replaceChildren(head, body);
  wangge.rove(page, table);
};

wangge.panelRow = function (page, code, name) {
  const row = wangge.el("tr"), head = wangge.el("th", name);
  head.scope = "row";
  row.dataset.code = code;
  row.tabIndex = -1;
  row.append(head);
  row.addEventListener("focus", () => wangge.light(page, code));
  row.addEventListener("blur", () => wangge.light(page, null));
  row.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && wangge.light(page, code));
  row.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && document.activeElement !== row && wangge.light(page, null));
  return row;
};

/* One stop of the Tab key for a table; up and down go on inside it. */
wangge.rove = function (page, table) {
  const rows = Array.from(table.querySelectorAll("tbody tr"));
  if (rows.length) rows[0].tabIndex = 0;
  table.onkeydown = (event) => {
    const at = rows.indexOf(document.activeElement), to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined || !rows[to]) return;
    event.preventDefault();
    rows[at].tabIndex = -1;
    rows[to].tabIndex = 0;
    rows[to].focus();
  };
};

/* The largest rises and falls. */
wangge.panelRanks = function (page) {
  const measure = page.measure(), change = page.panels.find((made) => made.panel.change), by = measure.values[change.at];
  const known = change.set.rows.map((_, at) => at).filter((at) => by[at] !== null);
  const words = measure.better === "low" ? ["变差", "变好"] : ["变好", "变差"];
  const tables = [["升得最多", 1, words[0]], ["降得最多", -1, words[1]]].map(([title, sign, word]) => {
    const first = known.filter((at) => sign * by[at] > 0).sort((one, two) => sign * (by[two] - by[one]) || one - two).slice(0, 10);
    const section = wangge.el("section"), table = wangge.el("table"), head = wangge.el("thead"), body = wangge.el("tbody"), top = wangge.el("tr");
    top.append(...[page.data.level, ...page.panels.map((made) => made.panel.word)].map((text) => wangge.el("th", text)));
    head.append(top);
    for (const at of first) {
      const [code, name] = change.set.rows[at], row = wangge.panelRow(page, code, name);
      for (const made of page.panels) {
        const here = made.set.at.get(code);
        row.append(wangge.el("td", wangge.figureOf(measure, here === undefined ? null : measure.values[made.at][here], made.panel.change)));
      }
      body.append(row);
    }
    section.append(wangge.el("h2", title + "（" + word + "）"));
    if (first.length) {
      table.append(head, body);
      const box = wangge.el("div", undefined, "scroll");
      box.append(table);
      section.append(box);
      wangge.rove(page, table);
    } else section.append(wangge.el("p", "没有。"));
    return section;
  });
  document.getElementById("ranks").replaceChildren(...tables);
};
