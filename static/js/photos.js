// Makes photos smaller before they are sent: a phone's own are too heavy for a slow line. The server writes them anew in any case.
(function () {
  "use strict";
  var SIDE = 1600, LIGHT = 300 * 1024;
  if (!window.createImageBitmap || !window.DataTransfer) { return; }

  function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= LIGHT) { return Promise.resolve(file); }
    return createImageBitmap(file).then(function (photo) {
      var scale = Math.min(1, SIDE / Math.max(photo.width, photo.height));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(photo.width * scale);
      canvas.height = Math.round(photo.height * scale);
      var pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(photo, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.85); });
    }).then(function (blob) {
      if (!blob || blob.size >= file.size) { return file; }
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    }).catch(function () { return file; });
  }

  document.querySelectorAll("input[type=file][multiple]").forEach(function (field) {
    field.addEventListener("change", function () {
      var chosen = Array.from(field.files);
      var button = field.form && field.form.querySelector(".govuk-button-group .govuk-button");
      if (button) { button.disabled = true; }
      Promise.all(chosen.map(smaller)).then(function (files) {
        var carrier = new DataTransfer();
        files.forEach(function (file) { carrier.items.add(file); });
        field.files = carrier.files;
      }).finally(function () { if (button) { button.disabled = false; } });
    });
  });
})();
