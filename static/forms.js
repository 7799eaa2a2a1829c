// A field that was edited is checked when it is left, and its error goes once it is fixed. The
// texts come with the page. The server knows more, and has the last word.
function wrong(input) {
  const { missing, wrong: text } = input.dataset;
  if (input.validity.badInput || (input.value.trim() && input.validity.patternMismatch)) return text ?? "";
  return input.value.trim() ? "" : missing ?? "";
}

function tell(input, text) {
  const id = `${input.id}-error`;
  const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  document.getElementById(id)?.remove();
  if (text) {
    const error = find("#field-error").content.firstElementChild.cloneNode(true);
    error.id = id;
    find("span", error).textContent = text;
    input.closest(".field").append(error);
    others.push(id);
    announce(`${input.labels[0].firstChild.textContent.trim()}: ${text}`);
  }
  input.toggleAttribute("data-told", Boolean(text));
  setOrRemove(input, "aria-invalid", text && "true");
  setOrRemove(input, "aria-describedby", others.join(" "));
  if (!find("[aria-invalid]", input.form)) find("#errors", input.form)?.remove();
}

function setOrRemove(node, name, value) {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}

const checked = (target) => target.matches?.("form[novalidate] .field :is(input, select)[id]");

document.addEventListener("input", ({ target: input }) => {
  if (!checked(input)) return;
  input.dataset.edited = "true";
  const changed = "told" in input.dataset || input.value !== input.defaultValue;
  if (input.hasAttribute("aria-invalid") && changed && !wrong(input)) tell(input, "");
});

// Not while a button is being pressed: an error that comes in between would move it away.
let pressed = false;
document.addEventListener("pointerdown", () => { pressed = true; }, true);
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => { pressed = false; }, true);
}
document.addEventListener("focusout", ({ target: input }) => {
  if (!checked(input) || !input.dataset.edited) return;
  const check = () => {
    const text = wrong(input);
    if (text && input.isConnected) tell(input, text);
  };
  const later = () => setTimeout(check); // a swap that takes the field away comes first
  if (pressed) document.addEventListener("pointerup", later, { once: true });
  else later();
});
