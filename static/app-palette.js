// The command palette, the list of keys and the users opened last (palette.js) are loaded when a
// person first asks for one.
const opener = find("[data-palette]");
let tools = null;
function loadTools() {
  tools ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    document.head.append(Object.assign(script, { src: opener.dataset.palette, onload: done, onerror: fail }));
  }).catch((error) => {
    tools = null;
    throw error;
  });
  return tools;
}
function withTools(act) {
  loadTools().then(act).catch(() => {
    typedAhead = null;
    tellLost("read");
  });
  return true;
}
// What is typed before the palette is there goes into its box.
let typedAhead = null;
const callPalette = () => {
  typedAhead = { text: "", goes: false };
  withTools(() => togglePalette());
};
document.addEventListener("keydown", (event) => {
  if (typedAhead === null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length === 1) typedAhead.text += event.key;
  else if (event.key === "Enter") typedAhead.goes = true;
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("keydown", (event) => {
  const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (!opener || !isK || event.altKey || event.shiftKey) return;
  event.preventDefault();
  callPalette();
});
opener?.addEventListener("click", callPalette);
const searchBox = () => document.getElementById("users-q") ?? document.getElementById("find");
const isRecents = () => opener && document.activeElement === searchBox() && searchBox().value === "";
document.addEventListener("focusin", () => { if (isRecents()) withTools(() => offerRecents()); });

// A key after `g` leads to a page.
const LEADS_MS = 1500;
let ledAt = -LEADS_MS;
if (opener) {
  shortcuts["?"] = () => withTools(() => openDialog("shortcuts"));
  shortcuts.g = () => { ledAt = performance.now(); return true; };
  for (const key of "oukt") {
    const own = shortcuts[key];
    shortcuts[key] = () =>
      (performance.now() - ledAt < LEADS_MS ? withTools(() => goTo(key)) : own?.());
  }
}
