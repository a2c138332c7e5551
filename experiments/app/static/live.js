// The controls of the live view. The server steps the model and sends frames.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const send = (name, value) => window.Shiny.setInputValue(name, value, { priority: "event" });
  let show = null;
  let playing = false;

  function setPlaying(on) {
    playing = on;
    byId("play").textContent = on ? "Pause" : "Play";
  }

  function begin() {
    setPlaying(false);
    byId("mistake").textContent = "";
    byId("life").hidden = true;
    send("begin", "?view=live&service=" + byId("watched").value);
  }

  const handlers = {
    status: (text) => { byId("status").textContent = text; },
    mistake: (text) => { byId("mistake").textContent = text; },
    scene: function (scene) {
      byId("watched").value = scene.service;
      show = window.spsimStage(byId("stage"), scene, (person) => send("person", person));
    },
    frame: (frame) => { if (show) show(frame); },
    paused: (_) => setPlaying(false),
    life: function (told) {
      setPlaying(false);
      byId("story").textContent = told.text;
      byId("life").hidden = false;
      byId("life").focus();
      byId("status").textContent = "The life of person " + told.person + " so far stands below the service.";
    },
  };

  document.addEventListener("DOMContentLoaded", function () {
    for (const [name, handler] of Object.entries(handlers)) window.Shiny.addCustomMessageHandler(name, handler);
    byId("play").addEventListener("click", function () {
      setPlaying(!playing);
      send("play", { on: playing, at: Date.now() });
      byId("status").textContent = playing ? "Playing." : "Paused.";
    });
    byId("step").addEventListener("click", () => { setPlaying(false); send("step", Date.now()); });
    byId("restart").addEventListener("click", begin);
    byId("watched").addEventListener("change", begin);
    byId("speed").addEventListener("change", () => send("speed_set", byId("speed").value));
  });
})();
