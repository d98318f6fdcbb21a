// Whoever signs out leaves no drafts on a computer that others use; what is not sent yet is asked about first.
(function () {
  "use strict";
  var form = document.querySelector("form[data-user]");
  if (!form || !window.localStorage) return;
  form.addEventListener("submit", function (event) {
    var mine = Object.keys(localStorage).filter(function (name) {
      return name.indexOf("mlm-draft:" + form.getAttribute("data-user") + ":") === 0;
    });
    if (mine.length && !window.confirm(form.getAttribute("data-unsent"))) event.preventDefault();
    else mine.forEach(function (name) { localStorage.removeItem(name); });
  });
})();
