/* The figures behind the map as tables, one a layer: some rows at once, sorted by the heads of their columns. */
"use strict";

wangge.tables = [];
wangge.tableRows = 200;
wangge.tableShown = { table: null, read: null, order: [], first: 0, by: null, down: false };

/* Offer a table of a layer: `read` gives { note, columns: [[word, kind], …], count, row(at) }; the first cell names its row. */
wangge.offerTable = function (group, title, read) {
  wangge.tables.push({ group, title, read });
  document.querySelector(".data-button").hidden = false;
};

wangge.areaTable = function (group, data) {
  const beside = group._map && group._map === wangge.beside ? "（" + wangge.data("beside").before + "）" : "";
  const columns = [["名称"], ["编码"], ...data.columns];
  const row = (at) => [data.rows[at][1], data.rows[at][0], ...data.rows[at].slice(2)];
  wangge.offerTable(group, data.level + beside, () => ({ columns, count: data.rows.length, row }));
};

wangge.pointTable = (group, id) => wangge.offerTable(group, group.word, () => {
  const { names, states, styles, whys, more } = wangge.data(id);
  const why = (at) => (whys[at] || []).join(" ") + (more[at] ? " 另有 " + more[at] + " 条，见缺口清单。" : "");
  const columns = [["名称"], ["类别"], ...(whys ? [["说明"]] : [])];
  return { columns, count: names.length, row: (at) => [names[at], styles[states[at]].label, ...(whys ? [why(at)] : [])] };
});

wangge.lineTable = (group, id) => wangge.offerTable(group, "道路：" + group.word, () => {
  const { names, street, metres, last, days, word } = wangge.data(id);
  const columns = [["道路"], ["状态"], ["这一段（米）", "n"], ["上次走到"], ["距今（天）", "n"]];
  return { columns, count: street.length, row: (at) => [names[street[at]], word, metres[at], last[at], last[at] ? days[at] : null] };
});

wangge.pinTable = (group, { title, cards }) => wangge.offerTable(group, title, () => {
  const columns = [["名称"], ["图上编号", "n"], ["说明"]];
  return { columns, count: cards.length, row: (at) => [cards[at][0], at + 1, cards[at].slice(1).filter(Boolean).join(" ")] };
});

wangge.stopTable = (group, { title, officers }) => wangge.offerTable(group, title, () => {
  const stops = officers.flatMap(({ name, names, times, whys }) => names.map((place, at) => [place, name, at + 1, times[at], whys[at]]));
  return { columns: [["场所"], ["谁去"], ["第几处", "n"], ["时间"], ["为什么去"]], count: stops.length, row: (at) => stops[at] };
});

/* The dialog: opened by the button, closed by its button or Esc, which gives the focus back. */
wangge.tableDialog = function () {
  const dialog = document.querySelector("dialog.data");
  const part = (name) => dialog.querySelector("." + name);
  const choice = part("which");
  document.querySelector(".data-button").addEventListener("click", () => {
    choice.replaceChildren(...wangge.tables.map(({ title }, at) => Object.assign(wangge.el("option", title), { value: String(at) })));
    const seen = wangge.tables.findIndex(({ group }) => group._map);
    choice.value = String(Math.max(0, seen));
    wangge.chooseTable(wangge.tables[Number(choice.value)]);
    dialog.showModal();
  });
  choice.addEventListener("change", () => wangge.chooseTable(wangge.tables[Number(choice.value)]));
  part("close").addEventListener("click", () => dialog.close());
  for (const [name, step] of [["earlier", -1], ["later", 1]]) {
    part(name).addEventListener("click", () => {
      wangge.tableShown.first += step * wangge.tableRows;
      wangge.drawTable();
      part("rows").scrollTop = 0;
    });
  }
  // what else waits for Escape on the page has nothing to do with this one
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
};

wangge.chooseTable = function (table) {
  const read = table.read();
  wangge.tableShown = { table, read, order: Array.from({ length: read.count }, (_, at) => at), first: 0, by: null, down: false };
  wangge.drawTable();
};

/* By a column: rising, then falling; what is not known stands last. */
wangge.sortTable = function (column) {
  const shown = wangge.tableShown;
  shown.down = shown.by === column && !shown.down;
  shown.by = column;
  shown.first = 0;
  const value = shown.order.map((_, at) => shown.read.row(at)[column] ?? null);
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh-CN"));
  shown.order.sort((one, other) => {
    const [a, b] = [value[one], value[other]];
    if (a === null || b === null) return (a === null) - (b === null) || one - other;
    return (shown.down ? compare(b, a) : compare(a, b)) || one - other;
  });
  wangge.drawTable();
  document.querySelectorAll("dialog.data thead button")[column].focus();
};

wangge.drawTable = function () {
  const { table, read, order, first, by, down } = wangge.tableShown;
  const dialog = document.querySelector("dialog.data");
  const part = (name) => dialog.querySelector("." + name);
  const some = order.slice(first, first + wangge.tableRows);
  const head = wangge.el("tr");
  read.columns.forEach(([word, kind], at) => {
    const cell = wangge.el("th", undefined, kind ? "n" : "");
    const button = Object.assign(wangge.el("button", word), { type: "button" });
    cell.scope = "col";
    if (at === by) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    button.addEventListener("click", () => wangge.sortTable(at));
    cell.append(button);
    head.append(cell);
  });
  part("rows").querySelector("thead").replaceChildren(head);
  part("rows").querySelector("tbody").replaceChildren(...some.map((at) => wangge.tableRow(read.columns, read.row(at))));
  part("rows").querySelector("caption").textContent = table.title + (read.note ? "：" + read.note : "");
  const last = Math.min(first + wangge.tableRows, read.count);
  part("count").textContent = read.count ? "第 " + wangge.format(first + 1) + "–" + wangge.format(last) + " 行，共 " + wangge.format(read.count) + " 行" : "没有可列的内容";
  part("earlier").disabled = first === 0;
  part("later").disabled = last >= read.count;
};

wangge.tableRow = function (columns, cells) {
  const row = wangge.el("tr");
  columns.forEach(([, kind], at) => {
    const cell = wangge.el(at ? "td" : "th", wangge.format(cells[at], kind), kind ? "n" : "");
    if (!at) cell.scope = "row";
    row.append(cell);
  });
  return row;
};
