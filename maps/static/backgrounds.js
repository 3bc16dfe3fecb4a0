/* Backgrounds under the town's layers, the switch between them, and what is said when one does not answer. */
"use strict";

wangge.grounds = [];
wangge.own = { name: "本镇图层", datum: "wgs84" };
wangge.patience = 6000;
/* The least zoom of the maps, where the town is a quarter as large as it fits. */
wangge.least = 0;

/* Before the first view: what this map's ground is, and the system that its background is drawn in. */
wangge.ground = function (map) {
  const list = wangge.backgrounds = wangge.backgrounds || wangge.data("sheet").backgrounds || [];
  const ground = { map, over: false };
  wangge.grounds.push(ground);
  wangge.background = wangge.background || list[0] || wangge.own;
  if (!list.length) return;
  map.on("wangge:look", () => wangge.background.vector && wangge.lay(ground));
  map.options.crs = wangge.crsOf(wangge.background);
  map.on("zoomend", () => wangge.cover(ground));
  ground.note = wangge.groundNote(map);
  wangge.layFirst(ground);
};
/* Not before the town is in sight: far away there would be thousands of tiles. */
wangge.layFirst = wangge.later((ground) => wangge.lay(ground));

wangge.crsOf = ({ datum }) => (datum === "wgs84" ? L.CRS.EPSG3857 : wangge.crs[datum]);
wangge.DATUMS = { gcj02: "GCJ-02", bd09: "BD-09" };

/* What stands on the map about its background. */
wangge.groundNote = function (map) {
  const control = L.control({ position: "bottomleft" });
  const box = wangge.el("p", undefined, "ground-note");
  box.setAttribute("role", "status");
  control.onAdd = () => box;
  control.addTo(map);
  return box;
};

wangge.sayGround = function ({ note, silent }) {
  const { name, datum, url, inside } = wangge.background;
  const said = [];
  if (wangge.DATUMS[datum]) said.push("底图为“" + name + "”（" + wangge.DATUMS[datum] + "），图层已偏移到该坐标系显示。");
  const file = inside || (url || "").startsWith("/backgrounds/");
  if (silent) said.push("底图“" + name + "”" + (file ? "这里没有图" : "没有应答") + "，先用本镇图层。");
  note.textContent = said.join("");
  note.hidden = !said.length;
};

/* Lay the chosen background; the town's own ground stays under it and is seen wherever a tile is missing. */
wangge.lay = function (ground) {
  const { map } = ground;
  for (const layer of ground.tiles || []) layer.remove();
  clearTimeout(ground.waiting);
  ground.silent = false;
  ground.tiles = wangge.background === wangge.own ? [] : wangge.tilesOf(wangge.background);
  ground.tiles.forEach((layer) => layer.addTo(map));
  wangge.cover(ground);
  if (ground.tiles.length) wangge.listen(ground, ground.tiles[0]);
};

/* Whether the tiles hide the own layers: not where they don't answer, nor farther away than they are drawn. */
wangge.cover = function (ground) {
  const { map, tiles, silent } = ground;
  ground.over = Boolean(tiles && tiles.length) && !silent && map.getZoom() >= wangge.leastZoom(wangge.background);
  map.getContainer().classList.toggle("tiled", ground.over);
  wangge.sayGround(ground);
  map.fire("wangge:ground");
};

/* Two zooms before its first one a tile is a quarter as wide: farther away they would be too many. */
wangge.leastZoom = ({ minNativeZoom }) => Math.max(0, (minNativeZoom || 0) - 2);

