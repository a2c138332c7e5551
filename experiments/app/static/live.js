// The controls of the live view. The server steps the model and sends frames.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const send = (name, value) => window.Shiny.setInputValue(name, value, { priority: "event" });
  let show = null;
  let playing = false;
  let week = 0; // on the stage
  let life = null; // the one told below it
  let asking = false; // for a life

  function setPlaying(on) {
    playing = on;
    byId("play").textContent = on ? "Pause" : "Play";
    if (!on) readOn();
  }

  // Without a service on the stage there is nothing to play; the status says why.
  function onStage(drawn) {
    show = drawn;
    for (const id of ["play", "step"]) byId(id).disabled = show === null;
  }

  // The service that the address names, as the server reads it; none where it is not among those offered.
  function nameWatched() {
    byId("watched").value = new URLSearchParams(location.search).get("service") || "classroom";
  }

  function tell(person, chosen) {
    asking = true;
    send("person", { person: person, chosen: chosen });
  }

  // A life is told anew whenever the stage stands still in another week; while it plays, the week it is told up to stands above it.
  function readOn() {
    byId("as-of").textContent = life && life.week !== week ? "Told up to week " + life.week + "; the service has gone on to week " + week + "." : "";
    if (life && life.week !== week && !playing && !asking) tell(life.person, false);
  }

  function begin() {
    life = null;
    onStage(null);
    setPlaying(false);
    nameWatched();
    byId("mistake").textContent = "";
    byId("life").hidden = true;
    byId("stage").replaceChildren();
    send("begin", location.search);
  }

  function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  const handlers = {
    status: (text) => { byId("status").textContent = text; },
    mistake: (text) => { byId("mistake").textContent = text; },
    scene: function (scene) {
      asking = false;
      byId("watched").value = scene.service;
      onStage(window.spsimStage(byId("stage"), scene, (person) => { setPlaying(false); tell(person, true); }));
    },
    frame: function (frame) {
      if (!show) return;
      week = frame.week;
      show(frame);
      readOn();
    },
    paused: (_) => setPlaying(false),
    life: function (told) {
      asking = false;
      if (!show) return;
      life = told;
      byId("whose").textContent = "The life of person " + told.person + ", up to week " + told.week;
      const entries = document.createElement("dl");
      for (const [when, text] of told.entries) entries.append(element("dt", when), element("dd", text));
      byId("story").replaceChildren(...told.before.map((text) => element("p", text)), entries, ...told.after.map((text) => element("p", text)));
      byId("life").hidden = false;
      if (told.chosen) {
        byId("life").focus({ preventScroll: true });
        byId("life").scrollIntoView({ block: "start" });
        byId("status").textContent = "The life of person " + told.person + " so far stands below the service.";
      }
      readOn();
    },
  };

  document.addEventListener("DOMContentLoaded", function () {
    for (const [name, handler] of Object.entries(handlers)) window.Shiny.addCustomMessageHandler(name, handler);
    onStage(null);
    nameWatched();
    byId("play").addEventListener("click", function () {
      const on = !playing;
      send("play", { on: on, at: Date.now() });
      setPlaying(on);
      byId("status").textContent = on ? "Playing." : "Paused.";
    });
    byId("step").addEventListener("click", () => { setPlaying(false); send("step", Date.now()); });
    byId("restart").addEventListener("click", begin);
    byId("watched").addEventListener("change", function () {
      history.replaceState(null, "", "?view=live&service=" + byId("watched").value);
      begin();
    });
    byId("speed").addEventListener("change", () => send("speed_set", byId("speed").value));
  });
})();
