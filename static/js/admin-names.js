// Gives the fields in which one searches for an office or a person the name that stands beside them: without this a
// screen reader hears of a list, but not of which.
(function () {
  "use strict";
  function nameEach() {
    document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
      var label = document.querySelector('label[for="' + select.id + '"]');
      var shown = select.nextElementSibling;
      if (!label || !shown) return;
      label.id = label.id || select.id + "_label";
      shown.querySelectorAll("[role=combobox], [role=textbox]").forEach(function (part) {
        part.setAttribute("aria-labelledby", (label.id + " " + (part.getAttribute("aria-labelledby") || "")).trim());
      });
    });
  }
  // This file is deferred, so it queues behind what builds the fields.
  if (window.django && window.django.jQuery) window.django.jQuery(nameEach);
})();
