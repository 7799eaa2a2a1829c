// Only what this application sent may replace a page. Each of its answers carries a header with the
// server's time. A proxy's error page, another log-in page, an empty answer or none at all leaves
// the page and what was typed in it as they are, and says so.
const OURS = "X-Dashboard";
const LIMIT_MS = { read: 20000, write: 40000 }; // longer than the server's own deadlines
const kindOf = (method) => (method.toLowerCase() === "get" ? "read" : "write");
function isOurs(time) {
  const at = Number.parseInt(time, 10); // a proxy may repeat it: "1, 1"
  if (at) keepTime(at);
  return Boolean(at);
}

// Fetch from this application, or throw.
async function ask(url, { method = "GET", ...options } = {}) {
  const signal = AbortSignal.timeout(LIMIT_MS[kindOf(method)]);
  const answer = await fetch(url, { method, signal, ...options });
  if (!isOurs(answer.headers.get(OURS))) throw new Error("not an answer of this application");
  return answer;
}

function tellLost(kind, address = location.href) {
  showLoading(false);
  const toasts = document.getElementById("toasts");
  const node = document.getElementById(`lost-${kind}`)?.content.firstElementChild.cloneNode(true);
  if (!toasts || !node) return;
  forgetLost(kind);
  const link = find("a", node);
  if (link) Object.assign(link, { href: address }, kind === "write" && { target: "_blank", rel: "noopener" });
  toasts.append(node);
}
function forgetLost(kind = "read") {
  const node = find(`#toasts [data-lost=${CSS.escape(kind)}]`);
  if (node) dismiss(node);
}

// What htmx asks for. A listener of its own on each element: one that has left the page since
// would tell the document nothing.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
  detail.timeout = LIMIT_MS[kindOf(detail.verb)];
});
document.addEventListener("htmx:beforeSend", ({ detail: { elt } }) => {
  elt.addEventListener("htmx:beforeOnLoad", refuseForeign);
  elt.addEventListener("htmx:sendError", lost);
  elt.addEventListener("htmx:timeout", lost);
});
function refuseForeign(event) {
  const { elt, xhr, pathInfo } = event.detail;
  if (event.currentTarget !== elt) return; // an element around the one that asked
  const asked = new URL(pathInfo.finalRequestPath, location.href);
  asked.hash = "";
  // Ours leads elsewhere by a header, never by a redirect.
  if (isOurs(xhr.getResponseHeader(OURS)) && xhr.responseURL === asked.href) return forgetLost();
  event.preventDefault();
  lost(event);
}
function lost({ currentTarget, detail: { elt, requestConfig } }) {
  if (currentTarget !== elt) return;
  const form = elt.closest("form[data-once]");
  if (form) giveBack(form);
  release(elt);
  if (elt.dataset.lost) return; // it asks automatically, and has told once
  if (elt.id === "follow") elt.dataset.lost = "true";
  tellLost(kindOf(requestConfig.verb), form?.dataset.check);
}

// While a request runs, what it will replace is busy; after 300 ms it also looks so. After 100 ms a
// bar below the top bar shows that something a person asked for is on its way.
document.addEventListener("htmx:beforeRequest", ({ detail: { elt, target } }) => {
  target?.setAttribute("aria-busy", "true");
  if (!isAutomatic(elt)) showLoading(true);
  press(elt);
});
document.addEventListener("htmx:afterRequest", ({ detail: { target } }) => {
  target?.removeAttribute("aria-busy");
  showLoading(false);
  forgetPath();
});

// The chip or tab that was pressed is the current one immediately.
function press(elt) {
  const before = elt.matches(".chips a, .tabs a") && find("[aria-current]", elt.parentElement);
  if (!before || before === elt) return;
  elt.setAttribute("aria-current", before.getAttribute("aria-current"));
  before.removeAttribute("aria-current");
  elt.pressedAfter = before;
}
function release(elt) {
  if (!elt.pressedAfter) return;
  elt.pressedAfter.setAttribute("aria-current", elt.getAttribute("aria-current"));
  elt.removeAttribute("aria-current");
}

// The bar while a whole page is on its way. A file leaves this page as it is, so it shows none.
function showLoading(is) {
  root.toggleAttribute("data-loading", is);
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const stays = !link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey
    || link.target === "_blank" || "file" in link.dataset
    || link.origin !== location.origin || link.getAttribute("href").startsWith("#");
  if (!stays) showLoading(true);
});
window.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && !("file" in event.target.dataset)) showLoading(true);
});
for (const ended of ["pageshow", "pagehide"]) window.addEventListener(ended, () => showLoading(false));

// htmx keeps no page of ours: neither snapshots (historyCacheSize 0) nor the last path.
const forgetPath = () => sessionStorage.removeItem("htmx-current-path-for-history");

// Back and Forward load such a page whole: not before the dashboard is known to answer.
const position = () => window.navigation?.currentEntry?.index ?? 0;
let shown = position();
document.addEventListener("htmx:pushedIntoHistory", () => { shown = position(); });
window.addEventListener("popstate", async (event) => {
  if (!event.state?.htmx) return;
  event.stopImmediatePropagation();
  if (position() === shown && window.navigation) return; // brought back, see below
  try {
    await isThere();
    location.reload();
  } catch {
    if (window.navigation) history.go(shown - position());
    tellLost("read");
  }
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
  const button = event.submitter ?? find("button[type=submit]", form);
  form.dataset.label = button.lastChild.textContent;
  button.lastChild.textContent = form.dataset.once;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
}, true);

