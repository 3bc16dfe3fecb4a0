/* The heat as figures: by month, and by industry of the time that is shown. Points by the ten thousand say nothing in rows. */
"use strict";

wangge.heatTables = function (group, heat) {
  const { data, all } = heat;
  const columns = (word) => [[word], ["隐患", "n"], ["未整改", "n"], ["逾期未整改", "n"], ["重大", "n"], ["检查次数", "n"]];
  const months = wangge.heatSteps(data.slices, "month", heat.filled);
  const month = new Uint16Array(data.slices.length);
  months.forEach(({ slices }, at) => { for (const slice of slices) month[slice] = at; });
  const table = (word, names, key, chosen, note) => {
    const rows = wangge.heatRows(all, names.length, key, chosen);
    return { columns: columns(word), count: names.length, row: (at) => [names[at], ...rows[at]], note };
  };
  wangge.offerTable(group, "隐患和检查，按月", () => {
    const chosen = wangge.heatChosen(heat, { slices: data.slices.map((_, at) => at) });
    return table("月份", months.map(({ word }) => word), ({ slice }, at) => month[slice[at]], chosen, wangge.heatTableNote(heat));
  });
  wangge.offerTable(group, "隐患和检查，按行业", () => {
    const step = heat.steps[heat.at];
    return table("行业", data.industries, ({ industry }, at) => industry[at], wangge.heatChosen(heat, step), step.word + "，" + wangge.heatTableNote(heat));
  });
};

/* What of the choices the table follows. */
wangge.heatTableNote = function ({ data, chosen }) {
  const industry = chosen.industry === "" ? "全部行业" : data.industries[Number(chosen.industry)];
  return industry + "，" + chosen.season + "，有坐标的";
};

/* Sums of all states by a key: hazards, open, overdue, major, and inspections. */
wangge.heatRows = function ({ hazards, checks }, count, key, { slices, industries }) {
  const rows = Array.from({ length: count }, () => [0, 0, 0, 0, 0]);
  const shown = (table, at) => slices[table.slice[at]] && industries[table.industry[at]];
  for (let at = 0; at < hazards.x.length; at += 1) {
    if (!shown(hazards, at)) continue;
    const row = rows[key(hazards, at)], state = hazards.state[at];
    row[0] += 1;
    row[1] += state % 4 > 0 ? 1 : 0;
    row[2] += state % 4 === 2 ? 1 : 0;
    row[3] += state & 4 ? 1 : 0;
  }
  for (let at = 0; at < checks.x.length; at += 1) if (shown(checks, at)) rows[key(checks, at)][4] += 1;
  return rows;
};
