// The picture beside the list of a map page. The list is whole without this file; what the picture says comes from the
// same data. Words are in the page (data-*), so that they speak its language; colours are in css/map.css.
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const TILE_ERRORS = 3;
  // Each kind has its own shape, a drop and a square, so that it reads without colour too.
  const SIGNS = {
    need: "M20 38C1 24 3 5 20 1 37 5 39 24 20 38Z",
    resource: "M5 9a4 4 0 0 1 4-4h22a4 4 0 0 1 4 4v22a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4Z",
  };

  const element = (tag, text = "", className = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };

  // A sign with what is seen in it (a count) and what is heard (the whole name); text only, never HTML.
  const sign = (kind, seen, heard, gap) => {
    const box = element("span", "", "sign");
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 40 40");
    drawing.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", SIGNS[kind]);
    drawing.append(path);
    const count = element("b", seen);
    count.setAttribute("aria-hidden", "true");
    box.append(drawing, count, element("span", heard, "visually-hidden"));
    return L.divIcon({ html: box, className: `pin pin-${kind}${gap ? " pin-gap" : ""}`, iconSize: [44, 44],
      iconAnchor: kind === "need" ? [40, 40] : [4, 40], popupAnchor: kind === "need" ? [-18, -34] : [18, -34] });
  };

  const popup = ({ name, lines, url }, words) => {
    const box = element("div", "", "map-popup");
    box.append(element("b", name), ...lines.filter(Boolean).map((line) => element("p", line)));
    const link = element("a", url.startsWith("#") ? words.list : words.open);
    link.href = url;
    box.append(link);
    return box;
  };

  const clustered = (kind, words) => L.markerClusterGroup({
    chunkedLoading: true,
    clusterPane: kind,
    showCoverageOnHover: false,
    maxClusterRadius: 44,
    animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    spiderLegPolylineOptions: { className: "spider-leg" },
    iconCreateFunction: (cluster) => {
      const gap = cluster.getAllChildMarkers().some((marker) => marker.options.gap);
      return sign(kind, String(cluster.getChildCount()), `${words[kind]}: ${cluster.getChildCount()}. ${words.nearer}`, gap);
    },
  });

  const marker = (feature, words) => {
    const { kind, name, gap = false } = feature.properties;
    const [longitude, latitude] = feature.geometry.coordinates;
    const called = `${kind === "need" ? words.oneNeed : words.oneResource}: ${name}`;
    const one = L.marker([latitude, longitude], { icon: sign(kind, "", called, gap), gap, pane: kind });
    return one.bindPopup(popup(feature.properties, words));
  };

  // A district's name is a button in its middle; the polygon itself cannot be reached with a keyboard.
  const district = (feature, words, map) => {
    const { name, note = "", gaps = 0, centre } = feature.properties;
    L.geoJSON(feature, { interactive: false, style: { className: gaps ? "district district-gap" : "district" } }).addTo(map);
    const label = element("span", "", "district-name");
    label.append(element("b", name), element("small", note));
    const icon = L.divIcon({ html: label, className: "pin-district", iconSize: null });
    L.marker([centre[1], centre[0]], { icon, pane: "names" }).bindPopup(popup(feature.properties, words)).addTo(map);
  };

  // The hatching of a district with a gap, once in the drawing that leaflet made for the polygons.
  const hatching = (map) => {
    const drawing = map.getPane("overlayPane").querySelector("svg");
    if (!drawing) return;
    const pattern = document.createElementNS(SVG, "pattern");
    const facts = { id: "hatch", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
    for (const [key, value] of Object.entries(facts)) pattern.setAttribute(key, value);
    for (const [shape, d] of [["ground", "M0 0H9V9H0Z"], ["stroke", "M0 0V9"]]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", `hatch-${shape}`);
      path.setAttribute("d", d);
      pattern.append(path);
    }
    drawing.prepend(pattern);
  };

  // With a keyboard one gets into what was opened, and by Escape back to where one was.
  const keyboard = (map, words) => {
    let opener = null;
    map.getContainer().addEventListener("keydown", (event) => {
      const pressed = event.target.closest(".leaflet-marker-icon");
      if (pressed && (event.key === "Enter" || event.key === " ")) opener = pressed;
      if (pressed && event.key === " ") {
        event.preventDefault();
        pressed.click();
      }
      if (event.key === "Escape" && event.target.closest(".leaflet-popup")) {
        map.closePopup();
        opener?.focus();
      }
    }, true);
    // What was pressed may be gone once the map is nearer: a cluster fell apart.
    map.on("zoomend moveend", () => {
      if (opener && !opener.isConnected && document.activeElement === document.body) map.getContainer().focus();
    });
    map.on("popupopen", ({ popup: shown }) => {
      const box = shown.getElement();
      box.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close);
      if (opener?.isConnected && document.activeElement === opener) box.querySelector(".map-popup a").focus();
    });
  };

  const tiles = (map, { tiles: url, attribution }) => {
    if (!url) return;
    let errors = 0;
    const layer = L.tileLayer(url, { attribution, maxZoom: 19 });
    layer.on("tileerror", () => {
      errors += 1;
      if (errors === TILE_ERRORS) {
        layer.remove();
        map.getContainer().classList.remove("with-tiles");
      }
    });
    map.getContainer().classList.add("with-tiles");
    layer.addTo(map);
  };

  const draw = async (box) => {
    const words = box.dataset;
    const answer = await fetch(words.source, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`map data: ${answer.status}`);
    const { features } = await answer.json();
    // Without maxZoom markercluster cannot work where there is no tile layer.
    const map = L.map(box, { maxZoom: 18, zoomSnap: 0.1, zoomControl: false, attributionControl: Boolean(words.tiles) });
    map.attributionControl?.setPrefix(false);
    L.control.zoom({ position: "topright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    // In the order of Tab; what lies over what is another thing.
    for (const [pane, height] of [["need", 610], ["resource", 600], ["names", 650]]) {
      map.createPane(pane).style.zIndex = height;
    }
    const bounds = L.geoJSON(features).getBounds();
    map.fitBounds(bounds.isValid() ? bounds : [[49, 14.1], [54.9, 24.2]], { padding: [12, 12] });
    tiles(map, words);
    const groups = { need: clustered("need", words), resource: clustered("resource", words) };
    for (const feature of features) {
      if (feature.properties.kind === "district") district(feature, words, map);
      else groups[feature.properties.kind].addLayer(marker(feature, words));
    }
    hatching(map);
    keyboard(map, words);
    switches(box, map, groups);
    box.dataset.ready = "yes";
  };

  const switches = (box, map, groups) => {
    for (const input of document.querySelectorAll(".layers input")) {
      const group = groups[input.value];
      const show = () => {
        if (group) map[input.checked ? "addLayer" : "removeLayer"](group);
        else box.classList.toggle("without-gaps", !input.checked);
      };
      input.addEventListener("change", show);
      show();
    }
    for (const [kind, group] of Object.entries(groups)) {
      if (!document.querySelector(`.layers input[value="${kind}"]`)) map.addLayer(group);
    }
  };

  const box = document.getElementById("map");
  draw(box).catch((error) => {
    box.replaceChildren(element("p", box.dataset.failed));
    throw error;
  });
})();
