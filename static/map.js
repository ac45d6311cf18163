// The picture beside the list of a map page. The list is whole without this file; what the picture says comes from the
// same data. Words are in the page (data-*), so that they speak its language; colours are in css/map.css.
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const TILE_ERRORS = 3;
  const MAX_ZOOM = 18;
  const NEAR = 16;
  // From here outwards the country is drawn around the town, with names of its largest places.
  const BASE_ZOOM = 11;
  const MOST_TOWNS = 14;
  // Farther away a district is smaller than its name.
  const NAMES_ZOOM = 10.5;
  // Each kind has its own shape, so that it reads without colour too.
  const SIGNS = {
    need: "M20 38C1 24 3 5 20 1 37 5 39 24 20 38Z",
    resource: "M5 9a4 4 0 0 1 4-4h22a4 4 0 0 1 4 4v22a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4Z",
    square: "M3 3H37V37H3Z",
  };
  const ANCHORS = { need: [40, 40], resource: [4, 40], square: [22, 22] };
  const POPUPS = { need: [-18, -34], resource: [18, -34], square: [0, -16] };
  // Where a district's name may stand, from its middle, in pixels.
  const PLACES = [0, -26, 26, -46, 46, -70, 70].flatMap((y) => [0, -30, 30, -56, 56, -84, 84].map((x) => [x, y]))
    .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

  const box = document.getElementById("map");
  const words = box.dataset;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const found = () => document.getElementById("found");

  const element = (tag, text = "", className = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };

  const link = (text, href, data = {}) => {
    const made = element("a", text);
    made.href = href;
    Object.assign(made.dataset, data);
    return made;
  };

  // A sign with what is seen in it (a count) and what is heard (the whole name); text only, never HTML.
  const sign = (kind, seen, heard, gap) => {
    const whole = element("span", "", "sign");
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 40 40");
    drawing.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", SIGNS[kind]);
    drawing.append(path);
    const count = element("b", seen);
    count.setAttribute("aria-hidden", "true");
    whole.append(drawing, count, element("span", heard, "visually-hidden"));
    return L.divIcon({ html: whole, className: `pin pin-${kind}${gap ? " pin-gap" : ""}`, iconSize: [44, 44],
      iconAnchor: ANCHORS[kind], popupAnchor: POPUPS[kind] });
  };

  const many = (kind, count, gap = false) => sign(kind, String(count), `${words[kind]}: ${count}. ${words.nearer}`, gap);

  const popup = (name, lines, links) => {
    const made = element("div", "", "map-popup");
    made.append(element("b", name), ...lines.filter(Boolean).map((line) => element("p", line)), ...links.filter(Boolean));
    return made;
  };

  // Where the list says the same: on this page if it stands there, else where the address leads.
  const listed = ({ kind, id, name }) => {
    const key = `${kind}-${id}`;
    if (words.desk) {
      const to = new URL(location.href);
      to.searchParams.set("show", key);
      return link(words.list, `${to.pathname}${to.search}#${key}`, { choose: key });
    }
    if (document.getElementById(key)) return link(words.list, `#${key}`);
    const made = link(words.list, `/map?${new URLSearchParams({ q: name })}#${key}`);
    if (window !== window.top) Object.assign(made, { target: "_blank", rel: "noopener" });
    return made;
  };

  const spotLines = ({ urgency, theme, people, gap }, shared) => [
    shared.urgency?.[urgency],
    shared.themes?.[theme],
    people ? `${words.people}: ${people}` : "",
    gap ? words.gap : "",
  ];

  const spotPopup = (facts, shared) => popup(facts.name, spotLines(facts, shared), [
    words.desk && facts.kind === "need" ? link(words.open, `/desk/needs/${facts.id}`) : null,
    listed(facts),
  ]);

  const spot = (feature, shared, map) => {
    const { kind, name, count, gap = false } = feature.properties;
    const [longitude, latitude] = feature.geometry.coordinates;
    if (count) {
      const cluster = L.marker([latitude, longitude], { icon: many(kind, count), pane: kind });
      return cluster.on("click", () => map.setView([latitude, longitude], Math.min(map.getZoom() + 2, MAX_ZOOM)));
    }
    const called = `${kind === "need" ? words.oneNeed : words.oneResource}: ${name}`;
    const one = L.marker([latitude, longitude], { icon: sign(kind, "", called, gap), gap, pane: kind });
    return one.bindPopup(() => spotPopup(feature.properties, shared));
  };

  const clustered = (kind) => L.markerClusterGroup({
    chunkedLoading: true,
    clusterPane: kind === "square" ? "need" : kind,
    showCoverageOnHover: false,
    maxClusterRadius: 44,
    animate: !still,
    spiderLegPolylineOptions: { className: "spider-leg" },
    iconCreateFunction: (cluster) => {
      const all = cluster.getAllChildMarkers();
      const count = all.reduce((sum, { options }) => sum + (options.count ?? 1), 0);
      return many(kind, count, all.some(({ options }) => options.gap));
    },
  });

  // Whether a point lies in a MultiPolygon, by counting the borders a ray to the east crosses.
  const lies = ({ lat, lng }, polygons) => {
    let crossed = false;
    for (const ring of polygons.flat()) {
      for (let n = 1; n < ring.length; n += 1) {
        const [[x, y], [u, v]] = [ring[n - 1], ring[n]];
        if ((y > lat) !== (v > lat) && lng < x + ((u - x) * (lat - y)) / (v - y)) crossed = !crossed;
      }
    }
    return crossed;
  };

  // A district's name is a button near its middle; the polygon itself cannot be reached with a keyboard.
  const district = (feature, layer) => {
    const { name, note = "", free = "", level = 1, centre, lines, url } = feature.properties;
    L.geoJSON(feature, { interactive: false, style: { className: `district level-${level}` } }).addTo(layer);
    const label = element("span", "", "district-name");
    label.append(element("b", name), element("small", note), element("small", free, "free"));
    const icon = L.divIcon({ html: label, className: "pin-district", iconSize: null });
    const marker = L.marker([centre[1], centre[0]], { icon, pane: "names" });
    marker.bindPopup(() => popup(name, lines, [link(words.list, url)])).addTo(layer);
    marker.getElement().outline = feature.geometry.coordinates;
  };

  // A volunteer's square: the ground it stands for, and a button in its middle.
  const square = (feature, layer, group) => {
    const { name, count, lines, url, box: ground } = feature.properties;
    const [longitude, latitude] = feature.geometry.coordinates;
    if (ground) {
      const [west, south, east, north] = ground;
      L.rectangle([[south, west], [north, east]], { interactive: false, className: "ground" }).addTo(layer);
    }
    const icon = sign("square", String(count), `${words.square}: ${count}, ${name}`, false);
    L.marker([latitude, longitude], { icon, count, pane: "need" })
      .bindPopup(() => popup(name, lines, [link(words.list, url)])).addTo(group);
  };

  // Names move aside from pins, but into no other district; one that finds no room waits until the map is nearer. It is
  // still reached by Tab.
  const arrange = (map) => {
    const rects = (selector) => [...box.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
    const crossed = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const frame = box.getBoundingClientRect();
    const taken = rects(".pin .sign, .leaflet-control");
    const pins = [...box.querySelectorAll(".pin-district")];
    const ours = (pin, rect) => {
      const at = [(rect.left + rect.right) / 2 - frame.left, (rect.top + rect.bottom) / 2 - frame.top];
      const point = map.containerPointToLatLng(at);
      const beside = Math.hypot(rect.x, rect.y) < 60;
      return lies(point, pin.outline) || (beside && !pins.some(({ outline }) => lies(point, outline)));
    };
    for (const pin of pins) {
      const label = pin.firstElementChild;
      const at = pin.getBoundingClientRect();
      const room = () => {
        const { width, height } = label.getBoundingClientRect();
        return PLACES.map(([x, y]) => {
          const left = at.left + x - width / 2;
          const top = at.top + y - height / 2;
          return { x, y, left, top, right: left + width, bottom: top + height };
        }).find((rect) => !taken.some((other) => crossed(rect, other))
          && rect.left >= frame.left && rect.right <= frame.right && rect.top >= frame.top && rect.bottom <= frame.bottom
          && ours(pin, rect));
      };
      // First with its figure, then by name alone.
      pin.classList.remove("short");
      let place = map.getZoom() > NAMES_ZOOM && room();
      pin.classList.toggle("short", !place);
      place ||= map.getZoom() > NAMES_ZOOM && room();
      pin.classList.toggle("crowded", !place);
      label.style.translate = `calc(-50% + ${place?.x ?? 0}px) calc(-50% + ${place?.y ?? 0}px)`;
      if (place) taken.push(place);
    }
  };

  // With a keyboard one gets into what was opened, and by Escape back to where one was.
  const keyboard = (map) => {
    let opener = null;
    box.addEventListener("keydown", (event) => {
      const pressed = event.target.closest(".leaflet-marker-icon");
      if (pressed && (event.key === "Enter" || event.key === " ")) opener = pressed;
      if (pressed && event.key === " ") {
        event.preventDefault();
        pressed.click();
      }
      if (event.key === "Escape" && event.target.closest(".leaflet-popup")) {
        map.closePopup();
        if (opener?.isConnected) opener.focus();
        else box.focus();
      }
    }, true);
    // What was pressed may be gone once the map is nearer: a cluster fell apart.
    map.on("zoomend moveend layeradd", () => {
      if (opener && !opener.isConnected && document.activeElement === document.body) box.focus();
    });
    map.on("popupopen", ({ popup: shown }) => {
      const opened = shown.getElement();
      opened.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close);
      if (opener?.isConnected && document.activeElement === opener) opened.querySelector(".map-popup a").focus();
    });
    return (from) => { opener = from; };
  };

  // What lies around the town where no tile server draws it: borders and towns, loaded once somebody looks from afar.
  const base = (map) => {
    const names = L.layerGroup().addTo(map);
    let towns = null;
    const label = () => {
      names.clearLayers();
      if (map.getZoom() > BASE_ZOOM) return;
      const seen = map.getBounds();
      const put = [];
      for (const [name, lat, lon] of towns) {
        if (put.length === MOST_TOWNS) break;
        const { x, y } = map.latLngToContainerPoint([lat, lon]);
        if (!seen.contains([lat, lon]) || put.some((other) => Math.abs(other.x - x) < 80 && Math.abs(other.y - y) < 18)) continue;
        put.push({ x, y });
        const icon = L.divIcon({ html: element("span", name), className: "town", iconSize: null });
        const one = L.marker([lat, lon], { icon, pane: "base", interactive: false, keyboard: false }).addTo(names);
        one.getElement().setAttribute("aria-hidden", "true");
      }
    };
    const look = async () => {
      if (towns) label();
      else if (towns === null && map.getZoom() <= BASE_ZOOM) {
        towns = undefined;
        const [borders, places] = await Promise.all([get(words.borders), get(words.towns)]);
        const style = ({ properties: { home } }) => ({ className: home ? "land home" : "land" });
        L.geoJSON(borders, { interactive: false, pane: "base", style }).addTo(map);
        map.attributionControl.addAttribution(words.credit);
        towns = places;
        label();
      }
    };
    map.on("moveend", look);
    return look();
  };

  const tiles = (map, { tiles: url, attribution }) => {
    if (!url) return base(map);
    let errors = 0;
    const layer = L.tileLayer(url, { attribution, maxZoom: MAX_ZOOM });
    layer.on("tileerror", () => {
      errors += 1;
      if (errors === TILE_ERRORS) {
        layer.remove();
        box.classList.remove("with-tiles");
        base(map);
      }
    });
    box.classList.add("with-tiles");
    return layer.addTo(map);
  };

  const get = async (address, signal) => {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json" }, signal });
    if (!answer.ok) throw new Error(`map data: ${answer.status}`);
    return answer.json();
  };

  const withQuery = (address, query) => `${address.split("?")[0]}${query ? `?${query}` : ""}`;

  // All points when they are few enough, else those of the part that is seen, asked for anew whenever it is moved.
  const points = (map, groups, direct) => {
    let asking = null;
    let whole = false;
    let address = words.points;

    const put = (answer) => {
      for (const group of Object.values(groups)) group.clearLayers();
      direct.clearLayers();
      const made = { need: [], resource: [] };
      for (const feature of answer.features) {
        const one = spot(feature, answer, map);
        const { kind, count } = feature.properties;
        if (!count) made[kind].push(one);
        else if (!box.classList.contains(`without-${kind}`)) direct.addLayer(one);
      }
      for (const [kind, markers] of Object.entries(made)) groups[kind].addLayers(markers);
    };

    const ask = async (part) => {
      asking?.abort();
      asking = new AbortController();
      const seen = map.getBounds().pad(0.1);
      const where = part ? { bbox: seen.toBBoxString(), zoom: Math.round(map.getZoom()) } : {};
      const query = new URLSearchParams([...new URLSearchParams(address.split("?")[1] || ""), ...Object.entries(where)]);
      try {
        const answer = await get(withQuery(address, query.toString()), asking.signal);
        whole = !part && !Object.values(answer.clustered || {}).some(Boolean);
        if (part || whole) put(answer);
        return true;
      } catch (error) {
        if (error.name !== "AbortError") throw error;
        return false;
      }
    };

    let timer = 0;
    map.on("moveend", () => {
      if (whole || !address) return;
      clearTimeout(timer);
      timer = setTimeout(() => ask(true).then(() => arrange(map)), 150);
    });
    return async (changed) => {
      if (changed !== undefined) address = withQuery(address, changed);
      if (!address) return;
      if (await ask(false) && !whole) await ask(true);
    };
  };

  const switches = (map, groups, refresh) => {
    for (const input of document.querySelectorAll(".layers input")) {
      const group = groups[input.value];
      const show = () => {
        box.classList.toggle(input.value === "free" ? "with-free" : `without-${input.value}`,
          input.value === "free" ? input.checked : !input.checked);
        if (group) map[input.checked ? "addLayer" : "removeLayer"](group);
        arrange(map);
      };
      input.addEventListener("change", () => { show(); if (group) refresh(); });
      show();
    }
    for (const [kind, group] of Object.entries(groups)) {
      if (!document.querySelector(`.layers input[value="${kind}"]`)) map.addLayer(group);
    }
  };

  // What is chosen on the list is shown on the map, and the other way round.
  const choosing = (map, opened) => {
    const ring = L.circleMarker([0, 0], { radius: 24, interactive: false, className: "chosen-ring" });
    document.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      const asked = event.target.closest("a.on-map");
      const back = event.target.closest("a[data-choose]");
      if (asked) {
        event.preventDefault();
        const at = asked.dataset.at.split(",").map(Number);
        map.setView(at, Math.max(map.getZoom(), NEAR), { animate: !still });
        ring.setLatLng(at).addTo(map);
        box.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
        const [, name] = asked.textContent.split(": ");
        say(`${words.shown}: ${name || ""}`);
        mark(asked.closest("tr"));
      } else if (back && htmx && found()) {
        event.preventDefault();
        const row = document.getElementById(`row-${back.dataset.choose}`);
        map.closePopup();
        if (row) {
          mark(row);
          row.focus();
          row.scrollIntoView({ block: "center" });
          return;
        }
        history.pushState(null, "", back.getAttribute("href"));
        htmx.ajax("GET", back.getAttribute("href").split("#")[0], { target: "#found", swap: "outerHTML" })
          .then(() => document.querySelector("#found .chosen")?.focus());
      }
    });
    opened(null);
  };

  const mark = (row) => {
    for (const old of document.querySelectorAll("tr.picked")) old.classList.remove("picked");
    row?.classList.add("picked");
  };

  const say = (text) => {
    const region = document.getElementById("notice");
    if (!region) return;
    region.replaceChildren();
    region.classList.add("live");
    requestAnimationFrame(() => { region.textContent = text; });
  };

  // A new need or resource where one clicked; for those without a mouse, in the middle of what is seen.
  const adding = (map, opened) => {
    if (!words.desk) return;
    const offer = ({ lat, lng }) => {
      const where = new URLSearchParams({ lat: lat.toFixed(5), lon: lng.toFixed(5) });
      const links = [
        link(words.addNeed, `/desk/needs/new?${where}`),
        link(words.addResource, `/desk/resources/new?${where}`),
      ];
      return L.popup().setLatLng([lat, lng]).setContent(popup(words.here, [], links)).openOn(map);
    };
    map.on("click", ({ latlng }) => { if (!map.preclicked) offer(latlng); });
    // A click that only closes a popup adds nothing.
    map.on("preclick", () => { map.preclicked = Boolean(box.querySelector(".leaflet-popup")); });
    const button = document.getElementById("add-here");
    button.hidden = false;
    button.addEventListener("click", () => {
      opened(button);
      offer(map.getCenter()).getElement().querySelector("a").focus();
    });
  };

  const draw = async () => {
    const answer = await get(words.source);
    // Without maxZoom markercluster cannot work where there is no tile layer.
    const map = L.map(box, { maxZoom: MAX_ZOOM, zoomSnap: 0.1, zoomControl: false, fadeAnimation: false });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    // In the order of Tab; what lies over what is another thing.
    for (const [pane, height] of [["base", 150], ["need", 610], ["resource", 600], ["names", 590]]) {
      map.createPane(pane).style.zIndex = height;
    }
    const bounds = L.geoJSON(answer.features).getBounds();
    map.fitBounds(bounds.isValid() ? bounds : [[49, 14.1], [54.9, 24.2]], { padding: [12, 12] });
    await tiles(map, words);
    const ground = L.layerGroup().addTo(map);
    const squares = clustered("square").addTo(map);
    const lay = ({ features }) => {
      ground.clearLayers();
      for (const feature of features) (feature.properties.kind === "square" ? square : district)(feature, ground, squares);
    };
    lay(answer);
    const groups = { need: clustered("need"), resource: clustered("resource") };
    const direct = L.layerGroup().addTo(map);
    const refresh = points(map, groups, direct);
    const opened = keyboard(map);
    await refresh();
    switches(map, groups, refresh);
    choosing(map, opened);
    adding(map, opened);
    map.on("zoomend moveend", () => arrange(map));
    for (const group of [...Object.values(groups), squares]) group.on("animationend", () => arrange(map));
    arrange(map);
    follow(lay, refresh, map);
    box.dataset.ready = "yes";
  };

  // When the list was narrowed, so is the map.
  const follow = (lay, refresh, map) => {
    let last = found()?.dataset.query;
    document.addEventListener("htmx:after:swap", async () => {
      const query = found()?.dataset.query;
      if (query === undefined || query === last) return;
      last = query;
      box.dataset.ready = "no";
      lay(await get(withQuery(words.source, query)));
      await refresh(query);
      arrange(map);
      box.dataset.ready = "yes";
    });
  };

  draw().catch((error) => {
    box.replaceChildren(element("p", words.failed));
    box.className = "map";
    box.dataset.ready = "failed";
    throw error;
  });
})();
