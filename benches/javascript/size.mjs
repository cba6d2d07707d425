// How large the emitted modules are once minified: `npm ci && node size.mjs`.

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transformSync } from "esbuild";

const root = fileURLToPath(new URL("../../generated/", import.meta.url));
const elements = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
const paths = ["validator.mjs", ...elements.map(({ name }) => `${name}/validator.mjs`)];
console.log("module".padEnd(36), "bytes".padStart(8), "minified".padStart(10), "gzipped".padStart(9));
for (const path of paths) {
  const source = readFileSync(root + path);
  const { code } = transformSync(source, { minify: true, format: "esm" });
  const sizes = [source.length, Buffer.byteLength(code), gzipSync(code).length];
  console.log(path.padEnd(36), ...sizes.map((size, at) => String(size).padStart([8, 10, 9][at])));
}
