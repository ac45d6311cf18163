// Unpacks the npm package's browser beside it: `chromium` here is a script that finds its own libraries and fonts.
const fs = require("fs");
const path = require("path");
const { pipeline } = require("stream/promises");
const { extract } = require("tar-fs");
const zlib = require("zlib");

const here = __dirname;
const packed = path.join(here, "node_modules/@sparticuz/chromium/bin");

async function unpack(name, target) {
  await pipeline(fs.createReadStream(path.join(packed, name)), zlib.createBrotliDecompress(), target);
}

async function main() {
  await unpack("fonts.tar.br", extract(here));
  await unpack("al2023.tar.br", extract(here)); // lib: NSS and expat, which a bare machine does not have
  await unpack("swiftshader.tar.br", extract(here));
  await unpack("chromium.br", fs.createWriteStream(path.join(here, "chromium.bin"), { mode: 0o755 }));
  fs.writeFileSync(
    path.join(here, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir><cachedir prefix="relative">cache</cachedir></fontconfig>\n`,
  );
  fs.writeFileSync(
    path.join(here, "chromium"),
    `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here"
exec "$here/chromium.bin" "$@"\n`,
    { mode: 0o755 },
  );
  fs.rmSync(path.join(here, "node_modules"), { recursive: true });
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
