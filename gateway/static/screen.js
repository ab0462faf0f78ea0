// Keeps the code at the door fresh without a flicker. Without JavaScript the page reloads itself. A kiosk's page says so when it has
// ended (410), and what to do while the network is away: the code that it shows is soon worth nothing.
"use strict";
(function () {
  const GONE = 410;
  const screen = document.getElementById("screen");
  async function refresh() {
    let again = 3;
    try {
      const answer = await fetch(screen.dataset.part, { credentials: "same-origin" });
      if (answer.status === GONE) return location.reload();
      if (answer.ok && !answer.redirected) {
        screen.innerHTML = await answer.text();
        again = Number(answer.headers.get("X-Again-Seconds")) || 3;
      }
    } catch (error) {
      // The network is away for a moment: the next round tries again.
      if (screen.dataset.away) screen.textContent = screen.dataset.away;
    }
    setTimeout(refresh, again * 1000);
  }
  setTimeout(refresh, Number(screen.dataset.again) * 1000);
})();
