// Text that an input method is still composing is not sent: not by the search that goes as one
// types, not by Enter, and no key of it is a shortcut.
let composing = false;
let sendLater = null;
// The keyboard of a phone composes every word, and its Enter sends.
const isOnScreen = () => matchMedia("(pointer: coarse)").matches;
const isComposing = (event) => event.keyCode === 229 || (event.isComposing && !isOnScreen());
document.addEventListener("compositionstart", () => { composing = true; }, true);
document.addEventListener("compositionend", (event) => {
  composing = false;
  sendLater?.();
  sendLater = null;
  event.target.dispatchEvent(new InputEvent("input", { bubbles: true }));
}, true);
document.addEventListener("input", (event) => {
  if (event.isComposing) event.stopImmediatePropagation();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isComposing(event)) event.preventDefault();
}, true);
document.addEventListener("submit", (event) => {
  if (!composing || isOnScreen()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// Enter sends the search immediately: what was just typed is not sent a second time.
document.addEventListener("submit", ({ target }) => {
  for (const box of target.elements) if (box.type === "search") box.dataset.asked = box.value;
});
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent, issueRequest } = event.detail;
  if (triggeringEvent?.type !== "input") return;
  if (composing) {
    sendLater = () => {
      elt.dataset.asked = elt.value;
      issueRequest(true);
    };
  }
  if (composing || elt.dataset.asked === elt.value) event.preventDefault();
  else delete elt.dataset.asked;
});

// Single-key shortcuts, except while someone is typing. Staff members can turn them off.
const shortcuts = {
  "/": goToSearch, "[": () => walkTo("prev"), "]": () => walkTo("next"),
  j: () => goToRow(1), k: () => goToRow(-1), c: () => clickKey("c"), o: () => clickKey("o"),
  a: () => clickKey("a"),
};
document.addEventListener("keydown", (event) => {
  if (document.body.dataset.shortcuts === "off" || isComposing(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
  if (shortcuts[event.key]?.()) event.preventDefault();
});
// Through the list that a user was opened from.
function walkTo(rel) {
  const link = find(`.walk [rel=${CSS.escape(rel)}]`);
  link?.click();
  return Boolean(link);
}
// The rows of a list, and the one that has the focus.
const focusedRow = () => document.activeElement.closest("tr.go");
function goToRow(step) {
  const rows = findAll("main tr.go");
  const place = rows.indexOf(focusedRow());
  const row = rows[place < 0 ? 0 : place + step];
  if (row) find("th a", row).focus();
  return Boolean(row);
}
function clickKey(key) {
  const within = key !== "o" && find("main tr.go") ? focusedRow() : document;
  const control = within && find(`main [data-key=${CSS.escape(key)}]`, within);
  control?.click();
  return Boolean(control);
}
function goToSearch() {
  const search = document.getElementById("users-q") ?? document.getElementById("find");
  search?.focus();
  search?.select();
  return Boolean(search);
}
