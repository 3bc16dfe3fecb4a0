/*
 * GCJ-02 and BD-09 as coordinate systems of the map. Positions stay WGS 84 everywhere; where a background is drawn in
 * another datum, the projection moves them there and clicks back, so nothing else need know of it.
 * The same field and tables as in geodata/datum (shifts.py, mercator.py), where their sources stand.
 */
"use strict";

wangge.CHINA = [72.004, 0.8293, 137.8347, 55.8271];

wangge.gcj02 = function (lon, lat) {
  const axis = 6378245, eccentricity = 0.00669342162296594323, { PI, sin, cos, sqrt, abs } = Math;
  const x = lon - 105, y = lat - 35, phi = lat * PI / 180;
  const ripple = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x);
  const waves = (at, far, farther) => 20 * sin(PI * at) + 40 * sin(PI * at / 3) + far * sin(PI * at / 12) + farther * sin(PI * at / 30);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + (ripple + waves(y, 160, 320)) * 2 / 3;
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + (ripple + waves(x, 150, 300)) * 2 / 3;
  const magic = 1 - eccentricity * sin(phi) ** 2;
  return [
    lon + east / (axis / sqrt(magic) * cos(phi) * PI / 180),
    lat + north / (axis * (1 - eccentricity) / (magic * sqrt(magic)) * PI / 180),
  ];
};

wangge.bd09 = function (lon, lat) {
  const [x, y] = wangge.gcj02(lon, lat), turn = Math.PI * 3000 / 180;
  const radius = Math.hypot(x, y) + 2e-5 * Math.sin(y * turn);
  const angle = Math.atan2(y, x) + 3e-6 * Math.cos(x * turn);
  return [radius * Math.cos(angle) + 0.0065, radius * Math.sin(angle) + 0.006];
};

wangge.inChina = function (lon, lat) {
  const [west, south, east, north] = wangge.CHINA;
  return lon >= west && lon <= east && lat >= south && lat <= north;
};

/* The position that a field moves to this one: a round leaves at most a fiftieth of the miss. */
wangge.unmoved = function (move, lon, lat) {
  let x = lon, y = lat;
  for (let round = 0; round < 8; round += 1) {
    const [thereX, thereY] = move(x, y);
    x -= thereX - lon;
    y -= thereY - lat;
  }
  return [x, y];
};

/* A projection of degrees in another datum, as one of WGS 84 degrees. */
wangge.shifted = function (plane, move) {
  const there = (lon, lat) => (wangge.inChina(lon, lat) ? move(lon, lat) : [lon, lat]);
  const back = (lon, lat) => (wangge.inChina(lon, lat) ? wangge.unmoved(move, lon, lat) : [lon, lat]);
  return {
    bounds: plane.bounds,
    project({ lat, lng }) {
      const [x, y] = there(lng, lat);
      return plane.project(L.latLng(y, x));
    },
    unproject(point) {
      const { lat, lng } = plane.unproject(point);
      const [x, y] = back(lng, lat);
      return L.latLng(y, x);
    },
  };
};

/* Baidu's plane: by bands of 15° the unit of latitude, metres at 0° E and a degree, coefficients of northing. */
wangge.BAIDU = [
  [7.45, -0.0003218135878613132, 111320.7020701615, [0.00369383431289, 823725.6402795718, 0.46104986909093, 2351.343141331292, 1.58060784298199, 8.77738589078284, 0.37238884252424]],
  [22.5, -0.0003441963504368392, 111320.7020576856, [278.2353980772752, 2485758.690035394, 6070.750963243378, 54821.18345352118, 9540.606633304236, -2710.55326746645, 1405.483844121726]],
  [37.5, 0.00220636496208, 111320.7020209128, [51751.86112841131, 3796837.749470245, 992013.7397791013, -1221952.21711287, 1340652.697009075, -620943.6990984312, 144416.9293806241]],
  [52.5, 0.00337398766765, 111320.7020202162, [4481351.045890365, -23393751.19931662, 79682215.47186455, -115964993.2797253, 97236711.15602145, -43661946.33752821, 8477230.501135234]],
  [67.5, 0.0008277824516172526, 111320.7020463578, [647795574.6671607, -4082003173.641316, 10774905663.51142, -15171875531.51559, 12053065338.62167, -5124939663.577472, 913311935.9512032]],
];
wangge.TURN = 2 * Math.PI * 6378137;

wangge.baiduPlane = {
  bounds: L.bounds([-wangge.TURN / 2, -wangge.TURN / 2], [wangge.TURN / 2, wangge.TURN / 2]),
  /* Northing of a latitude (degrees, 0–75). */
  north(size) {
    const [unit, , , terms] = wangge.BAIDU[Math.min(4, Math.max(0, Math.ceil(size / 15) - 1))];
    return terms.reduceRight((sum, term) => sum * (size / unit) + term, 0);
  },
  project({ lat, lng }) {
    const size = Math.min(Math.abs(lat), 75);
    const [, start, step] = wangge.BAIDU[Math.min(4, Math.max(0, Math.ceil(size / 15) - 1))];
    return L.point(Math.sign(lng) * (start + step * Math.abs(lng)), Math.sign(lat) * this.north(size));
  },
  /* Northing only grows: halving finds its latitude to less than a micrometre. */
  unproject({ x, y }) {
    let low = 0, high = 75;
    for (let round = 0; round < 45; round += 1) {
      const middle = (low + high) / 2;
      if (this.north(middle) < Math.abs(y)) low = middle;
      else high = middle;
    }
    const [, start, step] = wangge.BAIDU[Math.min(4, Math.max(0, Math.ceil(low / 15) - 1))];
    return L.latLng(Math.sign(y) * low, Math.sign(x) * (Math.abs(x) - start) / step);
  },
};

/* At Baidu's zoom 18 a pixel is a metre of its plane; its tiles are counted from the equator and 0° E, up and right. */
wangge.METRE_ZOOM = 18;
wangge.crs = {
  gcj02: L.extend({}, L.CRS.EPSG3857, { code: "GCJ-02", projection: wangge.shifted(L.Projection.SphericalMercator, wangge.gcj02) }),
  bd09: L.extend({}, L.CRS.Earth, {
    code: "BD-09",
    wrapLng: undefined,
    projection: wangge.shifted(wangge.baiduPlane, wangge.bd09),
    transformation: new L.Transformation(1 / wangge.TURN, 0, -1 / wangge.TURN, 0),
    scale: (zoom) => wangge.TURN * 2 ** (zoom - wangge.METRE_ZOOM),
    zoom: (scale) => Math.log2(scale / wangge.TURN) + wangge.METRE_ZOOM,
  }),
};
