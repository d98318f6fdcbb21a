// The counter by keyboard: Ctrl+Enter enters, Enter in the number's field looks it up, and a suggestion fills its field.
// Without this file the same buttons are pressed, and the server fills the field.
(function () {
  "use strict";
  var form = document.getElementById("counter");
  if (!form) return;
  var keys = document.getElementById("counter-keys");
  if (keys) keys.hidden = false;
  if (!document.getElementById("errors")) form.elements.arrival.focus();

  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.target.name === "phone") {
      event.preventDefault();
      form.querySelector("button[name=look]").click();
    }
  });

  form.addEventListener("click", function (event) {
    var button = event.target.closest("button[name=use]");
    if (!button) return;
    event.preventDefault();
    var field = form.elements[button.hasAttribute("data-code") ? "category" : "place"];
    field.value = button.getAttribute("data-code") || button.getAttribute("data-place");
    field.focus();
  });
})();
