/* What every page shares: its data, words, figures, cards. Nothing here knows a map; all text goes in through textContent. */
"use strict";
const wangge = {};

wangge.data = (id) => JSON.parse(document.getElementById(id).textContent);

/* Words and frame are painted first, layers after that: makes of a function one that waits for the first paint. */
wangge.waiting = [];
wangge.later = (draw) => (...all) => (wangge.waiting ? wangge.waiting.push(() => draw(...all)) : draw(...all));
document.addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => setTimeout(() => {
  const drawing = wangge.waiting;
  wangge.waiting = null;
  drawing.forEach((draw) => draw());
  document.documentElement.dataset.drawn = "true";
})));

wangge.el = function (tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
};

wangge.format = function (value, kind) {
  if (value === null || value === undefined) return "—";
  if (kind === "%") return (value * 100).toFixed(1) + "%";
  return typeof value === "number" ? value.toLocaleString("zh-CN") : String(value);
};

/* Name, a second line, pairs of word and figure, sentences. */
wangge.card = function (name, sub, pairs, sentences) {
  const card = wangge.el("div", undefined, sentences ? "card wide" : "card");
  const head = wangge.el("h3", name);
  head.setAttribute("aria-level", "2");  // the only heading above it is the page's
  card.append(head);
  if (sub) card.append(wangge.el("p", sub, "sub"));
  const list = wangge.el("dl");
  for (const [word, figure] of pairs || []) list.append(wangge.el("dt", word), wangge.el("dd", figure));
  if (list.childElementCount) card.append(list);
  for (const sentence of sentences || []) card.append(wangge.el("p", sentence));
  return card;
};

/* A pointer that can hover gets tooltips; a finger gets popups only. */
wangge.hovers = window.matchMedia("(hover: hover)").matches;
