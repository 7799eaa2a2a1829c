// Filters of a list. What may be a secret is posted, so that it is in no address.
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, formData } = event.detail;
  const form = verb === "get" && find("form[data-secrets]");
  if (!form) return;
  const secret = new RegExp(form.dataset.secrets);
  const typed = findAll("input[type=search]", form).map(({ name }) => formData.get(name) ?? "");
  if (!typed.some((text) => secret.test(text))) return;
  event.preventDefault();
  sendWhole(form);
});

// What is typed and not sent stays when the answer to something else comes.
let unsent = [];
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  unsent = findAll("input[type=search][id]", target).filter((box) => box.value !== box.defaultValue);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const { id, value } of unsent.splice(0)) {
    const box = document.getElementById(id);
    if (box) box.value = value;
  }
});
