// Passkeys on the sign-in page and on the user's own page. Both pages are whole without this file; it shows what needs
// it, asks the device, and sends the answer with the form of the page. Every word comes with the page.
(() => {
  "use strict";
  const octets = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (it) => it.charCodeAt(0));
  const text = (octets) => btoa(String.fromCharCode(...new Uint8Array(octets))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const listed = (list) => (list ?? []).map((it) => ({ ...it, id: octets(it.id) }));

  // A challenge is of no use after ten minutes; one that waits in the list of suggestions is made anew before.
  const FRESH = 8 * 60 * 1000;

  const say = (form, words) => {
    const place = form.querySelector("[role=alert]");
    place.textContent = words;
    place.hidden = !words;
  };

  const asked = async (form) => {
    const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" });
    const body = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(body.error), { words: body.error });
    return body;
  };

  const send = (form, state, credential, response) => {
    form.elements.state.value = state;
    form.elements.credential.value = JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
    form.submit();
  };

  const signIn = async (form, mediation, signal) => {
    const { options, state } = await asked(form);
    const publicKey = { ...options, challenge: octets(options.challenge), allowCredentials: listed(options.allowCredentials) };
    const credential = await navigator.credentials.get({ publicKey, mediation, signal });
    const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
    send(form, state, credential, {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle && text(userHandle),
    });
  };

  const make = async (form) => {
    const { options, state } = await asked(form);
    const publicKey = {
      ...options,
      challenge: octets(options.challenge),
      user: { ...options.user, id: octets(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    };
    const credential = await navigator.credentials.create({ publicKey });
    const { attestationObject, clientDataJSON } = credential.response;
    send(form, state, credential, { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) });
  };

  const visible = () => new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    look();
  });

  // Passkeys among the suggestions for the address, where the browser can do so.
  let suggesting = null;
  const suggest = async (form) => {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    for (let late = true; late;) {
      await visible();
      late = false;
      const round = new AbortController();
      suggesting = round;
      const timer = setTimeout(() => { late = true; round.abort(); }, FRESH);
      try {
        await signIn(form, "conditional", round.signal);
      } catch {
        // Nobody asked for it; the button says what does not work.
      }
      clearTimeout(timer);
    }
  };

  const press = (form, act) => form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    say(form, "");
    button.disabled = true;
    try {
      await act(form);
    } catch (error) {
      say(form, error.words ?? ((error.name === "InvalidStateError" && form.dataset.known) || form.dataset.failed));
      button.disabled = false;
      button.focus();
    }
  });

  if (!globalThis.PublicKeyCredential || !globalThis.isSecureContext) return;
  const entering = document.getElementById("passkey");
  if (entering) {
    entering.hidden = false;
    press(entering, (form) => { suggesting?.abort(); return signIn(form); });
    if ("suggest" in entering.dataset) suggest(entering);
  }
  const making = document.getElementById("passkey-new");
  if (making) {
    making.hidden = false;
    document.getElementById("passkey-without").hidden = true;
    press(making, make);
  }
})();
