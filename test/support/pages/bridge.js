// Stands in for the editor inside a plain browser: `acquireVsCodeApi` over HTTP, state in the tab's session storage.
const { session, ref } = document.documentElement.dataset;
if (ref) document.body.dataset.ref = ref;
const key = `state ${location.pathname}${location.search}`;
const revive = (_key, value) => {
  if (typeof value !== "object" || value === null || !("$array" in value)) return value;
  const bytes = Uint8Array.fromBase64?.(value.data) ?? Uint8Array.from(atob(value.data), (one) => one.charCodeAt(0));
  return value.$array === "Float64Array" ? new Float64Array(bytes.buffer) : bytes;
};
const replacer = (_key, value) => {
  if (!ArrayBuffer.isView(value)) return value;
  let text = "";
  for (const byte of new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    text += String.fromCharCode(byte);
  return { $array: value.constructor.name, data: btoa(text) };
};
/** Messages go one after the other, each at once when none is under way: as in the editor, sending waits for nothing. */
const outgoing = [];
let isBusy = true;
const sendNext = async () => {
  if (isBusy || outgoing.length === 0) return;
  isBusy = true;
  await fetch(`/bridge/${session}`, { method: "POST", body: outgoing.shift() });
  isBusy = false;
  void sendNext();
};
{
  const events = new EventSource(`/bridge/${session}`);
  events.onopen = () => {
    isBusy = false;
    void sendNext();
  };
  events.onmessage = ({ data }) => window.postMessage(JSON.parse(data, revive), "*");
  events.addEventListener("reload", () => location.reload());
}
window.acquireVsCodeApi = () => ({
  postMessage(message) {
    outgoing.push(JSON.stringify(message, replacer));
    void sendNext();
  },
  getState: () => JSON.parse(sessionStorage.getItem(key) ?? "null"),
  setState: (state) => sessionStorage.setItem(key, JSON.stringify(state)),
});
document.addEventListener("visibilitychange", () => {
  void fetch(`/bridge/${session}/visible`, { method: "POST", body: String(!document.hidden) });
});
