// Progressive enhancement only: every page works without this file.
const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

// htmx keeps no page of ours: neither snapshots (historyCacheSize 0) nor the last path.
const forgetPath = () => sessionStorage.removeItem("htmx-current-path-for-history");

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});
const csrfToken = () => find('meta[name="csrf-token"]')?.content ?? "";

// A click with a key opens a new tab or window: the browser's work, not htmx's.
document.addEventListener("click", (event) => {
  const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (modified && event.target.closest?.("a[hx-get]")) event.stopPropagation();
}, true);

// Enter sends the search at once: what was just typed is not sent a second time.
document.addEventListener("submit", ({ target }) => {
  for (const box of findAll("[type=search]", target)) box.dataset.asked = box.value;
});
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (triggeringEvent?.type === "input" && elt.dataset.asked === elt.value) event.preventDefault();
});

// While a request runs, what it will replace is busy; after 300 ms it also looks so.
document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
  forgetPath();
});
document.addEventListener("htmx:sendError", () => toast(wording("failed"), "bad"));

// After a swap: the control keeps the focus, an error takes it, the new count is spoken.
document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = document.getElementById(event.detail.target.id) ?? event.detail.target;
  if (document.activeElement === document.body || !document.activeElement) {
    find("#errors, #summary, h1[tabindex], h2[tabindex], .scroll", swapped)?.focus({ preventScroll: true });
  }
  if (swapped.dataset.announce) announce(swapped.dataset.announce);
  refreshScrollers();
  follow();
  forgetPath();
});

const announce = (text) => {
  const status = document.getElementById("announce");
  if (status && status.textContent !== text) status.textContent = text;
};

// Copy buttons.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const copied = await writeClipboard(button.dataset.copy);
  toast(wording(copied ? "copied" : "notCopied"), copied ? "ok" : "bad");
});

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

const wording = (name) => document.getElementById("session-ends")?.dataset[name] ?? "";

// Toasts stand in the top bar, over nothing. A success goes by itself, an error stays.
function toast(text, tone) {
  const toasts = document.getElementById("toasts");
  const node = document.getElementById(`toast-${tone}`)?.content.firstElementChild.cloneNode(true);
  if (!toasts || !node) return;
  find("span", node).textContent = text;
  toasts.replaceChildren(node);
  if (tone === "ok") fade(node);
}

function fade(node) {
  let timer;
  const start = () => { timer = setTimeout(() => node.remove(), 5000); };
  const stop = () => clearTimeout(timer);
  node.addEventListener("pointerenter", stop);
  node.addEventListener("pointerleave", start);
  node.addEventListener("focusin", stop);
  node.addEventListener("focusout", start);
  start();
}

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest(".toast").remove();
});

// A form that acts is sent once: its button says what it is doing. An answer brings a new form.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.once) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "true";
  const button = find("button[type=submit]", form);
  form.dataset.label = button.lastChild.textContent;
  button.lastChild.textContent = form.dataset.once;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
}, true);
function giveBack(form) {
  if (!form.dataset.sent) return;
  delete form.dataset.sent;
  const button = find("button[type=submit]", form);
  button.lastChild.textContent = form.dataset.label;
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
}
document.addEventListener("htmx:sendError", () => findAll("form[data-once]").forEach(giveBack));

// A page that awaits something asks again, ever less often, and only while it is seen.
const PATIENT_S = 60;
function follow(wait) {
  const node = find("#follow:not([data-armed])");
  if (!node) return;
  node.dataset.armed = "true";
  setTimeout(() => whenSeen(() => node.isConnected && htmx.trigger(node, "follow")),
    1000 * (wait ?? Number(node.dataset.follow)));
}
function whenSeen(act) {
  if (!document.hidden) return act();
  document.addEventListener("visibilitychange", () => whenSeen(act), { once: true });
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id !== "follow" || event.detail.successful) return;
  delete event.detail.elt.dataset.armed;
  follow(PATIENT_S);
});

