// Where the phone is (WGS 84), as long as somebody wants to know; why not, in words.
const DENIED = 1, WHY = {
  1: "没有允许定位。请在浏览器的网站设置里把“位置信息”改成允许，并打开手机的定位",
  2: "定位不到。请打开手机的定位，到窗边、室外再试",
  3: "定位太慢。请到窗边、室外再试",
};
const FRESH_MS = 120000;
let watch = null, last = null, trouble = "";
const wanted = new Map();

// Tell `changed` of every new position until `end` is called with the same name. What is in the way stays said until a
// position comes: a watch that was refused tells so once.
export function begin(name, changed) {
  wanted.set(name, changed);
  if (!window.isSecureContext) trouble = "这个地址不是 https，手机不给定位";
  else if (!navigator.geolocation) trouble = "这台手机不能定位";
  else if (watch === null) start();
  changed();
}

function start() {
  if (trouble !== WHY[DENIED]) trouble = "";
  watch = navigator.geolocation.watchPosition(
    ({ coords }) => {
      trouble = "";
      last = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy, at: Date.now() };
      tell();
    },
    (problem) => {
      trouble = WHY[problem.code] || WHY[2];
      if (problem.code === DENIED) stop(); // another form asks anew: it may be allowed by then
      tell();
    },
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 5000 },
  );
}

function tell() {
  for (const changed of [...wanted.values()]) changed();
}

export function end(name) {
  wanted.delete(name);
  if (!wanted.size) stop();
}

function stop() {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
}

// The newest position that is not too old; null for none.
export function here() {
  return last && Math.abs(Date.now() - last.at) < FRESH_MS ? last : null; // a clock that was put back makes nothing fresh
}

export const why = () => trouble;

// As the office's forms hold it; nothing where it is not known.
export function posted() {
  const spot = here();
  return spot ? { lon: spot.lon, lat: spot.lat, accuracy: spot.accuracy } : {};
}

export function said(place, tolerance) {
  const spot = here();
  if (!spot) return trouble ? `没有定位：${trouble}。可以照样登记，会记成没有定位。` : "正在定位……";
  const sharp = `定位精度 ±${Math.round(spot.accuracy)} 米（WGS 84）`;
  if (place.lon === null) return `${sharp}。这个场所没有坐标，会记成没有核实。`;
  const away = metres(spot, place), far = away > tolerance + Math.min(spot.accuracy, 100);
  return `${sharp}，离这里 ${Math.round(away)} 米${far ? "：太远，会记成没有核实" : ""}`;
}

export function metres(one, other) {
  const radian = Math.PI / 180, middle = ((one.lat + other.lat) / 2) * radian;
  return 6371008.8 * Math.hypot((one.lon - other.lon) * radian * Math.cos(middle), (one.lat - other.lat) * radian);
}
