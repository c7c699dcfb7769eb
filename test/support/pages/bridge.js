// Stands in for the editor inside a plain browser: `acquireVsCodeApi` over HTTP, state in the tab's session storage.
const { session, ref } = document.documentElement.dataset;
if (ref) document.body.dataset.ref = ref;
const key = `state ${location.pathname}${location.search}`;
const ARRAYS = { Float64Array, Uint8Array };
const HEAD_BYTES = 4;

/** As `codec.ts` writes it: length of the text, text, the arrays' bytes. The arrays are the message's own, as in the editor. */
const decode = (bytes) => {
  const end = HEAD_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(HEAD_BYTES, end));
  return JSON.parse(text, (_key, value) => {
    if (typeof value !== "object" || value === null || !("$array" in value)) return value;
    return new ARRAYS[value.$array](bytes.slice(end + value.at, end + value.at + value.bytes).buffer);
  });
};
const encode = (message) => {
  const parts = [];
  let at = 0;
  const text = JSON.stringify(message, (_key, value) => {
    if (!ArrayBuffer.isView(value)) return value;
    parts.push(value);
    at += value.byteLength;
    return { $array: value.constructor.name, at: at - value.byteLength, bytes: value.byteLength };
  });
  const words = new TextEncoder().encode(text);
  const end = HEAD_BYTES + words.length;
  const bytes = new Uint8Array(end + at);
  new DataView(bytes.buffer).setUint32(0, words.length, true);
  bytes.set(words, HEAD_BYTES);
  at = end;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
};

/** Messages go one after the other, each at once when none is under way: as in the editor, sending waits for nothing. */
const outgoing = [];
let isBusy = false;
const sendNext = async () => {
  if (isBusy || outgoing.length === 0) return;
  isBusy = true;
  await fetch(`/bridge/${session}`, { method: "POST", body: outgoing.shift() });
  isBusy = false;
  void sendNext();
};

/** One answer that never ends: each message after its length in bytes. An empty one reloads the page. */
const listen = async () => {
  const { body } = await fetch(`/bridge/${session}`);
  let rest = new Uint8Array(0);
  for (const reader = body.getReader(); ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const all = new Uint8Array(rest.length + value.length);
    all.set(rest);
    all.set(value, rest.length);
    rest = all;
    while (rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
      if (rest.length < end) break;
      if (end === HEAD_BYTES) location.reload();
      else window.postMessage(decode(rest.subarray(HEAD_BYTES, end)), "*");
      rest = rest.subarray(end);
    }
  }
};
listen().catch(() => {}); // the page or the server is going
window.acquireVsCodeApi = () => ({
  postMessage(message) {
    outgoing.push(encode(message));
    void sendNext();
  },
  getState: () => JSON.parse(sessionStorage.getItem(key) ?? "null"),
  setState: (state) => sessionStorage.setItem(key, JSON.stringify(state)),
});
document.addEventListener("visibilitychange", () => {
  void fetch(`/bridge/${session}/visible`, { method: "POST", body: String(!document.hidden) });
});
