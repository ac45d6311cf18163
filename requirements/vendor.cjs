// Copies what a browser loads, and the licences that must go with it, from the npm packages to static/vendor.
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
};

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
fs.rmSync(vendor, { recursive: true, force: true });
fs.renameSync(fresh, vendor);
