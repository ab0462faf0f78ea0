// Keeps the check-in screen fresh without a flicker. Without JavaScript the page reloads itself.
"use strict";
(function () {
  const screen = document.getElementById("screen");
  async function refresh() {
    let again = 3;
    try {
      const answer = await fetch(screen.dataset.part, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        screen.innerHTML = await answer.text();
        again = Number(answer.headers.get("X-Again-Seconds")) || 3;
      }
    } catch (error) {
      // The network is away for a moment: the next round tries again.
    }
    setTimeout(refresh, again * 1000);
  }
  setTimeout(refresh, Number(screen.dataset.again) * 1000);
})();
