// The focus stays in the palette's box, the arrow keys choose an option of its list. The server writes
// the options: links and buttons that a page has too.
let dialogs = null;
async function dialog(id) {
  dialogs ??= loadDialogs().catch((error) => { dialogs = null; throw error; });
  await dialogs;
  return document.getElementById(id);
}
async function loadDialogs() {
  const answer = await ask(opener.dataset.dialogs, { headers: { "HX-Request": "true" } });
  if (answer.status === 401) await leave(ends.dataset.login);
  if (!answer.ok) throw new Error(answer.status);
  await addDialogs(await answer.text());
}
async function addDialogs(text) {
  document.body.insertAdjacentHTML("beforeend", text);
  htmx.process(document.getElementById("palette"));
  const style = find("body > link[rel=stylesheet]");
  if (!style.sheet) await new Promise((done) => { style.onload = style.onerror = done; });
}
async function openDialog(id) {
  const found = find("dialog[open]") ? null : await dialog(id);
  if (!found || find("dialog[open]")) return null;
  found.showModal();
  return found;
}

const paletteBox = () => document.getElementById("palette-q");
const options = () => findAll("#palette [role=option]");
const chosen = () => find("#palette [aria-selected=true]");
let isStale = true; // the list is not yet of what is in the box
let goes = false; // Enter was pressed meanwhile
async function togglePalette() {
  const open = find("#palette[open]");
  if (open) open.close();
  const opened = !open && await openDialog("palette");
  const ahead = typedAhead;
  typedAhead = null;
  if (!opened) return;
  const box = paletteBox();
  box.value = ahead.text;
  isStale = true;
  goes = ahead.goes;
  box.dataset.hxVals = JSON.stringify({ user: opener.dataset.user ?? "" });
  htmx.trigger(box, "refresh");
}
function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  paletteBox().setAttribute("aria-activedescendant", option?.id ?? "");
}
function go() {
  if (isStale) goes = true;
  else chosen()?.click();
}
function chooseNext(step) {
  const all = options();
  choose(all.at((all.indexOf(chosen()) + step) % all.length));
}
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "palette-q" || isComposing(event)) return;
  const act = { ArrowDown: () => chooseNext(1), ArrowUp: () => chooseNext(-1), Enter: go };
  if (!act[event.key]) return;
  event.preventDefault();
  act[event.key]();
});
document.addEventListener("input", ({ target }) => {
  if (target.id === "palette-q") isStale = true;
});
document.addEventListener("htmx:afterSettle", ({ detail: { target, requestConfig } }) => {
  if (target.id !== "palette-list") return;
  isStale = requestConfig.formData.get("q") !== paletteBox().value;
  choose(options()[0]);
  if (goes && !isStale) go();
  document.getElementById("palette-status").textContent = find("#palette [data-said]").textContent;
});
// An option does what it would do on its page, so the palette closes first.
document.addEventListener("click", (event) => {
  if (event.target.id === "palette") event.target.close(); // what is around it
  const option = event.target.closest?.("#palette [role=option]");
  if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
  option.closest("dialog").close();
  if (!("find" in option.dataset)) return;
  searchBox().value = option.dataset.find || paletteBox().value; // a token is not sent back
  searchBox().form.requestSubmit();
}, true);

async function goTo(key) {
  await dialog("shortcuts");
  find(`#shortcuts [data-go=${CSS.escape(key)}]`)?.click();
}

// An empty search box offers the users that were opened last. The arrow keys lead into their list.
const recents = () => document.getElementById("recent-users");
let recentsAsked = 0; // an answer that comes after they were put away is dropped
function putRecentsAway() {
  recentsAsked += 1;
  recents()?.remove();
}
async function offerRecents() {
  if (recents() || "quiet" in searchBox().dataset) return;
  recentsAsked += 1;
  const asked = recentsAsked;
  const { dataset } = await dialog("palette");
  const headers = { "HX-Request": "true", "HX-Target": "recent-users" };
  const answer = await ask(dataset.recent, { headers });
  const text = answer.status === 200 ? await answer.text() : "";
  if (asked !== recentsAsked || !isRecents()) return;
  searchBox().closest(".search").insertAdjacentHTML("beforeend", text);
  if (!find("#recent-users a")) recents()?.remove();
}
document.addEventListener("focusin", ({ target }) => {
  if (target !== searchBox() && !recents()?.contains(target)) putRecentsAway();
});
document.addEventListener("focusout", ({ target }) => {
  if (target === searchBox()) delete target.dataset.quiet;
});
document.addEventListener("input", ({ target }) => {
  if (target === searchBox()) putRecentsAway();
});
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const isNear = recents() && (target === searchBox() || recents().contains(target));
  if (!isNear || isComposing(event)) return;
  const stops = [searchBox(), ...findAll("#recent-users a")];
  const place = stops.indexOf(target);
  const next = { ArrowDown: stops[place + 1], ArrowUp: stops[place - 1], Escape: stops[0] }[key];
  if (!next) return;
  event.preventDefault();
  if (key === "Escape") next.dataset.quiet = "true"; // until the focus leaves the box
  next.focus();
  if (key === "Escape") putRecentsAway();
});
