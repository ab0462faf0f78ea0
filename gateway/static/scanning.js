// Keeps each scan on this device until the server has answered it, however long the network is away. A scan gets an id and a time
// when it is made and is sent with these until then: sent twice, it is one check-in. One entry a scan, so two pages lose nothing.
// A kiosk keeps its scans apart (data-keep): nobody looked on, which a reviewer should know. What it says goes away by itself.
"use strict";
(function () {
  const EVERY_MILLISECONDS = 3000, AT_ONCE = 50, TOLD_AT_ONCE = 3;
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

  function count() {
    const number = kept().length;
    waiting.textContent = number ? form.dataset.waits + number : "";
  }

  function say(notes) {
    said.replaceChildren(...notes.map(noteOf));
    fade();
  }

  function fade() {
    clearTimeout(fading);
    if (fadesSeconds) fading = setTimeout(() => said.replaceChildren(), fadesSeconds * 1000);
  }

  function noteOf({ mark, text }) { // as the macro `told` does
    const note = document.createElement("p"), kind = { "✗": " note-stop", "…": " note-wait" }[mark] || "";
    note.className = "note told" + kind;
    note.innerHTML = "<span></span> <span></span>";
    note.firstChild.textContent = mark;
    note.lastChild.textContent = text;
    return note;
  }

  async function send(isNew) {
    const scans = kept().slice(0, AT_ONCE);
    if (isSending || !scans.length) return;
    isSending = true;
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value };
      const answer = await fetch(form.dataset.scans, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify({ scans }) });
      if (answer.redirected || answer.status === 400 || answer.status === 403) {
        say([{ mark: "✗", text: form.dataset.signedOut }]);
      } else if (answer.ok) {
        const { answers } = await answer.json();
        answers.forEach(one => localStorage.removeItem(prefix + one.id));
        if (answers.length) say(answers.slice(-TOLD_AT_ONCE).map(one => ({ mark: one.is_in ? "✓" : "✗", text: one.told })));
      }
    } catch (error) {
      // The network is away: everything stays kept, and the next round tries again.
      if (isNew && form.dataset.away) say([{ mark: "…", text: form.dataset.away }]);
    } finally {
      isSending = false;
      count();
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
    if (form.dataset.read) say([{ mark: "…", text: form.dataset.read }]);
    count();
    send(true);
  });
  addEventListener("online", () => send());
  setInterval(send, EVERY_MILLISECONDS);
  fade();
  count();
  send();
})();
