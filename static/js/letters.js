// Counts letters and SMS as one types, as notices/rendering.py does, and puts a ready text in without a way to the server.
(function () {
  "use strict";
  var ONE = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-.\/0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
  var TWO = /[\^{}\\[~\]|€]/g;
  function segments(text) {
    if (!text) { return 0; }
    var plain = ONE.test(text);
    var length = text.length + (plain ? (text.match(TWO) || []).length : 0);
    var whole = plain ? 160 : 70, part = plain ? 153 : 67;
    return length <= whole ? 1 : Math.ceil(length / part);
  }
  document.querySelectorAll("[data-letters]").forEach(function (line) {
    var field = document.getElementById(line.getAttribute("data-letters"));
    var said = line.querySelector("[data-says]");
    if (!field || !said) { return; }
    field.addEventListener("input", function () {
      var words = said.getAttribute("data-says");
      said.textContent = words.replace("%(letters)s", field.value.length).replace("%(segments)s", segments(field.value));
    });
  });
})();
