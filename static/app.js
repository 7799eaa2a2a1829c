// Progressive enhancement only: every page works without this file.
const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

const csrfToken = () => find('meta[name="csrf-token"]')?.content ?? "";

// A click with a key opens a new tab or window: the browser's work, not htmx's.
document.addEventListener("click", (event) => {
  const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (modified && event.target.closest?.("a[data-hx-get]")) event.stopPropagation();
}, true);

// After a swap the focus and what was folded are as they were. Where the focus is gone, an error or
// the heading takes it, but not when a page asked automatically. What is new is spoken. An error that
// a click or a sent form caused takes the focus in any case; one that comes while someone types does
// not.
const isAutomatic = (elt) => elt.id === "follow" || elt.matches("[data-hx-trigger^=load]");
const nameOf = (node) => node.getAttribute("aria-label") ?? node.textContent.trim();
let held = null;
let folds = [];
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  held = target.contains(document.activeElement) ? document.activeElement : null;
  folds = findAll("details[id]", target);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const { id, open } of folds) document.getElementById(id)?.toggleAttribute("open", open);
});
const ERROR = "#errors, #summary, [role=alert] :is(h1, h2)[tabindex]";
const isActed = ({ type } = {}) => type === "click" || type === "submit";
const likeOf = (node, within) =>
  findAll(node.localName, within).find((each) => each.id === node.id && nameOf(each) === nameOf(node));
document.addEventListener("htmx:afterSettle", ({ detail: { target, requestConfig } }) => {
  const swapped = document.getElementById(target.id) ?? target;
  const automatic = isAutomatic(requestConfig.elt);
  const error = isActed(requestConfig.triggeringEvent) && find(ERROR, swapped);
  if (error) error.focus();
  else if ((document.activeElement ?? document.body) === document.body && (held || !automatic)) {
    const place = (held && likeOf(held, swapped))
      ?? find("#errors, #summary, h1[tabindex], h2[tabindex], .scroll, :scope > th a", swapped);
    place?.focus({ preventScroll: true });
  }
  const title = automatic && find("#next-title, #link-title", swapped)?.textContent;
  announce(title || swapped.dataset.announce, { again: !automatic });
  refreshScrollers();
  follow();
  retry();
  forgetPath();
});

// A row or a part of a page that changes in place keeps the focus.
let heldPart = null;
document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target } }) => {
  const focused = document.activeElement;
  if (target.contains(focused)) heldPart = { id: target.id, focused };
});
document.addEventListener("htmx:oobAfterSwap", ({ target: part }) => {
  if (heldPart?.id !== part.id) return;
  (likeOf(heldPart.focused, part) ?? find("th a, h2[tabindex]", part))?.focus({ preventScroll: true });
  heldPart = null;
});

// Words that are there already are spoken again where a person asked, not where the page did.
let speaking;
function announce(text, { again = false } = {}) {
  const status = document.getElementById("announce");
  if (!text || !status || (status.textContent === text && !again)) return;
  clearTimeout(speaking);
  status.textContent = "";
  speaking = setTimeout(() => { status.textContent = text; }, 50);
}

// Remove a node. Where it held the focus, another takes it, or the page does.
function removeNode(node, heir) {
  const had = node.contains(document.activeElement);
  node.remove();
  if (had) (heir?.isConnected ? heir : document.getElementById("main")).focus({ preventScroll: true });
}

// A copy button says what it copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-text]");
  if (!button) return;
  const { copy, copyText } = button.dataset;
  const { copied } = button.closest("[data-copied]").dataset;
  const done = await writeClipboard(copy ?? document.getElementById(copyText).textContent);
  const box = done && button.closest("dialog"); // it would cover the words
  if (box) box.popover ? box.hidePopover() : box.close();
  toast(done ? copied : find("#session-ends").dataset.notCopied, done ? "ok" : "bad");
  if (done) noteContact(button);
});

