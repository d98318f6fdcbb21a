// Uploads a file in three pieces, breaks off after the first, goes on in a second upload, and prints where that one began.
//   node upload.js ENDPOINT FILE
const fs = require("fs");
const tus = require("tus-js-client");

const [endpoint, file] = process.argv.slice(2);
const content = fs.readFileSync(file);
const chunkSize = Math.ceil(content.length / 3);

const upload = (more, watch) =>
  new Promise((done, failed) => {
    const began = new tus.Upload(content, { endpoint, chunkSize, retryDelays: null, storeFingerprintForResuming: false,
      onError: failed, onSuccess: () => done(began), ...more, ...watch(() => began, done) });
    began.start();
  });

(async () => {
  let offsets = [];
  const first = await upload({}, (began, done) => ({ onChunkComplete: () => began().abort().then(() => done(began())) }));
  await upload({ uploadUrl: first.url }, () => ({ onChunkComplete: (size, accepted) => offsets.push(accepted) }));
  console.log(JSON.stringify({ url: first.url, length: content.length, chunk: chunkSize, offsets }));
})().catch((wrong) => { console.error(String(wrong)); process.exit(1); });
