// Asks the telephone where it is, when its owner presses, and puts the answer into the form. Without this the page asks the same.
(function () {
  "use strict";
  var part = document.getElementById("locate");
  if (!part || !navigator.geolocation) { return; }
  var button = part.querySelector("button"), says = part.querySelector("[role=status]"), form = part.closest("form");
  part.hidden = false;
  button.addEventListener("click", function () {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(function (found) {
      form.elements.latitude.value = found.coords.latitude.toFixed(6);
      form.elements.longitude.value = found.coords.longitude.toFixed(6);
      form.elements.accuracy.value = Math.round(found.coords.accuracy);
      says.textContent = part.getAttribute("data-found") + " (± " + Math.round(found.coords.accuracy) + " m)";
      button.disabled = false;
      if (part.hasAttribute("data-sends")) { form.submit(); }
    }, function () {
      says.textContent = part.getAttribute("data-lost");
      button.disabled = false;
    }, { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 });
  });
})();
