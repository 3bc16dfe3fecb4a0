/* Hazards of the heat map: unpacked, added up on a grid, smoothed, painted. Nothing here knows the page. */
"use strict";

/* Bytes of base64 text that zlib packed, unpacked by the browser. */
wangge.inflate = async function (text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/* The other side of `HeatData._columns`: positions in fine cells, slices, states, industries, one each. */
wangge.unpackHeat = function (data, bytes) {
  const [sites, hazards, checks] = data.sizes;
  let at = 0;
  const take = (count, planes) => {
    const numbers = new Uint32Array(count);
    for (let plane = 0; plane < planes; plane += 1) {
      for (let i = 0; i < count; i += 1) numbers[i] += bytes[at + i] * 256 ** plane;
      at += count;
    }
    return numbers;
  };
  const gap = take(sites, 4), industry = take(sites, 1), found = take(sites, 2), looked = take(sites, 2);
  const hazardStep = take(hazards, 1), state = take(hazards, 1), offset = take(hazards, 1), checkStep = take(checks, 1);
  const many = (count) => ({ x: new Int16Array(count), y: new Int16Array(count), slice: new Uint8Array(count), industry: new Uint8Array(count) });
  const all = { hazards: { ...many(hazards), state: Uint8Array.from(state) }, checks: many(checks) };
  const width = data.columns * data.finer;
  const reach = 2 * data.far + 1;
  let cell = 0, h = 0, c = 0;
  const put = (table, i, site, dx, dy, slice) => {
    table.x[i] = cell % width + dx;
    table.y[i] = Math.floor(cell / width) + dy;
    table.slice[i] = slice;
    table.industry[i] = industry[site];
  };
  for (let site = 0; site < sites; site += 1) {
    cell += gap[site];
    for (let n = 0, slice = 0; n < found[site]; n += 1, h += 1) {
      slice += hazardStep[h];
      put(all.hazards, h, site, offset[h] % reach - data.far, Math.floor(offset[h] / reach) - data.far, slice);
    }
    for (let n = 0, slice = 0; n < looked[site]; n += 1, c += 1) {
      slice += checkStep[c];
      put(all.checks, c, site, 0, 0, slice);
    }
  }
  return all;
};

/* Size of the grid of sums, and the Gaussian's width in its cells: sharing linearly widens by 1/6 on average. */
wangge.heatGrid = function (data, coarser = data.coarser) {
  const columns = Math.ceil(data.columns / coarser) + 1;
  const rows = Math.ceil(data.rows / coarser) + 1;
  const spread = data.sigma / coarser;
  return { columns, rows, coarser, fine: data.finer * coarser, spread, sigma: Math.sqrt(spread * spread - 1 / 6) };
};

/* Share what is chosen over the four cells around each: weight = worth[state] (1 without) where slice and industry are on. */
wangge.heatSums = function (grid, table, chosen, worth) {
  const sums = new Float32Array(grid.columns * grid.rows);
  for (let i = 0; i < table.x.length; i += 1) {
    if (!chosen.slices[table.slice[i]] || !chosen.industries[table.industry[i]]) continue;
    const weight = worth ? worth[table.state[i]] : 1;
    if (!weight) continue;
    const x = (table.x[i] + 0.5) / grid.fine - 0.5, y = (table.y[i] + 0.5) / grid.fine - 0.5;
    const left = Math.floor(x), top = Math.floor(y), east = x - left, south = y - top;
    const at = top * grid.columns + left;
    sums[at] += weight * (1 - east) * (1 - south);
    sums[at + 1] += weight * east * (1 - south);
    sums[at + grid.columns] += weight * (1 - east) * south;
    sums[at + grid.columns + 1] += weight * east * south;
  }
  return sums;
};

/* A Gaussian along both axes, cut off at four widths; what is spread adds up to what was there. */
wangge.blur = function (grid, sums) {
  const { columns, rows, sigma } = grid;
  const reach = Math.ceil(4 * sigma);
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, part) => sum + part, 0);
  kernel.forEach((part, i) => { kernel[i] = part / total; });
  const across = new Float32Array(sums.length), down = new Float32Array(sums.length);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const value = sums[y * columns + x];
      if (!value) continue;
      const from = Math.max(0, x - reach), to = Math.min(columns - 1, x + reach);
      for (let i = from, at = y * columns + from, k = from - x + reach; i <= to; i += 1, at += 1, k += 1) across[at] += value * kernel[k];
    }
  }
  for (let y = 0; y < rows; y += 1) {
    for (let other = Math.max(0, y - reach); other <= Math.min(rows - 1, y + reach); other += 1) {
      const part = kernel[other - y + reach];
      for (let x = 0, to = y * columns, from = other * columns; x < columns; x += 1) down[to + x] += part * across[from + x];
    }
  }
  return down;
};

