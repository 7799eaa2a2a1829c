// Selecting users of a list. The server keeps every tick, one request at a time: each says what is
// ticked on the page now. The page stays as it is, and only the bar below the table is new.
const BOX = "input[form=pick]";
const pickBoxes = () => findAll(BOX);
const pickBar = () => document.getElementById("picked");
let lastPicked = null; // the id of the box that a range begins at
let isKeeping = false;
let keepNext = null;
let afterKeeping = []; // requests for a list wait until it can show the ticks

async function keepTicks(what = "keep") {
  markPage();
  if (isKeeping) {
    keepNext = what;
    return;
  }
  isKeeping = true;
  const form = document.getElementById("pick");
  const body = new URLSearchParams(new FormData(form));
  body.set("do", what);
  try {
    const headers = { ...asHtmx(), "HX-Target": "picked" };
    const answer = await ask(form.action, { method: "POST", headers, body, keepalive: true });
    if (answer.status === 401) return location.assign(answer.headers.get("HX-Redirect"));
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    const html = await answer.text();
    if (form.isConnected) putBar(html, answer.ok);
    else keepNext ??= "keep"; // another page of the list: its bar is from before
  } catch {
    keepNext = null;
    showKept();
    toast(pickBar()?.dataset.notKept ?? "", "bad");
  }
  isKeeping = false;
  const next = keepNext;
  keepNext = null;
  if (next && pickBar()) return keepTicks(next);
  for (const go of afterKeeping.splice(0)) go();
}

function putBar(html, isKept) {
  const focused = pickBar().contains(document.activeElement) ? document.activeElement : null;
  pickBar().outerHTML = html;
  if (focused) (document.getElementById(focused.id) ?? find("#table")).focus({ preventScroll: true });
  if (!isKept && !keepNext) showKept();
  if (!keepNext) for (const box of pickBoxes()) box.defaultChecked = box.checked; // nothing left to lose
  announce(pickBar().dataset.announce, { again: true });
}
// Ticks as the server has them.
function showKept() {
  const kept = find("#pick [name=shown]")?.value.split(" ") ?? [];
  for (const box of pickBoxes()) box.checked = kept.includes(box.value);
  markPage();
}
function markPage() {
  const all = document.getElementById("pick-all");
  if (!all) return;
  const ticked = pickBoxes().filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === pickBoxes().length;
  all.indeterminate = ticked > 0 && !all.checked;
}
function tickAll(is) {
  for (const box of pickBoxes()) box.checked = is;
}
// All rows from the one that was ticked last become like this one.
function tickTo(box) {
  const boxes = pickBoxes();
  const from = boxes.findIndex((each) => each.id === lastPicked);
  const to = boxes.indexOf(box);
  if (from < 0) return;
  for (const each of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
}

document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest?.("td.ticks")) event.preventDefault(); // marks no text
});
document.addEventListener("click", (event) => {
  if (event.target.id === "pick-all") {
    tickAll(event.target.checked);
    return keepTicks();
  }
  const box = event.target.matches?.(BOX) ? event.target : null;
  const label = !box && event.shiftKey && event.target.closest?.("td.ticks label");
  if (label) { // a browser may ignore it there
    event.preventDefault();
    find(BOX, label).focus({ preventScroll: true });
    pick(find(BOX, label), true);
  } else if (box) {
    if (event.shiftKey) tickTo(box);
    lastPicked = box.id;
    keepTicks();
  }
});
function pick(box, isRange) {
  box.checked = isRange || !box.checked;
  if (isRange) tickTo(box);
  lastPicked = box.id;
  keepTicks();
}
// In a box, keys do the same as in its row, and Enter presses no button.
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(BOX) || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = document.body.dataset.shortcuts === "off" ? null : shortcuts[event.key];
  if (act?.() || event.key === "Enter") event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const what = event.submitter?.value;
  if (event.target.id !== "pick" || what === "matching") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (what === "page") tickAll(true);
  if (what === "clear") clearPicks();
  else keepTicks();
}, true);
function clearPicks() {
  tickAll(false);
  lastPicked = null;
  keepTicks("clear");
}

// Keys.
function pickRow(isRange) {
  const box = focusedRow() && find(BOX, focusedRow());
  if (box) pick(box, isRange);
  return Boolean(box);
}
shortcuts.x = () => pickRow(false);
shortcuts.X = () => pickRow(true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.body.dataset.shortcuts === "off" || isComposing(event)) return;
  if (find(":popover-open, dialog[open]") || !find("#picked.some")) return;
  if (event.target.closest(`input:not([form=pick], #pick-all), select, textarea`)) return;
  clearPicks();
});

// A row that changes keeps its tick; a list that comes is asked for once the ticks are kept.
const heldTicks = new Map();
function holdTick({ detail: { target } }) {
  const box = target.matches?.("tr") && find(BOX, target);
  if (box) heldTicks.set(box.id, box.checked);
}
function giveTicks() {
  for (const [id, checked] of heldTicks) {
    const box = document.getElementById(id);
    if (box) box.checked = checked;
  }
  markPage();
}
document.addEventListener("htmx:beforeSwap", holdTick);
document.addEventListener("htmx:oobBeforeSwap", holdTick);
document.addEventListener("htmx:oobAfterSwap", giveTicks); // these come before the row itself
document.addEventListener("htmx:afterSwap", () => {
  giveTicks();
  heldTicks.clear();
});
document.addEventListener("htmx:confirm", (event) => {
  if (!isKeeping || event.defaultPrevented || isAutomatic(event.detail.elt)) return;
  event.preventDefault();
  afterKeeping.push(() => event.detail.issueRequest(true));
});
window.addEventListener("pageshow", showKept); // a browser restores boxes as they were
showKept();
