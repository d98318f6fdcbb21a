// Keys for one who works with the list all day: j k Enter x a / ?. Without this file the list does all the same by
// pressing and ticking. Keys act only while nothing is being typed, and not at all once switched off (WCAG 2.1.4).
(function () {
  "use strict";
  var table = document.querySelector(".mlm-list");
  var help = document.getElementById("keys");
  var helpLink = document.getElementById("keys-help");
  var ticked = document.getElementById("ticked");

  function showHelp() {
    if (help && help.showModal) {
      help.showModal();
      return true;
    }
    return false;
  }

  if (helpLink) {
    helpLink.addEventListener("click", function (event) {
      if (showHelp()) event.preventDefault();
    });
  }

  function countTicked() {
    if (ticked) {
      var number = table.querySelectorAll("input[name=task]:checked").length;
      ticked.textContent = number ? ": " + number : "";
    }
  }

  if (table) {
    table.addEventListener("change", countTicked);
    countTicked(); // the browser's Back keeps ticks
  }

  if (!table || !table.hasAttribute("data-keys")) return;
  var rows = Array.prototype.slice.call(table.querySelectorAll("tbody tr"));

  function here() {
    return rows.indexOf(document.activeElement && document.activeElement.closest("tbody tr"));
  }

  function go(step) {
    var at = here();
    var to = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step));
    if (rows[to]) rows[to].querySelector("a").focus();
  }

  function press(selector) {
    var row = rows[here()];
    var found = row && row.querySelector(selector);
    if (found) found.click();
  }

  var keys = {
    j: function () { go(1); },
    k: function () { go(-1); },
    x: function () { press("input[name=task]"); },
    a: function () { press("[data-take]"); },
    "/": function () { document.getElementById("q").focus(); },
    "?": showHelp
  };

  function isTyping(element) {
    return element.closest("textarea, select, dialog, input:not([type=checkbox])");
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    var act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (event.key === "Enter" && event.target.type === "checkbox") {
      event.preventDefault(); // or it would send the form with its first button
      press("a");
    }
  });
})();
