// A scanner types to wherever the focus is. Nobody stands beside a kiosk who would put it back into the field, so it goes there by
// itself: at once when somebody types, and soon after they have touched something else.
"use strict";
(function () {
  const REST_MILLISECONDS = 4000, EVERY_MILLISECONDS = 1000;
  const field = document.getElementById("scanning").elements.code;
  let touchedAt = 0;

  function isTyped(event) {
    return event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
  }

  addEventListener("pointerdown", () => { touchedAt = Date.now(); });
  addEventListener("keydown", event => {
    touchedAt = Date.now();
    if (isTyped(event)) field.focus(); // what is typed now goes into it already
  });
  setInterval(() => {
    if (document.activeElement !== field && Date.now() - touchedAt > REST_MILLISECONDS) field.focus();
  }, EVERY_MILLISECONDS);
})();