// The token: copied from its text, hidden again after a minute, gone when the page or its time is.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy-text]");
  if (!button) return;
  const copied = await writeClipboard(document.getElementById(button.dataset.copyText).textContent);
  toast(wording(copied ? "copied" : "notCopied"), copied ? "ok" : "bad");
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
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
  node.replaceChildren();
  node.remove();
  find("[data-cleared]").hidden = false;
}
window.addEventListener("pagehide", () => {
  clearToken();
  findAll("[data-forget]").forEach((field) => { field.value = ""; });
});
const openedAt = Date.now(); // what has gone by is counted from here: this clock may be wrong
function countDown() {
  const timer = find("[data-expires]");
  if (!timer) return;
  const whole = Date.parse(timer.dataset.expires) - Date.parse(timer.dataset.now);
  const left = Math.ceil((whole - (Date.now() - openedAt)) / 1000);
  if (left <= 0) {
    timer.textContent = timer.dataset.over;
    clearToken();
    return;
  }
  const pad = (number) => String(number).padStart(2, "0");
  timer.textContent = `${pad(Math.floor(left / 60))}:${pad(left % 60)}`;
  const spoken = find("[data-spoken]");
  if (spoken && left % 60 === 0) spoken.textContent = `${left / 60} ${spoken.dataset.spoken}`;
  setTimeout(countDown, 1000 - (Date.now() % 1000));
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

// `/` goes to the search, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
  const search = document.getElementById("users-q") ?? document.getElementById("find");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
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

// Relative times go on.
const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" });
const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
function refreshTimes() {
  for (const time of findAll("time[data-ago]")) {
    const gone = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
    if (gone > 30 * 86400) continue;
    const [unit, size] = units.find(([, seconds]) => gone >= seconds) ?? units.at(-1);
    const text = relative.format(-Math.floor(gone / size), unit);
    if (time.textContent !== text) time.textContent = text;
  }
}

// A region takes the focus only while there is something to scroll.
function refreshScrollers() {
  for (const region of findAll(".scroll")) {
    region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1;
  }
}

// The session: a warning two minutes before its end, wherever the last click was made.
const ends = document.getElementById("session-ends");
const WARN_S = 120;

async function session(method = "GET") {
  const answer = await fetch(ends.dataset.url, {
    method,
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", "HX-Current-URL": location.href },
  });
  if (answer.status === 401) {
    location.assign(await keepTyped() ?? answer.headers.get("HX-Redirect") ?? ends.dataset.login);
  }
  return answer.ok ? answer.json() : null;
}

// The session is over: what was typed is brought to the server, which keeps it for its owner.
async function keepTyped() {
  const form = findAll("main form[method=post]").find((each) => [...each.elements].some(isTyped));
  if (!form) return null;
  const sent = new URLSearchParams(new FormData(form));
  for (const secret of findAll("[type=password], [data-forget]", form)) sent.delete(secret.name);
  sent.set("sent_to", form.getAttribute("action"));
  const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true", "HX-Current-URL": location.href };
  const answer = await fetch(ends.dataset.keep, { method: "POST", headers, body: sent }).catch(() => null);
  return answer?.headers.get("HX-Redirect");
}
function isTyped(input) {
  if (input.options) return [...input.options].some((each) => each.selected !== each.defaultSelected);
  if (input.type === "hidden") return false;
  return input.value !== input.defaultValue || input.checked !== input.defaultChecked;
}

async function watchSession() {
  const left = await session().catch(() => null);
  const seconds = left?.ends_in_s ?? WARN_S + 60;
  if (seconds > WARN_S) {
    if (ends.open) ends.close();
    setTimeout(watchSession, Math.min(seconds - WARN_S, 3600) * 1000);
    return;
  }
  for (const part of findAll("[data-can-stay]", ends)) part.hidden = !left.can_stay;
  for (const part of findAll("[data-cannot-stay]", ends)) part.hidden = left.can_stay;
  if (!ends.open && !ends.dataset.closed) ends.showModal();
  setTimeout(watchSession, Math.min(Math.max(seconds, 1), 15) * 1000);
}

ends?.addEventListener("click", async (event) => {
  if (event.target.closest("[data-stay]")) {
    await session("POST");
    ends.close();
  }
  if (event.target.closest("[data-close]")) {
    ends.dataset.closed = "true";
    ends.close();
  }
});

window.addEventListener("resize", refreshScrollers);
window.addEventListener("pageshow", () => {
  forgetPath();
  focusRow();
  refreshScrollers();
  refreshTimes();
  findAll("form[data-once]").forEach(giveBack);
  find("#errors, #summary")?.focus();
  follow();
  countDown();
});
setInterval(refreshTimes, 5000);
if (ends) setTimeout(watchSession, 1000 * Number(ends.dataset.first ?? 60));
