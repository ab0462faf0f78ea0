// Keeps each scan on this device until the server has answered it, however long the network is away. A scan gets an id and a time
// when it is made and is sent with these until then: sent twice, it is one check-in. One entry a scan, so two pages lose nothing.
// A kiosk keeps its scans apart (data-keep): nobody looked on, which a reviewer should know. What it says goes away by itself.
"use strict";
(function () {
  const EVERY_MILLISECONDS = 3000, AT_ONCE = 50;
  const form = document.getElementById("scanning"), said = document.getElementById("said"), waiting = document.getElementById("waiting");
  const prefix = form.dataset.keep + ":" + form.dataset.activity + ":", fadesSeconds = Number(form.dataset.fadesSeconds);
  const ahead = Date.parse(form.dataset.now) - Date.now(); // how far the server's clock is ahead of this device's
  let isSending = false, fading = 0;

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID needs https, which an office may not have
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function kept() {
    const keys = Object.keys(localStorage).filter(key => key.startsWith(prefix));
    return keys.map(key => JSON.parse(localStorage.getItem(key))).sort((one, other) => (one.at < other.at ? -1 : 1));
  }

  function show(text) {
    const count = kept().length;
    waiting.textContent = count ? form.dataset.waits + count : "";
    if (text) say(text);
  }

  function say(text) {
    said.textContent = text;
    clearTimeout(fading);
    if (fadesSeconds) fading = setTimeout(() => { said.textContent = ""; }, fadesSeconds * 1000);
  }

  async function send(isNew) {
    const scans = kept().slice(0, AT_ONCE);
    if (isSending || !scans.length) return;
    isSending = true;
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value };
      const answer = await fetch(form.dataset.scans, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify({ scans }) });
      if (answer.redirected || answer.status === 400 || answer.status === 403) {
        show(form.dataset.signedOut);
      } else if (answer.ok) {
        const { answers } = await answer.json();
        answers.forEach(one => localStorage.removeItem(prefix + one.id));
        show(answers.map(one => (one.is_in ? "✓ " : "✗ ") + one.told).slice(-3).join(" · "));
      }
    } catch (error) {
      // The network is away: everything stays kept, and the next round tries again.
      if (isNew && form.dataset.away) say(form.dataset.away);
    } finally {
      isSending = false;
      show("");
    }
  }

  form.addEventListener("submit", event => {
    event.preventDefault();
    const code = form.elements.code.value.trim();
    form.elements.code.value = "";
    form.elements.code.focus();
    if (!code) return;
    const scan = { id: newId(), code, at: new Date(Date.now() + ahead).toISOString() };
    localStorage.setItem(prefix + scan.id, JSON.stringify(scan));
    show(form.dataset.read);
    send(true);
  });
  addEventListener("online", () => send());
  setInterval(send, EVERY_MILLISECONDS);
  show(said.textContent);
  send();
})();
