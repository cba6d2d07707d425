// The bodies that are validated: 256 of each kind, each parsed on its own, with declared entries only.

import { readFileSync } from "node:fs";

/** The same numbers on every run. */
function random(seed) {
  return (bound) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % bound;
  };
}

const below = random(1);

/** An object whose members come in another order, at every depth. */
function shuffled(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  for (let at = keys.length - 1; at > 0; at--) {
    const other = below(at + 1);
    [keys[at], keys[other]] = [keys[other], keys[at]];
  }
  return Object.fromEntries(keys.map((key) => [key, shuffled(value[key])]));
}

/** A body that has some of the optional entries, other values, and mostly another order. */
function varied(sample, number) {
  const body = structuredClone(sample);
  const { configuration } = body;
  configuration["oauth.callback.url"] = `https://app${number}.example.com/auth/callback?tenant=${below(1000)}`;
  configuration["oauth.api.key"] = `key-${number}-${below(1e6)}`;
  body.name = `Instance ${number}`;
  body.tags = Array.from({ length: 1 + below(3) }, (_, at) => `tag ${at}`);
  if (below(2) === 0) configuration["filter.response.nulls"] = below(2) === 0;
  if (below(2) === 0) {
    configuration["event.notification.enabled"] = [true, "true"][below(2)];
    configuration["event.notification.callback.url"] = `https://app${number}.example.com/events`;
    configuration["event.vendor.type"] = ["polling", "webhook"][below(2)];
  }
  return below(4) === 0 ? body : shuffled(body);
}

/** The inputs; `generated` leads to a file of the output. */
export function inputs(generated) {
  const read = (path) => JSON.parse(readFileSync(generated(path), "utf8"));
  const bodies = (make) => Array.from({ length: 256 }, (_, number) => JSON.parse(JSON.stringify(make(number))));
  const create = { message: "create-instance", valid: true };
  const sample = read("sageoneuk/instance.json");
  const twoMissing = structuredClone(sample);
  delete twoMissing.configuration.signature;
  delete twoMissing.configuration["oauth.api.key"];
  const live = read("sagelive/instance.json");
  return [
    { ...create, name: "valid", element: "sageoneuk", bodies: bodies(() => sample) },
    { ...create, name: "valid, without a URL", element: "sagehr", bodies: bodies(() => read("sagehr/instance.json")) },
    { ...create, name: "30 entries", element: "thirty", bodies: bodies(() => read("thirty/instance.json")) },
    { ...create, name: "256 varied", element: "sagelive", bodies: bodies((number) => varied(live, number)) },
    { ...create, name: "reject, two missing", element: "sageoneuk", valid: false, bodies: bodies(() => twoMissing) },
    { name: "created-instance, open", element: "sagelive", message: "created-instance", valid: true, bodies: bodies(() => read("sagelive/created-instance.example.json")) },
  ];
}
