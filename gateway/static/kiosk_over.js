// Says what a kiosk that has ended could not send, and where to go on with it. It stays on the device until then (scanning.js).
"use strict";
(function () {
  const note = document.getElementById("kept"), link = note.querySelector("a");
  const kept = Object.keys(localStorage).filter(key => key.startsWith("kiosk:"));
  if (!kept.length) return;
  const activity = kept[0].split(":")[1];
  note.querySelector("strong").textContent = kept.length;
  link.href = link.dataset.leadsTo.replace("ACTIVITY", activity);
  note.hidden = false;
})();
