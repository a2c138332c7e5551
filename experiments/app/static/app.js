// The form of the page: sliders beside boxes, what differs from today, and the query that says it all.
// The server reads that query as it reads an address; nothing else is sent to it.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const send = (name, value) => window.Shiny.setInputValue(name, value, { priority: "event" });
  const CHANGED = "Settings changed, not run. What stands below is the answer to what you asked before.";
  let asked = null; // the query under way
  let opening = null; // the query of the form as the page opened: a link that asks is run at once
  let heard = ""; // what the server said last
  let shown = null; // the query whose answer is shown
  let running = false;
  let pressed = false; // whether the answer was asked for by a button, or by a link

  const narrow = () => window.matchMedia("(max-width: 899px)").matches; // there the answer comes before the levers, until they are opened

  const valueOf = (input) => (input.type === "checkbox" ? String(input.checked) : input.value.trim());
  const today = (input) => input.closest(".lever").dataset.today;
  const same = (a, b) => a === b || (a !== "" && b !== "" && Number(a) === Number(b)) || a.replace(/\s/g, "") === b.replace(/\s/g, "");

  function query() {
    const fields = new URLSearchParams();
    fields.set("service", byId("service").value);
    const chosen = [...document.querySelectorAll('input[name="scenario"]:checked')].map((box) => box.value);
    if (chosen.length) fields.set("scenarios", chosen.join(","));
    for (const name of ["seed", "replications", "weeks"]) fields.set(name, byId(name).value.trim());
    for (const input of document.querySelectorAll("[data-lever]")) {
      if (!same(valueOf(input), today(input))) fields.set(input.dataset.lever, valueOf(input));
    }
    return "?" + fields.toString();
  }

  const only = (text, wanted) => new URLSearchParams([...new URLSearchParams(text)].filter(([name]) => wanted(name)));
  const isLever = (name) => name.startsWith("model.");

  // Only what differs from a page just opened, and the version: as short as a link can be.
  function address() {
    const fields = new URLSearchParams(query());
    for (const name of ["service", "seed", "replications", "weeks"]) {
      if (fields.get(name) === byId(name).dataset.usual || !byId(name).checkValidity()) fields.delete(name);
    }
    for (const input of document.querySelectorAll("[data-lever]")) if (!input.checkValidity() || valueOf(input) === "") fields.delete(input.dataset.lever);
    if ([...fields].length) fields.set("v", byId("asked").dataset.version);
    return [...fields].length ? "?" + fields.toString() : location.pathname;
  }

  let waiting = 0;
  function remember() {
    const here = address();
    clearTimeout(waiting);
    waiting = setTimeout(() => history.replaceState(null, "", here), 200); // a slider moves through many values
    const watch = document.querySelector('nav.views a[href*="view=live"]');
    const fields = only(here, isLever);
    fields.set("service", byId("service").value);
    fields.set("from", here.replace(/^[^?]*\??/, ""));
    watch.href = "?view=live&" + fields.toString();
  }

  const asksNothing = (text) => !/[?&](scenarios|model\.)/.test(text);

  const stale = () => shown !== null && shown !== query();

  function look() {
    if (!byId("asked")) return; // what is said may come before the form
    for (const input of document.querySelectorAll("[data-lever]")) {
      const changed = !same(valueOf(input), today(input));
      const lever = input.closest(".lever");
      lever.classList.toggle("changed", changed);
      lever.querySelector(".reset").hidden = !changed;
    }
    const now = query();
    byId("answer-pane").classList.toggle("stale", stale() || (running && asked !== null && shown !== null));
    document.body.classList.toggle("running", running);
    document.body.classList.toggle("changed", stale());
    const nothing = asksNothing(now);
    byId("run").disabled = nothing || (running && asked === now);
    byId("cancel").disabled = !running;
    byId("why-not").hidden = !nothing || running;
    if (opening !== null) remember();
  }

  function status(text) {
    if (byId("status").textContent !== text) byId("status").textContent = text;
  }

  function slide(from, to) {
    to.value = from.value;
  }

  document.addEventListener("input", function (event) {
    const input = event.target;
    if (input.dataset.slides) slide(input, byId(input.dataset.slides));
    const slider = input.id && document.querySelector('[data-slides="' + CSS.escape(input.id) + '"]');
    if (slider) slide(input, slider);
    if (input.form && input.form.id === "asked" && input.id !== "service") {
      look();
      if (!running) status(stale() ? CHANGED : heard);
    }
  });

  document.addEventListener("change", function (event) {
    const input = event.target;
    if (input.id === "service") choose();
    if (input.id === "import" && input.files.length) {
      mistake("");
      const file = input.files[0];
      if (/\.zip$/i.test(file.name)) {
        mistake("A zip holds several scenarios: unpack it, and open one of its files.");
      } else if (file.size > 100000) {
        mistake("The file has more than 100,000 bytes, the most allowed for a scenario.");
      } else {
        file.text().then((text) => send("sent_in", { name: file.name, text: text, query: query() }));
      }
      input.value = "";
    }
    if (input.id !== "service") look(); // the form of another service comes first
  });

  // Levers have other values in another service, so that those moved are left behind; questions and runs stay.
  function choose() {
    mistake("");
    const moved = document.querySelectorAll(".lever.changed").length;
    const fields = only(query(), (name) => !isLever(name));
    for (const name of ["seed", "replications", "weeks"]) if (!byId(name).checkValidity() || byId(name).value === "") fields.delete(name);
    asked = null;
    send("service_chosen", { query: "?" + fields.toString(), moved: moved });
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.reset) {
      const input = byId(button.dataset.reset);
      const value = today(input);
      if (input.type === "checkbox") input.checked = value === "true";
      else input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    } else if (button.id === "run") {
      mistake("");
      running = pressed = true;
      status("Getting ready …");
      asked = query();
      send("run", asked);
      look();
    } else if (button.id === "cancel") {
      send("cancel", Date.now());
      byId("cancel").disabled = true;
    } else if (button.id === "reset") {
      mistake("");
      asked = null;
      send("service_chosen", { query: "?service=" + byId("service").value, moved: 0 });
    } else if (button.id === "copy") {
      const link = new URL(address(), location.href).href;
      if (navigator.clipboard) navigator.clipboard.writeText(link).then(() => status("The link is copied."), () => status(link));
      else status(link);
    }
  });

  let wrong = ""; // what is said may come before the form in which it is shown
  function mistake(text) {
    wrong = text;
    document.querySelectorAll("p.wrong").forEach((told) => told.remove());
    document.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    const box = byId("mistake");
    if (!box) return;
    box.textContent = text;
    if (!text) return;
    for (const input of document.querySelectorAll("[data-lever]")) {
      if (!text.startsWith(input.dataset.lever + " ")) continue; // what is wrong comes first in a message
      const lever = input.closest(".lever");
      const told = document.createElement("p");
      told.className = "wrong";
      told.textContent = text;
      lever.append(told);
      input.setAttribute("aria-invalid", "true");
      box.textContent = lever.querySelector("label").textContent + ": " + text;
      for (let fold = lever.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      break;
    }
    box.scrollIntoView({ block: "nearest" });
  }

  const handlers = {
    status: function (text) {
      heard = text;
      status(!running && stale() ? text + " " + CHANGED : text);
    },
    mistake: mistake,
    progress: function (told) {
      const bar = byId("progress");
      bar.hidden = !told.running;
      bar.max = Math.max(told.planned, 1);
      bar.value = told.done;
      if (told.running) asked = told.asks ? told.query || opening : null;
      if (running !== told.running) {
        running = told.running;
        look();
      }
    },
    ended: function (told) {
      running = false;
      if (told.ok) shown = told.files ? told.query || opening : null;
      byId("downloads").hidden = !told.files;
      look();
      if (told.ok && pressed && narrow()) byId("answer-pane").scrollIntoView();
    },
  };

  document.addEventListener("DOMContentLoaded", function () {
    for (const [name, handler] of Object.entries(handlers)) window.Shiny.addCustomMessageHandler(name, handler);
    new MutationObserver(function () {
      if (!byId("asked")) return;
      if (opening === null) opening = query();
      if (narrow() && !document.querySelector(".lever.changed")) byId("levers").open = false;
      if (wrong) mistake(wrong);
      look();
    }).observe(byId("left"), { childList: true });
  });
})();
