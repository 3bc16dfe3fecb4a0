/* Before printing, the map takes the size that it has on an A4 sheet (access.css); what was in sight stays in sight. */
"use strict";

wangge.printing = function () {
  const maps = () => [wangge.map, wangge.beside].filter(Boolean);
  let before = [], copies = [];
  const show = (map, bounds) => {
    map.invalidateSize({ animate: false });
    map.options.zoomSnap = 0;
    map.fitBounds(bounds, { animate: false, padding: [8, 8] });
  };
  window.addEventListener("beforeprint", () => {
    const town = wangge.data("sheet").bounds;
    before = maps().map((map) => ({ center: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap, sight: map.getBounds() }));
    document.documentElement.classList.toggle("framed", window !== window.top);
    document.documentElement.classList.add("printing");
    maps().forEach((map, at) => {
      const whole = town && L.latLngBounds([town[1], town[0]], [town[3], town[2]]);
      map.closePopup();
      show(map, whole && before[at].sight.contains(whole) ? whole : before[at].sight);
    });
    copies = Array.from(document.querySelectorAll(".leaflet-pane canvas"), wangge.canvasCopy);
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    for (const copy of copies) copy.remove();
    maps().forEach((map, at) => {
      const { center, zoom, snap } = before[at];
      map.invalidateSize({ animate: false });
      map.options.zoomSnap = snap;
      map.setView(center, zoom, { animate: false });
    });
  });
};

/* Chromium repeats on paper what was drawn on a canvas, and "cleared" becomes white there: a copy holds the picture alone. */
wangge.canvasCopy = function (canvas) {
  const copy = canvas.cloneNode();
  copy.classList.add("copy");
  if (canvas.width && canvas.height) copy.getContext("2d").drawImage(canvas, 0, 0);
  canvas.after(copy);
  return copy;
};
