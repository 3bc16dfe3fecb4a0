/* What one can choose of the heat: figures, time and its player, two pictures with a slide between, what is behind a spot. */
"use strict";

wangge.heatControls = function (heat) {
  const { data, chosen } = heat;
  const box = wangge.el("section", undefined, "heat-controls");
  box.setAttribute("aria-label", "热力");
  const redraw = () => { wangge.heatTime(heat); wangge.drawHeat(heat, true); };
  const choose = (key, word, options) => {
    const label = wangge.el("label", word + " ");
    const select = wangge.el("select");
    for (const [value, text] of options) select.append(Object.assign(wangge.el("option", text), { value }));
    select.name = key;
    select.setAttribute("aria-label", word);
    chosen[key] = options[0][0];
    select.addEventListener("change", () => { chosen[key] = select.value; wangge.map.closePopup(); redraw(); });
    label.append(select);
    box.append(label);
  };
  choose("flag", "隐患", data.flags);
  choose("measure", "口径", [["km2", "每平方公里"], ["check", "每次检查"]]);
  choose("weighted", "权重", [["weighted", "重大×" + data.weights[1]], ["even", "每条计 1"]]);
  choose("industry", "行业", [["", "全部行业"], ...data.industries.map((word, at) => [String(at), word])]);
  choose("season", "季节", Object.keys(wangge.SEASONS).map((word) => [word, word]));
  choose("compare", "对比", [["", "不对比"], ["measure", "每平方公里｜每次检查"], ["year", "去年同期｜本期"]]);
  choose("unit", "时间", [["all", "全部"], ["month", "按月"], ["week", "按周"]]);
  box.append(wangge.heatPlayer(heat));
  document.getElementById("controls").prepend(box);
  wangge.heatTime(heat);
};

/* A slide over the steps, and a button that lets them run: never by itself. */
wangge.heatPlayer = function (heat) {
  const row = wangge.el("div", undefined, "player");
  const play = wangge.el("button", "播放");
  play.type = "button";
  const label = wangge.el("label", "时段 ");
  const slide = Object.assign(wangge.el("input"), { type: "range", min: "0", step: "1" });
  const word = wangge.el("output");
  slide.setAttribute("aria-label", "时段");
  label.append(slide);
  row.append(play, label, word);
  let timer = null;
  const stop = () => { clearInterval(timer); timer = null; play.textContent = "播放"; };
  const go = (at) => {
    heat.at = at;
    slide.value = String(at);
    word.textContent = heat.steps[at].word;
    slide.setAttribute("aria-valuetext", heat.steps[at].word);
  };
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  slide.addEventListener("input", () => { stop(); go(Number(slide.value)); wangge.map.closePopup(); wangge.drawHeat(heat, false); });
  play.addEventListener("click", () => {
    if (timer) return stop();
    wangge.map.closePopup();
    play.textContent = "暂停";
    if (heat.at === heat.steps.length - 1) {
      go(0);
      wangge.drawHeat(heat, false);
    }
    timer = setInterval(() => {
      if (heat.at + 1 >= heat.steps.length) return stop();
      go(heat.at + 1);
      wangge.drawHeat(heat, false);
    }, calm ? 3000 : 900);
    return undefined;
  });
  heat.player = { row, slide, stop, go };
  return row;
};

/* Steps of the unit that is chosen; the last one is shown. */
wangge.heatTime = function (heat) {
  const unit = heat.chosen.unit;
  heat.player.stop();
  if (heat.unit === unit) return;
  heat.unit = unit;
  heat.steps = wangge.heatSteps(heat.data.slices, unit, heat.filled);
  heat.player.slide.max = String(heat.steps.length - 1);
  heat.player.row.hidden = heat.steps.length < 2;
  heat.player.go(heat.steps.length - 1);
};