/* What the map shows on the grid of sums: per km² of ground or per inspection, and where somebody looked. */
wangge.heatValues = function (data, all, chosen, worth, measure, coarser) {
  const grid = wangge.heatGrid(data, coarser);
  const values = wangge.blur(grid, wangge.heatSums(grid, all.hazards, chosen, worth));
  const checks = wangge.blur(grid, wangge.heatSums(grid, all.checks, chosen));
  // Nobody looked: the weights of the inspections around, exp(−d²/2h²), add up to less than one two bandwidths away.
  const least = Math.exp(-2) / (2 * Math.PI * grid.spread ** 2);
  const seen = new Uint8Array(checks.length);
  for (let at = 0; at < seen.length; at += 1) seen[at] = checks[at] >= least ? 1 : 0;
  if (measure === "check") for (let at = 0; at < values.length; at += 1) values[at] = seen[at] ? values[at] / checks[at] : 0;
  else wangge.perKm2(data, grid, values);
  return { grid, values, seen };
};

/* From a cell to a km² of true ground, which grows evenly from the first row to the last over a town. */
wangge.perKm2 = function (data, grid, values) {
  const [first, last] = data.km2;
  for (let y = 0, at = 0; y < grid.rows; y += 1) {
    const row = (y + 0.5) * grid.coarser - 0.5;
    const km2 = (first + (last - first) * row / (data.rows - 1)) * grid.coarser ** 2;
    for (let x = 0; x < grid.columns; x += 1, at += 1) values[at] /= km2;
  }
};

/* Rising limits of the series 1-2-5, the last one not above the largest value. */
wangge.niceLimits = function (largest, classes) {
  if (!(largest > 0)) return [];
  const decade = Math.floor(Math.log10(largest)) + 1;
  const series = [];
  for (let power = decade - classes; power <= decade; power += 1) for (const step of [1, 2, 5]) series.push(Number((step + "e" + power)));
  return series.filter((limit) => limit <= largest * (1 + 1e-9)).slice(-classes);
};

/* Values as pixels of the grid, one between the middles of the four cells around; only where there is land. */
wangge.heatPixels = function ({ grid, values }, land, width, height) {
  const pixels = new Float32Array(width * height);
  const places = Float32Array.from({ length: width }, (_, x) => Math.max(0, (x + 0.5) / grid.coarser - 0.5));
  for (let y = 0, at = 0; y < height; y += 1) {
    const down = Math.max(0, (y + 0.5) / grid.coarser - 0.5);
    const top = Math.floor(down), south = down - top;
    const upper = top * grid.columns, lower = upper + grid.columns;
    for (let x = 0; x < width; x += 1, at += 1) {
      if (!land[at]) continue;
      const left = Math.floor(places[x]), east = places[x] - left;
      const above = values[upper + left] + (values[upper + left + 1] - values[upper + left]) * east;
      const below = values[lower + left] + (values[lower + left + 1] - values[lower + left]) * east;
      pixels[at] = above + (below - above) * south;
    }
  }
  return pixels;
};

/* Paint the classes inside the town, hatched where nobody looked; nothing outside. */
wangge.paintHeat = function (canvas, land, drawn, limits, colours) {
  const { width, height } = canvas;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const { grid, seen } = drawn;
  const tones = Uint32Array.from(colours, (colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return (255 << 24) | (blue << 16) | (green << 8) | red;
  });
  const values = wangge.heatPixels(drawn, land, width, height);
  const bare = limits.length ? limits[0] : Infinity;
  const { unseen } = wangge.palette();
  for (let y = 0, at = 0; y < height; y += 1) {
    const row = Math.floor(y / grid.coarser) * grid.columns;
    for (let x = 0; x < width; x += 1, at += 1) {
      if (!land[at]) continue;
      if (values[at] >= bare) {
        let tone = limits.length - 1;
        while (values[at] < limits[tone]) tone -= 1;
        pixels[at] = tones[tone];
      }
      if ((x + y) % 14 < 3 && !seen[row + Math.floor(x / grid.coarser)]) pixels[at] = unseen;
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
};
