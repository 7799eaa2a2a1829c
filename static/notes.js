// Notes: a key leads to the field, another saves it, and what is typed is kept as a draft.
shortcuts.n = () => {
  const field = find("main [data-draft]");
  field?.focus();
  return Boolean(field);
};
document.addEventListener("keydown", (event) => {
  const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isComposing(event);
  if (saves && event.target.matches("textarea")) event.target.form?.requestSubmit();
});

// A draft goes to the server as one types, and when the page is left.
const DRAFT_MS = 1000;
const KEEPALIVE_MAX = 60000; // bytes that a browser sends for a page that is gone
let drafting;
document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.draft) return;
  target.dataset.unsaved = "true";
  clearTimeout(drafting);
  drafting = setTimeout(saveDraft, DRAFT_MS, target);
});
document.addEventListener("focusout", ({ target }) => target.dataset?.unsaved && saveDraft(target));
for (const left of ["beforeunload", "pagehide"]) {
  window.addEventListener(left, () => findAll("[data-unsaved]").forEach(saveDraft));
}
async function saveDraft(field) {
  if (!field.isConnected || !field.dataset.unsaved) return;
  delete field.dataset.unsaved;
  const told = document.getElementById("draft");
  const revision = field.form.elements.revision?.value ?? "";
  const body = new URLSearchParams({ revision, [field.name]: field.value });
  const keepalive = body.toString().length < KEEPALIVE_MAX;
  try {
    const answer = await ask(field.dataset.draft, { method: "POST", headers: asHtmx(), body, keepalive });
    if (answer.status === 401) return leave(answer.headers.get("HX-Redirect") ?? ends.dataset.login);
    if (answer.status !== 200 && answer.status !== 422) throw new Error("not saved");
    told.textContent = (await answer.text()).trim();
  } catch {
    field.dataset.unsaved = "true";
    told.textContent = told.dataset.failed;
  }
}
