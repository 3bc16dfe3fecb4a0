// Photos: made smaller on the phone, with what the camera wrote (EXIF) kept in the file, and named by their SHA-256.
const LONGEST_PX = 1600, QUALITY = 0.85, SMALL_BYTES = 1500000, MOST_BYTES = 12 * 1024 * 1024;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0], ORIENTATION = 0x0112;

// Give `{ id, body, type, name, bitmap }` of a file; an Error with a Chinese sentence when it can't be used.
export async function prepare(file) {
  if (!(crypto.subtle && window.isSecureContext)) throw new Error("这个地址不是 https，手机不能处理照片。");
  const original = new Uint8Array(await file.arrayBuffer());
  const bitmap = await decoded(file);
  const body = bitmap ? await smaller(original, bitmap) : original;
  if (body.length > MOST_BYTES) throw new Error("照片太大（超过 12 MB），请用手机相机重新拍。");
  const type = body === original ? kind(original) : "image/jpeg";
  if (!type) throw new Error("这个文件不是照片。");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  const id = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { id, body: new Blob([body], { type }), type, name: file.name || "照片.jpg", bitmap };
}

async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (problem) {
    return null; // HEIC, which few browsers read: it goes as it is, the office can
  }
}

function kind(bytes) {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return "image/jpeg";
  if (text.startsWith("\x89PNG")) return "image/png";
  if (text.startsWith("RIFF") && text.endsWith("WEBP")) return "image/webp";
  return text.slice(4, 8) === "ftyp" ? "image/heic" : "";
}

async function smaller(original, bitmap) {
  const shrink = LONGEST_PX / Math.max(bitmap.width, bitmap.height);
  if (shrink >= 1 && kind(original) === "image/jpeg" && original.length <= SMALL_BYTES) return original;
  const canvas = drawn(bitmap, Math.min(shrink, 1));
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return withExif(new Uint8Array(await blob.arrayBuffer()), exifOf(original));
}

export function drawn(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// The segment APP1 with EXIF of a JPEG, its orientation set to upright: the smaller picture was turned. Null for none.
export function exifOf(jpeg) {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return null;
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda;) {
    const end = at + 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
    if (jpeg[at + 1] === 0xe1 && EXIF.every((byte, number) => jpeg[at + 4 + number] === byte)) {
      return end > jpeg.length ? null : upright(jpeg.slice(at, end));
    }
    at = end;
  }
  return null;
}

function upright(segment) {
  const tiff = new DataView(segment.buffer, 10), little = segment[10] === 0x49;
  if (tiff.byteLength < 8) return segment;
  const first = tiff.getUint32(4, little);
  if (first + 2 > tiff.byteLength) return segment;
  const count = tiff.getUint16(first, little);
  for (let at = first + 2; at + 12 <= tiff.byteLength && at < first + 2 + 12 * count; at += 12) {
    if (tiff.getUint16(at, little) === ORIENTATION) tiff.setUint16(at + 8, 1, little);
  }
  return segment;
}

function withExif(jpeg, segment) {
  if (!segment) return jpeg;
  const joined = new Uint8Array(jpeg.length + segment.length);
  joined.set(jpeg.subarray(0, 2));
  joined.set(segment, 2);
  joined.set(jpeg.subarray(2), 2 + segment.length);
  return joined;
}

// A field for photos: a button of the camera, the pictures taken, each of which can be taken away again; `changed` is
// called with how many there are.
export function photoField(label, changed = () => {}) {
  const box = document.createElement("div"), input = document.createElement("input"), list = document.createElement("ul");
  const said = document.createElement("p"), camera = document.createElement("label"), taken = [];
  Object.assign(input, { type: "file", accept: "image/*", multiple: true });
  input.setAttribute("capture", "environment");
  box.className = "photos";
  camera.className = "camera";
  camera.append(document.createTextNode(label), input);
  said.setAttribute("role", "status");
  box.append(camera, list, said);
  let busy = Promise.resolve();
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    busy = busy.then(() => take(files));
  });

  async function take(files) {
    for (const file of files) {
      said.textContent = "正在处理照片……";
      try {
        const photo = await prepare(file);
        if (!taken.some((one) => one.id === photo.id)) show(photo);
        said.textContent = "";
      } catch (problem) {
        said.textContent = `“${file.name}”用不了：${problem.message}`;
      }
    }
  }

  function show(photo) {
    const row = document.createElement("li"), away = document.createElement("button");
    away.type = "button";
    away.className = "small";
    away.textContent = "不要";
    away.setAttribute("aria-label", "不要照片 " + photo.name);
    away.addEventListener("click", () => { taken.splice(taken.indexOf(photo), 1); row.remove(); changed(taken.length); });
    if (photo.bitmap) row.append(drawn(photo.bitmap, 96 / Math.max(photo.bitmap.width, photo.bitmap.height)));
    else row.append(document.createTextNode(photo.name));
    row.append(away);
    list.append(row);
    taken.push(photo);
    changed(taken.length);
  }
  return { box, photos: async () => { await busy; return taken; } };
}