/* A server that is gone or slow: the own layers come back, and go again when it answers. */
wangge.listen = function (ground, layer) {
  let lost = 0, got = 0;
  const fall = () => {
    if (ground.silent || ground.tiles[0] !== layer) return;
    ground.silent = true;
    wangge.cover(ground);
  };
  const wait = () => {
    clearTimeout(ground.waiting);
    ground.waiting = setTimeout(fall, wangge.patience);
  };
  layer.on("loading", () => { lost = got = 0; wait(); });
  layer.on("load", () => {
    clearTimeout(ground.waiting);
    if (lost && !got) fall();
  });
  layer.on("tileload", () => {
    clearTimeout(ground.waiting);
    got += 1;
    if (!ground.silent) return;
    ground.silent = false;
    wangge.cover(ground);
  });
  layer.on("tileerror", () => { if ((lost += 1) >= 3 && !got) fall(); });
  if (layer.isLoading()) wait();
};

wangge.tilesOf = function (background) {
  const { name, url, labels, datum, attribution, vector, inside, ...rest } = background;
  const options = { ...rest, minZoom: wangge.leastZoom(background), maxZoom: 22, attribution: wangge.el("i", attribution).innerHTML };
  if (vector) return [wangge.vectorTiles(url, options)];
  if (inside) return [new wangge.InsideTiles(inside, options)];
  const kind = datum === "bd09" ? wangge.BaiduTiles : L.TileLayer;
  const names = labels ? [new kind(labels, { ...options, attribution: "", pane: "tile-names" })] : [];
  return [new kind(url, options), ...names];
};

/* Vector tiles of a file that the service has, in the style of the look. */
wangge.vectorTiles = function (url, { attribution, bounds, maxNativeZoom }) {
  const flavor = document.documentElement.dataset.look;
  return protomapsL.leafletLayer({ url, flavor, lang: "zh", maxDataZoom: maxNativeZoom, maxZoom: 22, attribution, bounds });
};

/* Tiles of Baidu count rows from the equator to the north. */
wangge.BaiduTiles = L.TileLayer.extend({
  getTileUrl(coords) {
    return L.TileLayer.prototype.getTileUrl.call(this, Object.assign(coords.clone(), { z: coords.z, y: -1 - coords.y }));
  },
});

/* Tiles that the page carries: `z/x/y` to a picture. */
wangge.InsideTiles = L.TileLayer.extend({
  initialize(inside, options) {
    this._inside = inside;
    L.TileLayer.prototype.initialize.call(this, "", options);
  },
  getTileUrl({ x, y }) {
    return this._inside[this._getZoomForUrl() + "/" + x + "/" + y] || L.Util.emptyImageUrl;
  },
});

/* Show another background on every map: the same ground in sight, each layer where the new datum has it. */
wangge.useBackground = function (background) {
  const main = wangge.map, from = main.options.crs, to = wangge.crsOf(background), center = main.getCenter();
  const same = (zoom) => to.zoom(from.scale(zoom));
  const zoom = Math.round(same(main.getZoom())), least = same(wangge.least);
  // kept unrounded: what is rounded down at each switch sinks
  Object.assign(wangge, { least, opening: same(wangge.opening), background });
  const minZoom = Math.max(0, Math.floor(least + 1e-6));
  for (const { map } of wangge.grounds) {
    map.closePopup();
    Object.assign(map.options, { crs: to, minZoom, zoomSnap: background === wangge.own ? 0.5 : 1 });
  }
  for (const ground of wangge.grounds) {
    ground.map.setView(center, zoom, { reset: true });
    wangge.lay(ground);
  }
};

/* The switch, in the panel. */
wangge.groundSwitch = wangge.later(function () {
  const box = wangge.el("div", undefined, "grounds");
  box.setAttribute("role", "radiogroup");
  box.setAttribute("aria-label", "底图");
  box.append(wangge.el("h2", "底图"));
  for (const background of [...wangge.backgrounds, wangge.own]) {
    const label = wangge.el("label"), row = wangge.el("span"), input = wangge.el("input");
    Object.assign(input, { type: "radio", name: "ground", checked: background === wangge.background });
    input.addEventListener("change", () => wangge.useBackground(background));
    row.append(input, wangge.el("span", background.name));
    label.append(row);
    box.append(label);
  }
  document.getElementById("controls").append(box);
});