/* Two pictures on one map: the left one to the left of the slide, the right one to its right. */
wangge.heatSwipe = function (heat) {
  const map = wangge.map;
  const pane = map.createPane("heat-right");
  pane.style.zIndex = 381;
  pane.style.pointerEvents = "none";
  const box = wangge.el("div", undefined, "swipe");
  const line = wangge.el("div", undefined, "swipe-line");
  const words = [wangge.el("p", undefined, "which-map left"), wangge.el("p", undefined, "which-map right")];
  const slide = Object.assign(wangge.el("input"), { type: "range", min: "0", max: "100", value: "50" });
  slide.setAttribute("aria-label", "左右对比的分界");
  box.append(...words, slide);
  map.getPane("edge").append(line);
  L.DomEvent.disableClickPropagation(slide);
  L.DomEvent.on(slide, "mousedown touchstart pointerdown keydown", L.DomEvent.stopPropagation);
  box.hidden = true;
  map.getContainer().append(box);
  const clip = () => {
    const left = heat.sides[0].pane;
    if (box.hidden) {
      left.style.clip = "";
      return;
    }
    const start = map.containerPointToLayerPoint([0, 0]), end = map.containerPointToLayerPoint(map.getSize());
    const middle = start.x + map.getSize().x * Number(slide.value) / 100;
    left.style.clip = `rect(${start.y}px, ${middle}px, ${end.y}px, ${start.x}px)`;
    pane.style.clip = `rect(${start.y}px, ${end.x}px, ${end.y}px, ${middle}px)`;
    line.style.left = middle + "px";
    line.style.top = start.y + "px";
    line.style.height = map.getSize().y + "px";
  };
  slide.addEventListener("input", clip);
  map.on("move zoomend resize", clip);
  heat.swipe = {
    show(views) {
      box.hidden = views.length < 2;
      line.hidden = pane.hidden = box.hidden;
      if (!box.hidden) words.forEach((word, at) => { word.textContent = views[at].word; });
      clip();
    },
  };
};

/* The hazards behind a spot: those within one bandwidth of it, with a link to their list where there is a service. */
wangge.behindHeat = function (heat) {
  const { data } = heat;
  wangge.behind = function (latlng) {
    const [[south, west], [north, east]] = data.bounds;
    const corner = L.Projection.SphericalMercator.project(L.latLng(north, west));
    const end = L.Projection.SphericalMercator.project(L.latLng(south, east));
    const at = L.Projection.SphericalMercator.project(latlng);
    const fine = data.columns * data.finer / (end.x - corner.x);
    const middle = { x: (at.x - corner.x) * fine, y: (corner.y - at.y) * fine, reach: data.sigma * data.finer };
    const { step } = heat.views[heat.views.length - 1];
    const found = wangge.heatCount(heat, step, wangge.heatWorth(data, heat.chosen), middle);
    const top = [...found.industries].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, 4);
    const card = wangge.card("", step.word, [
      [wangge.heatWords(heat), "约 " + wangge.format(found.total) + " 条"],
      ["其中未整改", wangge.format(found.open)], ["其中重大", wangge.format(found.major)],
      ...top.map(([industry, count]) => [data.industries[industry], wangge.format(count)]),
    ]);
    const head = wangge.el("h4", "周围 " + data.bandwidth + " 米的隐患");
    head.setAttribute("aria-level", "3");
    card.querySelector("h3").replaceWith(head);
    if (found.total) card.append(wangge.heatLink(heat, step, latlng));
    return card;
  };
  wangge.map.on("click", ({ latlng }) => {
    const open = wangge.map._popup;
    if (open && open.isOpen() && open.getLatLng().equals(latlng)) return;
    wangge.popup(wangge.map, latlng, wangge.behind(latlng));
  });
};

wangge.heatLink = function ({ data, chosen }, step, latlng) {
  if (!data.listing) return wangge.el("p", "逐条清单不在本文件里：请在系统的“地图”页点开。", "note");
  const asked = new URLSearchParams({ as_of: data.as_of, near: [latlng.lng.toFixed(5), latlng.lat.toFixed(5), Math.round(data.bandwidth)].join(",") });
  if (chosen.flag !== "all") asked.set("state", chosen.flag);
  if (chosen.industry !== "") asked.set("industry", data.industries[Number(chosen.industry)] === data.unknown ? "unknown" : data.industries[Number(chosen.industry)]);
  if (step.first > "1900-01-01") asked.set("from", step.first);
  asked.set("to", step.last);
  const link = wangge.el("a", "逐条清单" + (wangge.SEASONS[chosen.season] ? "（不分季节）" : ""));
  link.href = data.listing + "?" + asked;
  link.target = "_top";
  const row = wangge.el("p");
  row.append(link);
  return row;
};