// A form that brings a whole page is sent once the dashboard is known to answer, and has an end.
async function sendWhole(form, submitter) {
  try {
    if (ends) await isThere();
    waitFor(form);
    keepPressed(form, submitter);
    form.submit();
  } catch {
    form.closest("dialog")?.close();
    giveBack(form);
    tellLost("unsent");
  }
}
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (!ends) return waitFor(form);
  event.preventDefault();
  sendWhole(form, event.submitter);
});
// Without this, a form that a script sends would say nothing of the button that was pressed.
function keepPressed(form, button) {
  if (!button?.name) return;
  form.addEventListener("formdata", ({ formData }) => formData.append(button.name, button.value), { once: true });
}
const isThere = () => ask(ends.dataset.url, { headers: { "HX-Request": "true" } });
// A page that comes ends the wait. A file leaves this page as it is: a cookie that comes with it does.
function waitFor(form) {
  stopWaiting(form);
  form.waits = setTimeout(() => giveUp(form), LIMIT_MS.write);
  const before = fileBegan();
  if (isFile(form)) form.looks = setInterval(() => fileBegan() !== before && stopWaiting(form), 250);
}
const isFile = (form) => "file" in form.dataset;
const fileBegan = () => /-file=(\d+)/.exec(document.cookie)?.[1];
function stopWaiting(form) {
  clearTimeout(form.waits);
  clearInterval(form.looks);
}
function giveUp(form) {
  window.stop();
  giveBack(form);
  tellLost(isFile(form) ? "file" : "write", form.dataset.check);
}
function giveBack(form) {
  stopWaiting(form);
  form.closest("dialog")?.close(); // it would cover the words
  if (!form.dataset.sent) return;
  delete form.dataset.sent;
  const button = find("button[aria-busy]", form);
  button.lastChild.textContent = form.dataset.label;
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
}

// A page that awaits something asks again, ever less often, and only while it is seen.
const PATIENT_S = 60;
function follow(wait) {
  const node = find("#follow:not([data-armed])");
  if (!node) return;
  node.dataset.armed = "true";
  setTimeout(() => whenSeen(() => whenRead(() => node.isConnected && htmx.trigger(node, "follow"))),
    1000 * (wait ?? Number(node.dataset.follow)));
}
function whenSeen(act) {
  if (!document.hidden) return act();
  document.addEventListener("visibilitychange", () => whenSeen(act), { once: true });
}
// What is open in a part that changes would close with it.
function whenRead(act) {
  if (!find("main :popover-open")) return act();
  document.addEventListener("toggle", () => whenRead(act), { once: true, capture: true });
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id !== "follow" || event.detail.successful) return;
  delete event.detail.elt.dataset.armed;
  follow(PATIENT_S);
});

// While the API is unavailable, its card counts down and asks again, as a poll: that keeps no session
// alive, and nothing is replaced while someone is in a field.
function retry() {
  const node = find("[data-retry]:not([data-armed])");
  if (!node) return;
  node.dataset.armed = "true";
  let left = Number(node.dataset.retry);
  const timer = setInterval(() => {
    if (left > 0) node.textContent = node.dataset.counting.replace("{}", left);
    left -= 1;
    if (left >= 0) return;
    clearInterval(timer);
    whenSeen(() => node.isConnected && askAgain(node));
  }, 1000);
}
async function askAgain(node) {
  const { url, trying } = node.dataset;
  node.textContent = trying;
  const isInField = document.activeElement?.matches("main :is(input, select, textarea), .top input");
  const headers = { "HX-Request": "true", "HX-Target": "follow" };
  const answer = isInField ? null : await ask(url, { headers }).catch(() => null);
  if (answer?.ok) return location.assign(url);
  delete node.dataset.armed;
  retry();
}

// The session: a warning two minutes before its end, wherever the last click was made.
const ends = document.getElementById("session-ends");
const WARN_S = 120;
const asHtmx = () => ({ "X-CSRFToken": csrfToken(), "HX-Request": "true", "HX-Current-URL": location.href });

async function session(method = "GET") {
  const answer = await ask(ends.dataset.url, { method, headers: asHtmx() });
  if (answer.status === 401) await leave(answer.headers.get("HX-Redirect") ?? ends.dataset.login);
  return answer.ok ? answer.json() : null;
}

// The session is over: what was typed is brought to the server, which keeps it for its owner.
async function leave(logIn) {
  const form = findAll("main form[method=post]").find((each) => [...each.elements].some(isTyped));
  if (!form) return location.assign(logIn);
  const sent = new URLSearchParams(new FormData(form));
  for (const secret of findAll("[type=password], [data-forget]", form)) sent.delete(secret.name);
  sent.set("sent_to", form.getAttribute("action"));
  try {
    const answer = await ask(ends.dataset.keep, { method: "POST", headers: asHtmx(), body: sent });
    location.assign(answer.headers.get("HX-Redirect") ?? logIn);
  } catch {
    tellLost("form", logIn);
  }
}
function isTyped(input) {
  if (input.options) {
    const options = [...input.options];
    const first = !input.multiple && !options.some((each) => each.defaultSelected) && options[0];
    return options.some((each) => each.selected !== (each.defaultSelected || each === first));
  }
  if (input.type === "hidden" || input.localName === "button") return false;
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
    const stays = await session("POST").catch(() => null);
    find("[data-not-extended]", ends).hidden = Boolean(stays);
    if (stays) ends.close();
  }
  if (event.target.closest("[data-close]")) {
    ends.dataset.closed = "true";
    ends.close();
  }
});
if (ends) setTimeout(watchSession, 1000 * Number(ends.dataset.first ?? 60));
