// The form of the page: sliders beside boxes, what differs from today, and the query that says it all.
// The server reads that query as it reads an address; nothing else is sent to it.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const send = (name, value) => window.Shiny.setInputValue(name, value, { priority: "event" });
  const CHANGED = "Settings changed, not run. What stands below is the answer to what you asked before.";
  let answered = null; // the query whose answer is shown, or under way
  let opened = false;
  let running = false;

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

  const asksNothing = (text) => !/[?&](scenarios|model\.)/.test(text);

  const stale = () => answered !== null && answered !== query();

  function look() {
    for (const input of document.querySelectorAll("[data-lever]")) {
      const changed = !same(valueOf(input), today(input));
      const lever = input.closest(".lever");
      lever.classList.toggle("changed", changed);
      lever.querySelector(".reset").hidden = !changed;
    }
    const now = query();
    byId("answer-pane").classList.toggle("stale", stale());
    const nothing = asksNothing(now);
    byId("run").disabled = running || nothing;
    byId("cancel").disabled = !running;
    byId("why-not").hidden = !nothing || running;
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
      if (stale() && !running) status(CHANGED);
    }
  });

  document.addEventListener("change", function (event) {
    const input = event.target;
    if (input.id === "service") mistake("");
    if (input.id === "service") send("service_chosen", query());
    if (input.id === "import" && input.files.length) {
      mistake("");
      const file = input.files[0];
      if (file.size > 100000) {
        mistake("The file has more than 100,000 bytes, the most allowed for a scenario.");
      } else {
        file.text().then((text) => send("sent_in", { name: file.name, text: text, query: query() }));
      }
      input.value = "";
    }
    look();
  });

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
      running = true;
      answered = query();
      send("run", answered);
      look();
    } else if (button.id === "cancel") {
      send("cancel", Date.now());
      byId("cancel").disabled = true;
    } else if (button.id === "reset") {
      mistake("");
      send("service_chosen", "?service=" + byId("service").value);
    } else if (button.id === "copy") {
      const link = location.href;
      if (navigator.clipboard) navigator.clipboard.writeText(link).then(() => status("The link is copied."), () => status(link));
      else status(link);
    }
  });

  let wrong = ""; // what is said may come before the form in which it is shown
  function mistake(text) {
    wrong = text;
    const box = byId("mistake");
    if (box) box.textContent = text;
  }

  const handlers = {
    status: (text) => status(!running && stale() ? text + " " + CHANGED : text),
    mistake: mistake,
    progress: function (told) {
      const bar = byId("progress");
      bar.hidden = !told.running;
      bar.max = Math.max(told.planned, 1);
      bar.value = told.done;
    },
    ended: function (told) {
      running = false;
      if (!told.ok) answered = null;
      else if (told.address !== null) history.replaceState(null, "", told.address || location.pathname);
      byId("downloads").hidden = !told.files;
      look();
    },
    address: (text) => history.replaceState(null, "", text || location.pathname),
  };

  document.addEventListener("DOMContentLoaded", function () {
    for (const [name, handler] of Object.entries(handlers)) window.Shiny.addCustomMessageHandler(name, handler);
    new MutationObserver(function () {
      if (!byId("asked")) return;
      if (!opened && !asksNothing(query())) answered = query(); // a link that asks is run at once
      opened = true;
      const narrow = window.matchMedia("(max-width: 899px)").matches; // there the answer comes before the levers, until they are opened
      if (narrow && !document.querySelector(".lever.changed")) byId("levers").open = false;
      if (byId("mistake").textContent !== wrong) byId("mistake").textContent = wrong;
      look();
    }).observe(byId("left"), { childList: true });
  });
})();
