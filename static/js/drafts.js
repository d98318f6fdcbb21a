// What a clerk has typed outlives a dropped line: kept in this browser, encrypted with a key that only this clerk's own page
// brings, until it is sent. Each draft keeps its form's token, so however often it is sent there is one complaint.
// Why so, on a computer that several people share: docs/decisions/0024-the-counter.md.
(function () {
  "use strict";
  var form = document.getElementById("counter");
  var place = document.getElementById("drafts");
  var subtle = window.crypto && window.crypto.subtle;
  if (!form || !place || !subtle || !window.localStorage) return;

  var MINE = "mlm-draft:" + form.getAttribute("data-user") + ":";
  var LONGEST_KEPT = 72 * 3600 * 1000, MOST = 50, AGAIN = 30 * 1000;
  var NOT_KEPT = { csrfmiddlewaretoken: 1, papers: 1, token: 1 };
  var TYPED = ["words", "phone", "name", "place", "landmark"];
  var list = place.querySelector("ul"), row = document.getElementById("draft-row"), note = document.getElementById("draft-note");
  var key = null, sending = {}, timer = null;

  function bytes(text) { return Uint8Array.from(atob(text), function (letter) { return letter.charCodeAt(0); }); }
  function text(buffer) { return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))); }
  function token() { return form.elements.token.value; }
  function fresh() {
    var drawn = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(drawn, function (part) { return part.toString(16).padStart(2, "0"); }).join("");
  }
  function said(name) { return place.getAttribute("data-" + name); }
  function say(name) { note.textContent = name ? said(name) : ""; }

  // Keeping.

  function names() {
    return Object.keys(localStorage).filter(function (name) { return name.indexOf(MINE) === 0; });
  }
  function forgetOld() {
    Object.keys(localStorage).forEach(function (name) {
      if (name.indexOf("mlm-draft:") !== 0) return;
      var at = 0;
      try { at = JSON.parse(localStorage.getItem(name)).at; } catch (_broken) { at = 0; }
      if (!(Date.now() - at < LONGEST_KEPT)) localStorage.removeItem(name);
    });
  }
  function keep(draft) {
    var iv = crypto.getRandomValues(new Uint8Array(12));
    var plain = new TextEncoder().encode(JSON.stringify(draft));
    return subtle.encrypt({ name: "AES-GCM", iv: iv }, key, plain).then(function (hidden) {
      if (sending[draft.token] === "gone") return;
      if (names().length >= MOST && !localStorage.getItem(MINE + draft.token)) return say("full");
      localStorage.setItem(MINE + draft.token, JSON.stringify({ at: draft.at, iv: text(iv), data: text(hidden) }));
    });
  }
  function read(name) {
    var kept = JSON.parse(localStorage.getItem(name));
    return subtle.decrypt({ name: "AES-GCM", iv: bytes(kept.iv) }, key, bytes(kept.data)).then(function (plain) {
      return JSON.parse(new TextDecoder().decode(plain));
    });
  }
  function forget(which) {
    sending[which] = "gone";
    localStorage.removeItem(MINE + which);
  }
  function all() {
    return Promise.all(names().map(function (name) { return read(name).catch(function () { return null; }); }))
      .then(function (drafts) { return drafts.filter(Boolean).sort(function (a, b) { return a.at - b.at; }); });
  }

  // What is on the page.

  function typed() {
    var fields = {};
    new FormData(form).forEach(function (value, name) {
      if (!NOT_KEPT[name] && typeof value === "string") fields[name] = value;
    });
    return { token: token(), at: Date.now(), fields: fields, state: "draft", paper: form.elements.papers.files.length > 0 };
  }
  function isTyped(draft) { return TYPED.some(function (name) { return (draft.fields[name] || "").trim(); }); }
  function fill(draft) {
    form.reset();
    Object.keys(draft.fields).forEach(function (name) {
      var field = form.elements[name];
      if (field && "value" in field) field.value = draft.fields[name];
    });
    form.elements.token.value = draft.token;
    if (draft.paper) say("paper");
    form.elements.words.focus();
    show();
  }
  function show() {
    return all().then(function (drafts) {
      var others = drafts.filter(function (draft) { return draft.token !== token(); });
      list.textContent = "";
      others.forEach(function (draft) { list.appendChild(line(draft)); });
      place.hidden = !others.length && !note.textContent;
    });
  }
  function line(draft) {
    var made = row.content.cloneNode(true);
    made.querySelector("[data-words]").textContent = (draft.fields.words || draft.fields.name || draft.fields.phone || "…").slice(0, 80);
    made.querySelector("[data-when]").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang + "-TZ");
    made.querySelector("[data-state]").textContent = said(draft.state);
    made.querySelectorAll("button").forEach(function (button) {
      button.addEventListener("click", function () {
        var what = button.getAttribute("data-do");
        if (what === "open") keepTyped().then(function () { fill(draft); });
        else if (what === "send") send(draft).then(show);
        else if (window.confirm(said("sure"))) { forget(draft.token); show(); }
      });
    });
    return made;
  }
  function keepTyped() {
    var draft = typed();
    return isTyped(draft) && sending[draft.token] !== "gone" ? keep(draft) : Promise.resolve();
  }

  // Sending. Nothing is taken as sent until the receipt has been seen.

  function body(draft) {
    var sent = new FormData();
    Object.keys(draft.fields).forEach(function (name) { sent.append(name, draft.fields[name]); });
    sent.append("token", draft.token);
    sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return sent;
  }
  function post(content) {
    return fetch(form.action, { method: "POST", body: content, credentials: "same-origin" });
  }
  function receiptOf(answer) {
    return answer.redirected && /\/desk\/counter\/\d{12}\/$/.test(new URL(answer.url).pathname) ? answer.url : "";
  }
  function mark(draft, state) {
    draft.state = state;
    return keep(draft);
  }
  function send(draft) {
    if (sending[draft.token]) return Promise.resolve();
    sending[draft.token] = "now";
    return post(body(draft)).then(function (answer) {
      var receipt = receiptOf(answer);
      sending[draft.token] = "";
      if (receipt) return sent(draft, receipt);
      if (answer.redirected || answer.status === 403) { say("signin"); return mark(draft, "waiting"); }
      return mark(draft, answer.status >= 500 || answer.status === 429 ? "waiting" : "wrong");
    }, function () {
      sending[draft.token] = "";
      return mark(draft, "waiting");
    });
  }
  function sent(draft, receipt) {
    forget(draft.token);
    var link = document.createElement("a");
    link.href = receipt;
    link.className = "govuk-link";
    link.textContent = said("sent") + " " + receipt.replace(/.*\/(\d{4})(\d{4})(\d{4})\/$/, "$1-$2-$3");
    note.textContent = "";
    note.appendChild(link);
  }
  function sendWaiting() {
    return all().then(function (drafts) {
      return drafts.reduce(function (before, draft) {
        // A paper cannot be kept here, and what stands on the page is still being typed.
        var goes = draft.state === "waiting" && !draft.paper && draft.token !== token();
        return goes ? before.then(function () { return send(draft); }) : before;
      }, Promise.resolve());
    }).then(show);
  }

  form.addEventListener("submit", function (event) {
    var pressed = event.submitter && event.submitter.name;
    if (pressed || sending[token()]) { if (!pressed) event.preventDefault(); return; }
    event.preventDefault();
    var draft = typed();
    sending[draft.token] = "now";
    keep(draft).then(function () { return post(new FormData(form)); }).then(function (answer) {
      var receipt = receiptOf(answer);
      if (receipt) {
        forget(draft.token);
        window.location.assign(receipt);
      } else {
        sending[draft.token] = "";
        HTMLFormElement.prototype.submit.call(form); // the server's own page says what is wrong; the token makes it harmless
      }
    }, function () {
      sending[draft.token] = "";
      return mark(draft, "waiting").then(function () {
        form.reset();
        form.elements.token.value = fresh();
        say(draft.paper ? "paper" : "kept");
        return show();
      });
    });
  });
  form.addEventListener("input", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(keepTyped, 700);
  });
  window.addEventListener("online", sendWaiting);
  window.setInterval(sendWaiting, AGAIN);

  forgetOld();
  subtle.importKey("raw", bytes(form.getAttribute("data-drafts")), "AES-GCM", false, ["encrypt", "decrypt"]).then(function (made) {
    key = made;
    return sendWaiting();
  });
})();
