// Passkeys: a form's hidden field takes what the browser answers, and the form goes as any other.
// Without this file, or without passkeys in the browser, such forms stay hidden.
const toBytes = (text) => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
};
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Browsers that can read and write JSON themselves do; for the others it is done by hand.
const withBytes = (list = []) => list.map((each) => ({ ...each, id: toBytes(each.id) }));

function readCreation(options) {
  return {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
}

function readRequest(options) {
  return {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  };
}

async function ceremony(kind, options) {
  if (kind === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? readCreation(options);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? readRequest(options);
  return navigator.credentials.get({ publicKey });
}

function written(credential) {
  if (credential.toJSON) return credential.toJSON();
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const present = parts.filter((part) => response[part]);
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(present.map((part) => [part, toText(response[part])])),
  };
}

async function fetchOptions(form) {
  const answer = await ask(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
  });
  return answer.ok && !answer.redirected ? answer.json() : null;
}

function say(form, text) {
  const error = form.querySelector("[data-passkey-error]");
  error.hidden = !text;
  error.lastElementChild.textContent = text;
}

const answered = new WeakSet(); // forms whose answer is about to be sent

async function answer(form) {
  const button = form.querySelector("button[type=submit]");
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  say(form, "");
  try {
    const options = await fetchOptions(form);
    if (!options) return location.reload(); // the page is too old for its session
    form.elements.answer.value = JSON.stringify(written(await ceremony(form.dataset.passkey, options)));
    answered.add(form);
    form.requestSubmit();
  } catch (error) {
    const known = error.name === "InvalidStateError" ? form.dataset.known : null;
    const refused = error.name === "NotAllowedError" ? form.dataset.cancelled : form.dataset.failed;
    say(form, known || refused);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.passkey || answered.delete(event.target)) return;
  event.preventDefault();
  answer(event.target);
});

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-without-passkeys]")) part.hidden = true;
}
