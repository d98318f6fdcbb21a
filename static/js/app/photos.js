// Photos: made smaller on the phone, and sent piece by piece (tus 1.0), going on where the line broke.
import { ask, asJSON } from "./ask.js";
import { change } from "./store.js";

const SIDE = 1600, LIGHT = 300 * 1024, PIECE = 64 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };

/** Gives a photo as a smaller JPEG; what is light enough, or no photo, as it is. */
export async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= LIGHT) { return file; }
  try {
    const photo = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(photo.width, photo.height));
    const canvas = Object.assign(document.createElement("canvas"), {
      width: Math.round(photo.width * scale), height: Math.round(photo.height * scale),
    });
    canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
    const light = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
    return light && light.size < file.size ? light : file;
  } catch {
    return file;
  }
}

/** Sends a photo of a complaint: gives the answer to the last request, 201 when it stands with the complaint. */
export async function sendPhoto(photo, reference, proof) {
  const begun = photo.upload ? { status: 201 } : await begin(photo);
  if (begun.status !== 201) { return begun; }
  const whole = await sendPieces(photo);
  if (whole.status !== 204) { return whole; }
  const how = asJSON(JSON.stringify({ upload: photo.upload }));
  const address = `/api/v1/complaints/${reference}/attachments/`;
  return ask(address, { ...how, headers: { ...how.headers, ...proof } });
}

async function begin(photo) {
  const headers = { ...TUS, "Upload-Length": String(photo.blob.size) };
  const answer = await ask("/api/v1/uploads/", { method: "POST", headers });
  const upload = /([0-9a-f-]{36})\/$/.exec(answer.headers.get("Location") || "")?.[1];
  if (answer.status !== 201) { return answer; }
  photo.upload = upload;
  await change("photos", photo.id, { upload });
  return answer;
}

const addressOf = (photo) => `/api/v1/uploads/${photo.upload}/`;

async function sendPieces(photo) {
  const asked = await ask(addressOf(photo), { method: "HEAD", headers: TUS });
  if ([404, 410].includes(asked.status)) {
    await change("photos", photo.id, { upload: "" }); // it waited too long, and begins anew
    return { ...asked, status: 0 };
  }
  let answer = { ...asked, status: asked.status === 200 ? 204 : asked.status };
  while (answer.status === 204 && offsetIn(answer) < photo.blob.size) { answer = await sendPiece(photo, offsetIn(answer)); }
  return answer;
}

const offsetIn = (answer) => Number(answer.headers.get("Upload-Offset"));

function sendPiece(photo, offset) {
  const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  return ask(addressOf(photo), { method: "PATCH", headers, body: photo.blob.slice(offset, offset + PIECE) });
}
