/* The time of the heat map: slices into steps, seasons, the same time of the year before. */
"use strict";

wangge.SEASONS = { "全年": null, "春季（3–5月）": [3, 4, 5], "夏季（6–8月）": [6, 7, 8], "秋季（9–11月）": [9, 10, 11], "冬季（12–2月）": [12, 1, 2] };

wangge.dayAfter = function (day, days) {
  const moment = new Date(day + "T00:00:00Z");
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
};

/* Monday of a day's week. */
wangge.monday = (day) => wangge.dayAfter(day, -((new Date(day + "T00:00:00Z").getUTCDay() + 6) % 7));

/* The same day of the year before; of the 29th of February the 28th. */
wangge.yearBefore = (day) => String(Number(day.slice(0, 4)) - 1) + (day.slice(4) === "-02-29" ? "-02-28" : day.slice(4));

wangge.monthEnd = function (day) {
  const [year, month] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};

wangge.monthWord = (day) => Number(day.slice(0, 4)) + " 年 " + Number(day.slice(5, 7)) + " 月";

/* Steps of a unit, each { first, last, word, slices }; together they hold every slice, what is older than the weeks as one. */
wangge.heatSteps = function (slices, unit, filled) {
  if (unit === "all") {
    const first = filled[0] ? slices[0][0] : slices[1][0];
    const last = slices[slices.length - 1][1];
    return [{ first, last, word: filled[0] ? "截至 " + last : first + " 至 " + last, slices: slices.map((_, at) => at) }];
  }
  const steps = [];
  const key = ([first]) => (unit === "month" ? first.slice(0, 7) : wangge.monday(first));
  slices.forEach((slice, at) => {
    if (at === 0) return;
    const before = steps[steps.length - 1];
    if (before && before.key === key(slice)) {
      before.slices.push(at);
      before.last = slice[1];
    } else steps.push({ key: key(slice), first: slice[0], last: slice[1], slices: [at] });
  });
  for (const step of steps) step.word = unit === "month" ? wangge.monthWord(step.key) : step.first + " 至 " + step.last;
  if (filled[0]) steps.unshift({ key: "", first: slices[0][0], last: slices[0][1], word: slices[0][1] + " 及以前", slices: [0] });
  return steps;
};

/* The step and the one of the year before: the same month, the week 52 weeks before, else the year so far. What still
   runs stands against as many days: slices are cut there (`Slices.until`). */
wangge.yearPair = function (slices, unit, step) {
  const between = (first, last) => slices.map((_, at) => at).filter((at) => at > 0 && slices[at][0] >= first && slices[at][1] <= last);
  const made = (first, last) => ({ first, last, word: first + " 至 " + last, slices: between(first, last) });
  if (unit !== "all" && step.slices[0] === 0) return [{ ...step, word: "更早", slices: [] }, step];  // "… 及以前"
  if (unit === "week") return [made(wangge.dayAfter(step.first, -364), wangge.dayAfter(step.last, -364)), step];
  if (unit === "month") {
    const first = wangge.yearBefore(step.first.slice(0, 7) + "-01");
    const whole = step.last === wangge.monthEnd(step.last);
    const before = made(first, whole ? wangge.monthEnd(first) : wangge.yearBefore(step.last));
    return whole ? [{ ...before, word: wangge.monthWord(first) }, step] : [before, made(step.first, step.last)];
  }
  const last = slices[slices.length - 1][1];
  const first = last.slice(0, 4) + "-01-01";
  return [made(wangge.yearBefore(first), wangge.yearBefore(last)), made(first, last)];
};

wangge.inSeason = (slice, season) => !wangge.SEASONS[season] || wangge.SEASONS[season].includes(Number(slice[1].slice(5, 7)));
