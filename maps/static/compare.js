/* A second map beside the first, of the time before: both show the same ground, always. */
"use strict";

wangge.second = function (other, [id]) {
  const data = wangge.data(id);
  const map = wangge.map;
  wangge.beside = other;
  document.body.classList.add("compare");
  [[other, "before-map", data.before], [map, "after-map", data.after]].forEach(([each, place, words]) => {
    const box = each.getContainer();
    box.classList.add(place);
    box.setAttribute("aria-label", words);
    box.append(wangge.el("p", words, "which-map"));
  });
  wangge.panes(other);
  wangge.words(other);
  wangge.ground(other);
  new ResizeObserver(() => other.invalidateSize({ animate: false })).observe(other.getContainer());
  if (window !== window.top) wangge.embedded(other);
  let busy = false;
  const follow = (leader, follower) => leader.on("move", () => {
    if (busy) return;
    busy = true;
    follower.setView(leader.getCenter(), leader.getZoom(), { animate: false });
    busy = false;
  });
  map.invalidateSize({ animate: false });
  wangge.fit(map, wangge.data("sheet").bounds);
  other.setView(map.getCenter(), map.getZoom(), { animate: false });
  other.setMinZoom(map.getMinZoom());
  follow(map, other);
  follow(other, map);
  // the panel of a phone takes its room late: fit again until somebody has moved a map
  let touched = false;
  for (const each of [map, other]) {
    for (const event of ["pointerdown", "wheel", "keydown"]) each.getContainer().addEventListener(event, () => { touched = true; }, { capture: true, passive: true });
  }
  new ResizeObserver(() => {
    if (touched) return;
    map.invalidateSize({ animate: false });
    wangge.fit(map, wangge.data("sheet").bounds);
  }).observe(map.getContainer());
  map.on("wangge:metric", () => other.fire("wangge:metric"));
};
