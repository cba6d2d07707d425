// How long the emitted JavaScript takes on parsed values, divided by the time of validators that ajv
// and @exodus/schemasafe make of the emitted JSON Schemas. All report every violation.
//
//   npm ci && node bench.mjs            one process validates all inputs in turn, as services do
//                  node bench.mjs --alone    each pair of validator and input in a process of its own,
//                                            where an engine can specialise all code for one shape

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inputs } from "./inputs.mjs";

const ROUNDS = 40;
const CALLS = 25_600;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// The shipped catalogue, and an element of thirty entries.
const generated = (path) => here(path.startsWith("thirty/") ? `../../target/bench-javascript/${path}` : `../../generated/${path}`);

if (!existsSync(here("node_modules/ajv")) || !existsSync(here("node_modules/@exodus/schemasafe"))) {
  console.error("NOTHING WAS MEASURED: ajv and @exodus/schemasafe are not installed; run `npm ci` in benches/javascript");
  process.exit(1);
}
if (!existsSync(generated("validator.mjs"))) {
  console.error("NOTHING WAS MEASURED: generated/validator.mjs is not there; run `cargo run -- build`");
  process.exit(1);
}

const out = here("../../target/bench-javascript");
const [, , how, ...only] = process.argv;
const built = only.length > 0 ? { status: 0 } : spawnSync("cargo", ["run", "-q", "--", "build", "--elements", here("elements"), "--out", out], { cwd: here("../.."), encoding: "utf8" });
if (built.status !== 0 || !existsSync(generated("thirty/validator.mjs"))) {
  console.error(`NOTHING WAS MEASURED: the element of thirty entries was not built\n${built.error ?? built.stderr}`);
  process.exit(1);
}

/** Each peer makes a validator of a message. */
const PEERS = {
  async elementc(element, message) {
    const name = message.split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join("");
    const validate = (await import(generated(`${element}/validator.mjs`)))[`validate${name}`];
    return (value) => validate(value).valid;
  },
  async ajv(element, message) {
    const { default: Ajv } = await import("ajv/dist/2020.js");
    const { default: standalone } = await import("ajv/dist/standalone/index.js");
    const ajv = new Ajv.default({ allErrors: true, code: { source: true, esm: true }, strict: false, validateFormats: false });
    const code = standalone.default(ajv, ajv.compile(schema(element, message)));
    mkdirSync(here("node_modules/.standalone"), { recursive: true });
    const path = here(`node_modules/.standalone/${element}-${message}.mjs`);
    writeFileSync(path, code);
    return (await import(path)).default;
  },
  async schemasafe(element, message) {
    const { validator } = await import("@exodus/schemasafe");
    // `format` only annotates in these schemas; schemasafe knows no such thing.
    const { examples, ...rest } = schema(element, message, (key, value) => (key === "format" && typeof value === "string" ? undefined : value));
    return validator(rest, { mode: "lax", isJSON: true, includeErrors: true, allErrors: true, formatAssertion: false });
  },
};

function schema(element, message, reviver) {
  return JSON.parse(readFileSync(generated(`${element}/${message}.schema.json`), "utf8"), reviver);
}

/** Nanoseconds per call, over all bodies in turn. */
function time(validate, bodies, calls) {
  let valid = 0;
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) if (validate(bodies[call & 255])) valid++;
  const taken = Number(process.hrtime.bigint() - start) / calls;
  if (valid !== 0 && valid !== calls) throw new Error("some bodies of an input are valid and some are not");
  return [taken, valid !== 0];
}

function measured(rows) {
  const least = rows.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    rows.forEach(({ validate, input }, at) => {
      const [taken, valid] = time(validate, input.bodies, CALLS);
      if (valid !== input.valid) throw new Error(`${input.name}: a peer gives another verdict`);
      // The first rounds only warm up.
      if (round >= ROUNDS / 4) least[at] = Math.min(least[at], taken);
    });
  }
  return least;
}

const all = inputs(generated);
if (only.length === 2) {
  const [peer, name] = only;
  const input = all.find((input) => input.name === name);
  console.log(measured([{ validate: await PEERS[peer](input.element, input.message), input }])[0]);
} else {
  const rows = [];
  for (const input of all) {
    for (const peer of Object.keys(PEERS)) {
      rows.push({ peer, input, validate: await PEERS[peer](input.element, input.message) });
    }
  }
  const alone = ({ peer, input }) => {
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--alone", peer, input.name]);
    if (child.status !== 0) throw new Error(String(child.stderr));
    return Number(child.stdout);
  };
  const taken = how === "--alone" ? rows.map(alone) : measured(rows);
  const nanoseconds = (peer, input) => taken[rows.findIndex((row) => row.peer === peer && row.input === input)];
  console.log(`time ÷ ajv standalone, ${how === "--alone" ? "each alone in a process" : "all interleaved in one process"}, Node ${process.version}\n`);
  console.log(["input".padEnd(34), ...Object.keys(PEERS).map((peer) => peer.padStart(12)), "ajv, ns".padStart(12)].join(""));
  for (const input of all) {
    const ajv = nanoseconds("ajv", input);
    const ratios = Object.keys(PEERS).map((peer) => (nanoseconds(peer, input) / ajv).toFixed(3).padStart(12));
    console.log([input.name.padEnd(34), ...ratios, ajv.toFixed(0).padStart(12)].join(""));
  }
}
