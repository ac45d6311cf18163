// A district's outline pulled into shape on the map, corner by corner; and a file that is too big, said before it is sent.
// The text field is the outline: whatever is done on the map is written there, and what is typed there is drawn. Without
// this file the text alone does it all. Words are in the page (data-*), colours in css/map.css.
(() => {
  "use strict";

  // A corner moves this many pixels by an arrow key; more handles than this are not drawn at once.
  const STEP = 6;
  const MOST_HANDLES = 300;
  const ARROWS = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };

  const file = document.querySelector("input[type=file][data-most]");
  file?.addEventListener("change", () => {
    const tooBig = file.files[0]?.size > Number(file.dataset.most);
    file.setCustomValidity(tooBig ? file.dataset.tooBig : "");
    if (tooBig) file.reportValidity();
  });
  file?.form.addEventListener("submit", (event) => {
    if (file.reportValidity()) return;
    event.preventDefault();
  });

  const text = document.getElementById("f-outline");
  const box = document.getElementById("map");
  if (!text || !box) return;
  const words = box.dataset;
  const said = document.getElementById("draw-said");
  const undo = document.getElementById("draw-undo");

  // The text as parts of corners [latitude, longitude], each said once; null where the map cannot show all it says.
  const read = (value) => {
    if (/^\s*[{[]/.test(value)) return readShape(value);
    const blocks = value.trim().replaceAll("\r", "").split(/\n\s*\n/).filter(Boolean);
    const parts = blocks.map((block) => block.split("\n").map((line) => {
      const numbers = line.trim().match(/^([+-]?\d+(?:\.\d+)?)\s*°?[\s,;]+([+-]?\d+(?:\.\d+)?)\s*°?[,;]?$/);
      return numbers && [Number(numbers[1]), Number(numbers[2])];
    }));
    return parts.flat().every(Boolean) ? parts : null;
  };

  const readShape = (value) => {
    try {
      const given = JSON.parse(value);
      const shape = given.features?.[0]?.geometry ?? given.geometry ?? given;
      const parts = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
      if (parts.some((rings) => rings.length > 1)) return null;
      return parts.map(([ring]) => ring.slice(0, -1).map(([lon, lat]) => [lat, lon]));
    } catch {
      return null;
    }
  };

  const short = (number) => String(Number(number.toFixed(6)));
  const written = (parts) => parts.map((part) => part.map((at) => at.map(short).join(", ")).join("\n")).join("\n\n");

  let parts = [];
  let drawing = false;
  let wanted = null;
  const before = [];

  const map = (() => {
    document.getElementById("draw").hidden = false;
    const made = L.map(box, { maxZoom: 19, zoomSnap: 0.1, zoomControl: false, attributionControl: Boolean(words.tiles) });
    made.attributionControl?.setPrefix(false);
    L.control.zoom({ position: "topright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(made);
    if (words.tiles) {
      box.classList.add("with-tiles");
      L.tileLayer(words.tiles, { attribution: words.attribution, maxZoom: 19 }).addTo(made);
    }
    return made.setView([52.1, 19.4], 6);
  })();
  const around = L.layerGroup().addTo(map);
  const outline = L.layerGroup().addTo(map);
  const handles = L.layerGroup().addTo(map);

  // What is on the map goes into the text; `focus` names the handle that keeps the keyboard.
  const change = (made, focus = null, say = "") => {
    before.push(text.value);
    undo.disabled = false;
    parts = made.filter((part) => part.length);
    text.value = written(parts);
    wanted = focus;
    said.textContent = say;
    show();
  };

  const handle = (at, kind, name, key, acts) => {
    const icon = L.divIcon({ html: "", className: `corner corner-${kind}`, iconSize: [24, 24] });
    const made = L.marker(at, { icon, draggable: kind === "own", title: name, alt: name, keyboard: true }).addTo(handles);
    const element = made.getElement();
    element.setAttribute("aria-label", name);
    element.addEventListener("keydown", (event) => {
      const act = acts[event.key];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act(event);
    });
    if (acts.drag) made.on("dragend", () => acts.drag(made.getLatLng()));
    if (acts.press) made.on("click", acts.press);
    if (wanted === key) element.focus();
    return made;
  };

  const put = (p, n, at) => parts.map((part, i) => (i === p ? part.with(n, [at.lat, at.lng]) : part));
  const without = (p, n) => parts.map((part, i) => (i === p ? part.toSpliced(n, 1) : part));
  const between = (p, n, at) => parts.map((part, i) => (i === p ? part.toSpliced(n + 1, 0, at) : part));
  const coordinates = (at) => `${short(at.lat)}, ${short(at.lng)}`;

  const own = (at, p, n) => {
    const key = `own-${p}-${n}`;
    const name = `${words.corner} ${n + 1}`;
    const move = ([x, y]) => () => {
      const to = map.containerPointToLatLng(map.latLngToContainerPoint(at).add([x, y]));
      change(put(p, n, to), key, coordinates(to));
    };
    const drop = () => change(without(p, n), `own-${p}-${Math.max(0, n - 1)}`);
    const arrows = Object.fromEntries(Object.entries(ARROWS).map(([press, by]) => [press, move(by)]));
    handle(at, "own", name, key, { ...arrows, Delete: drop, Backspace: drop, drag: (to) => change(put(p, n, to), key) });
  };

  const middle = (a, b, p, n) => {
    const at = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const add = () => change(between(p, n, at), `own-${p}-${n + 1}`);
    handle(at, "new", `${words.between} ${n + 1}`, `new-${p}-${n}`, { Enter: add, " ": add, press: add });
  };

  const showHandles = () => {
    handles.clearLayers();
    const seen = map.getBounds().pad(0.05);
    const inView = parts.flatMap((part, p) => part.map((at, n) => [at, p, n])).filter(([at]) => seen.contains(at));
    if (inView.length > MOST_HANDLES) return;
    for (const [at, p, n] of inView) {
      own(at, p, n);
      const next = parts[p][(n + 1) % parts[p].length];
      if (parts[p].length > 2 || n === 0 && parts[p].length > 1) middle(at, next, p, n);
    }
    wanted = null;
  };

  const show = () => {
    outline.clearLayers();
    L.polygon(parts, { interactive: false, className: "outline-own" }).addTo(outline);
    showHandles();
  };

  const typed = () => {
    const found = read(text.value);
    document.getElementById("draw-holes").hidden = found !== null;
    parts = found ?? [];
    drawing = parts.length === 0 && found !== null;
    show();
  };

  const draw = (at) => {
    if (!drawing) return;
    const last = parts[0] ?? [];
    change([[...last, [at.lat, at.lng]], ...parts.slice(1)], null, coordinates(at));
  };

  map.on("click", (event) => draw(event.latlng));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === box) {
      event.preventDefault();
      draw(map.getCenter());
    }
  });
  map.on("moveend", showHandles);
  text.addEventListener("input", typed);
  undo.addEventListener("click", () => {
    text.value = before.pop() ?? text.value;
    undo.disabled = before.length === 0;
    const drew = drawing;
    typed();
    drawing ||= drew;
  });
  document.getElementById("draw-clear").addEventListener("click", () => {
    change([]);
    drawing = true;
    box.focus();
  });

  const neighbours = async () => {
    const answer = await fetch(words.source, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) return;
    const { features } = await answer.json();
    const others = features.filter((feature) => feature.properties.slug !== words.slug);
    L.geoJSON(others, { interactive: false, style: { className: "district" } }).addTo(around).eachLayer((layer) => layer.bringToBack?.());
    for (const { properties } of others) {
      const name = document.createElement("span");
      name.className = "district-name";
      name.textContent = properties.name;
      const icon = L.divIcon({ html: name, className: "pin-district", iconSize: null });
      L.marker([properties.centre[1], properties.centre[0]], { icon, interactive: false, keyboard: false }).addTo(around);
    }
    if (!parts.length && others.length) map.fitBounds(L.geoJSON(others).getBounds(), { padding: [12, 12] });
  };

  typed();
  if (parts.length) map.fitBounds(L.polygon(parts).getBounds(), { padding: [40, 40] });
  neighbours().finally(() => { box.dataset.ready = "yes"; });
})();
