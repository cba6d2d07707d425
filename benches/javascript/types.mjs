// Holds the emitted types against tsc: every declaration by itself, every sample against the type of its
// message, and some values that must not fit. `npm ci && node types.mjs`

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here("../../generated/");
const tsc = here("node_modules/typescript/bin/tsc");
if (!existsSync(tsc)) {
  console.error("NOTHING WAS CHECKED: typescript is not installed; run `npm ci` in benches/javascript");
  process.exit(1);
}

const pascal = (message) => message.split(/[-.]/).map((word) => word[0].toUpperCase() + word.slice(1)).join("");
const elements = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
const lines = [];
let samples = 0;
elements.forEach((element, at) => {
  lines.push(`import * as e${at} from "${root}${element}/validator.mjs";`);
  for (const file of readdirSync(root + element)) {
    const message = /^(.*)\.example\.json$/.exec(file)?.[1] ?? (/^instance(\..*)?\.json$/.test(file) ? "create-instance" : undefined);
    if (message === undefined) continue;
    const name = pascal(message);
    const sample = readFileSync(`${root}${element}/${file}`, "utf8").trim();
    lines.push(`{ const sample: e${at}.${name} = ${sample}; const { valid, violations }: e${at}.Report = e${at}.validate${name}(sample); void [valid, violations]; }`);
    samples++;
  }
});
const one = `e${elements.indexOf("sageone")}`;
const refused = [
  `const it: ${one}.CreateInstance["element"] = { key: "sageoneuk" };`,
  `const it: ${one}.CreateInstance["configuration"]["event.vendor.type"] = "webhooks";`,
  `const it: ${one}.OauthCallback = { country: "GB" };`,
  `const it: ${one}.OauthCallback = { country: "GB", code: "c", error: "e" };`,
  `const it = (c: ${one}.CreateInstance["configuration"]): ${one}.CreateInstance["configuration"] => ({ ...c, "event.notification.enabled": true, "event.notification.callback.url": undefined });`,
  `const it: ${one}.Violation["code"] = "unknown";`,
];
lines.push(...refused.map((line) => `{\n// @ts-expect-error\n${line} void it; }`));
mkdirSync(here("node_modules/.types"), { recursive: true });
const path = here("node_modules/.types/check.mts");
writeFileSync(path, lines.join("\n"));
for (const resolution of ["nodenext", "bundler"]) {
  const module = resolution === "bundler" ? "esnext" : resolution;
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "false", "--target", "es2022", "--module", module, "--moduleResolution", resolution];
  const { status, stdout, error } = spawnSync(process.execPath, [tsc, ...options, path], { encoding: "utf8" });
  if (status !== 0) {
    console.error(error ?? stdout);
    process.exit(1);
  }
}
console.log(`${elements.length} declarations are sound, ${samples} samples fit their types, ${refused.length} values are refused`);