// What a control does for a user is noted in the contact log, once it is done.
document.addEventListener("click", ({ target }) => noteContact(target.closest?.("a[data-contact]")));
document.addEventListener("toggle", ({ target, newState }) => newState === "open" && noteContact(target), true);
async function noteContact(control) {
  const place = control?.dataset?.contact && control.closest("[data-user]");
  if (!place) return;
  const last = find(`#last-contact[data-of="${CSS.escape(place.dataset.user)}"]`);
  const body = new URLSearchParams({ kind: control.dataset.contact });
  for (const name of ["language", "situation"]) if (place.dataset[name]) body.set(name, place.dataset[name]);
  try {
    const headers = { ...asHtmx(), "HX-Target": last?.id ?? "" };
    const answer = await ask(`/users/${place.dataset.user}/contacts`, { method: "POST", headers, body, keepalive: true });
    if (!answer.ok) throw new Error(answer.status);
    if (last) last.outerHTML = await answer.text();
  } catch {
    toast(find("#session-ends").dataset.notNoted, "bad");
  }
}

async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "sr" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return copied;
}

// A question is asked in a dialog; without this file, its link opens a page that asks the same.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-ask]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.getElementById(link.dataset.ask).showModal();
});

// Toasts are in the top bar and cover nothing. A success disappears after a while, an error stays.
function toast(text, tone) {
  const toasts = document.getElementById("toasts");
  const node = document.getElementById(`toast-${tone}`)?.content.firstElementChild.cloneNode(true);
  if (!toasts || !node) return;
  find("span", node).textContent = text;
  for (const other of findAll(".toast:not([data-lost])", toasts)) dismiss(other);
  toasts.append(node);
  if (tone === "ok") fade(node);
}

function fade(node) {
  let timer;
  const start = () => { timer = setTimeout(() => dismiss(node), 5000); };
  const stop = () => clearTimeout(timer);
  node.addEventListener("pointerenter", stop);
  node.addEventListener("pointerleave", start);
  node.addEventListener("focusin", stop);
  node.addEventListener("focusout", start);
  start();
}

// The focus goes back to where it was before it went to the toasts.
let before = null;
document.addEventListener("focusin", ({ target }) => {
  if (!target.closest(".toast")) before = target;
});
const dismiss = (node) => removeNode(node, before);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-dismiss]");
  if (button) dismiss(button.closest(".toast"));
});

// The token: hidden again after a minute, gone when the page or its time is.
document.addEventListener("click", (event) => {
  const printer = event.target.closest?.("[data-print]");
  if (printer) {
    window.print();
    noteContact(printer);
  }
  if (event.target.closest?.("[data-clear]")) clearToken();
});
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("[data-reveal]") && event.target.open) {
    setTimeout(() => { event.target.open = false; }, 60000);
  }
}, true);
function clearToken() {
  const node = find("[data-token]");
  if (!node) return;
  const cleared = find("[data-cleared]");
  cleared.hidden = false;
  cleared.tabIndex = -1;
  removeNode(node, cleared);
  node.replaceChildren();
}
window.addEventListener("pagehide", () => {
  clearToken();
  find("[data-private]")?.remove();
  findAll("[data-forget]").forEach((field) => { field.value = ""; });
});
// What was revealed is masked again after a minute, asleep or awake, and when its page is hidden.
function mask() {
  const node = find("[data-masked]");
  if (!node) return;
  const url = node.dataset.masked;
  node.remove();
  location.replace(url);
}
if (find("[data-masked]")) {
  const end = Date.now() + 60000;
  setInterval(() => { if (Date.now() >= end) mask(); }, 1000);
  window.addEventListener("pagehide", () => find("[data-masked]")?.remove());
  document.addEventListener("visibilitychange", () => { if (document.hidden) mask(); });
}
// The theme is a cookie, so that the server writes it and nothing flashes.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Strict${secure}`;
});

// Back to a list: the row that was opened has the focus again. Only its id is kept.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".go th a[id]");
  if (link) history.replaceState({ ...history.state, row: link.id }, "");
});
function focusRow() {
  const link = history.state?.row && document.getElementById(history.state.row);
  if (link) link.focus({ preventScroll: true });
}

// A region takes the focus only while there is something to scroll.
function refreshScrollers() {
  for (const region of findAll(".scroll")) {
    region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1;
  }
}

window.addEventListener("resize", refreshScrollers);
window.addEventListener("pageshow", () => {
  forgetPath();
  focusRow();
  refreshScrollers();
  refreshTimes();
  findAll("form").forEach(giveBack);
  find("#errors, #summary")?.focus();
  follow();
  retry();
  countDown();
});
