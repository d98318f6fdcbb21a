// The receipt's link holds number and code behind the #, which browsers keep to themselves. Put both into the form and
// send it, and take them out of the address, so that neither history nor a neighbour's glance keeps them.
(function () {
  "use strict";
  var form = document.getElementById("open");
  var parts = window.location.hash.slice(1).split(".");
  if (form && parts.length === 2) {
    window.history.replaceState(null, "", window.location.pathname);
    form.elements.reference.value = parts[0];
    form.elements.code.value = parts[1];
    form.submit();
  }
  var button = document.querySelector("[data-print]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  }
})();
