// Draws the frames of one run: workers with the people they have, services with places and queues, and what happened.
// Frames come from the model, here or on the server; nothing is worked out in this file.
(function () {
  "use strict";
  const LOOKS = ["busy", "steady", "depressed", "setback", "awaiting"];
  const PLACES = [
    ["place taken", "place taken"], ["place starting", "place free, somebody referred on is yet to start"], ["place", "place free"],
    ["place queue", "referred on, but no place is free"],
  ];
  const STATES = { there: "", ill: "ill", leaving: "has given notice", vacant: "post vacant", nobody: "without a link worker" };
  const YEAR = 52;

  function make(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function dot(person, look, looks, pick) {
    const spot = make(pick ? "button" : "span", "dot " + LOOKS[look]);
    if (pick) {
      spot.type = "button";
      spot.dataset.person = person;
      spot.setAttribute("aria-label", "Person " + person + ", " + looks[look]);
    }
    spot.title = "Person " + person + ", " + looks[look];
    return spot;
  }

  // Calls `pick` for the dot of a person inside `box`. Every frame replaces the dots, so that a press may begin on one and end on another, which is
  // no click: a mouse chooses where it goes down, a finger when it is lifted and has not scrolled. Keyboards and readers' tools do click.
  function choosing(box, pick) {
    const personOf = (event) => { const spot = event.target.closest("button.dot"); return spot ? Number(spot.dataset.person) : null; };
    let pressed = false; // a person was chosen by a press: its click, should one follow, is not another choice
    box.addEventListener("pointerdown", function (event) {
      const person = personOf(event);
      pressed = person !== null && event.button === 0;
      if (!pressed) return;
      if (event.pointerType !== "touch") {
        pick(person);
        return;
      }
      const waits = new AbortController();
      document.addEventListener("pointerup", () => { waits.abort(); pick(person); }, { signal: waits.signal });
      document.addEventListener("pointercancel", () => { waits.abort(); pressed = false; }, { signal: waits.signal });
    });
    box.addEventListener("click", function (event) {
      const person = personOf(event);
      if (person !== null && !(pressed && event.detail > 0)) pick(person);
      pressed = false;
    });
  }

  function post(one, scene, pick) {
    const box = make("div", "post " + one.state);
    const who = one.worker ? "Link worker " + one.worker : one.post ? "Post " + one.post : "Nobody";
    const state = STATES[one.state];
    const load = one.state === "vacant" ? "" : one.users.length + (one.post ? " of " + scene.cap : "");
    box.append(make("div", "who", who + (state ? " – " + state : "")), make("div", "load", load));
    const dots = make("div", "dots");
    for (const [person, look] of one.users) dots.append(dot(person, look, scene.looks, pick));
    box.append(dots);
    return box;
  }

  function service(one) {
    const box = make("div", "service" + (one.open ? "" : " closed"));
    const without = one.queue - one.starting;
    const more = (one.starting ? ", " + one.starting + " yet to start" : "") + (without ? ", no place for " + without : "");
    box.append(make("div", "who", "Service " + one.service + ": " + one.area));
    box.append(make("div", "load", one.open ? one.attending + " of " + one.places + " places" + more : "closed"));
    const places = make("div", "places");
    for (let i = 0; i < Math.max(one.places, one.attending); i++) {
      places.append(make("span", "place" + (i < one.attending ? " taken" : i < one.attending + one.starting ? " starting" : "")));
    }
    for (let i = 0; i < without; i++) places.append(make("span", "place queue"));
    box.append(places);
    return box;
  }

  function legend(scene) {
    const list = make("ul", "legend");
    LOOKS.forEach(function (name, i) {
      const item = make("li");
      item.append(make("span", "dot " + name), " " + scene.looks[i] + (i ? "" : " (none of the next)"));
      list.append(item);
    });
    for (const [name, text] of PLACES) {
      const item = make("li");
      item.append(make("span", name), " " + text);
      list.append(item);
    }
    return list;
  }

  // `pick(person)` is called for a click on a person; without it people cannot be picked.
  window.spsimStage = function (root, scene, pick) {
    root.replaceChildren();
    root.classList.add("stage");
    const when = make("p", "when");
    const workers = make("div", "workers");
    if (pick) choosing(workers, pick);
    const services = make("div", "services");
    const told = make("ul", "told");
    const news = make("section", "news");
    news.append(make("h3", "", "This week"), told);
    const left = make("section", "side people");
    left.append(make("h3", "", "Link workers and the people with them"), workers);
    const right = make("section", "side community");
    right.append(make("h3", "", "Community services: places and queues"), services);
    const both = make("div", "both");
    both.append(news, left, right);
    root.append(when, legend(scene), both);
    return function show(frame) {
      const year = Math.floor((frame.week - 1) / YEAR) + 1;
      const t = frame.totals;
      when.textContent =
        "Week " + frame.week + " of " + scene.weeks + " (year " + year + "): " + t.referred + " referred so far, " + t.waiting + " on the waiting list, " +
        t.engaged + " with a link worker, " + t.attending + " places used.";
      const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.person : undefined;
      workers.replaceChildren(...frame.posts.map((one) => post(one, scene, pick)));
      services.replaceChildren(...frame.services.map(service));
      told.replaceChildren(...(frame.told.length ? frame.told : ["Nothing out of the ordinary."]).map((text) => make("li", "", text)));
      if (focused) {
        const again = workers.querySelector('[data-person="' + focused + '"]');
        if (again) again.focus({ preventScroll: true });
      }
    };
  };

  // The player of a file that holds all frames: play, pause, step, speed, and a slider over the weeks.
  window.spsimPlayer = function (root, film) {
    const stage = make("div");
    const bar = make("div", "controls");
    const play = make("button", "main", "Play");
    const back = make("button", "", "Week back");
    const step = make("button", "", "Next week");
    for (const button of [play, back, step]) button.type = "button";
    const speed = make("select");
    speed.id = "speed";
    for (const [value, text] of [[1, "1 week a second"], [4, "4 weeks a second"], [12, "12 weeks a second"]]) {
      const option = make("option", "", text);
      option.value = value;
      if (value === 4) option.selected = true;
      speed.append(option);
    }
    const speedLabel = make("label", "", "Speed ");
    speedLabel.append(speed);
    const seek = make("input");
    seek.type = "range";
    seek.min = 0;
    seek.max = film.frames.length - 1;
    seek.value = 0;
    seek.setAttribute("aria-label", "Week");
    bar.append(play, back, step, speedLabel, seek);
    root.append(bar, stage);
    const show = window.spsimStage(stage, film, null);
    let at = 0;
    let timer = null;
    function go(place) {
      at = Math.max(0, Math.min(film.frames.length - 1, place));
      seek.value = at;
      show(film.frames[at]);
      if (at === film.frames.length - 1) stop();
    }
    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }
    function start() {
      if (at === film.frames.length - 1) go(0);
      timer = setInterval(() => go(at + 1), 1000 / Number(speed.value));
      play.textContent = "Pause";
    }
    play.addEventListener("click", () => (timer === null ? start() : stop()));
    step.addEventListener("click", () => { stop(); go(at + 1); });
    back.addEventListener("click", () => { stop(); go(at - 1); });
    speed.addEventListener("change", () => { if (timer !== null) { stop(); start(); } });
    seek.addEventListener("input", () => { stop(); go(Number(seek.value)); });
    go(0);
  };
})();
