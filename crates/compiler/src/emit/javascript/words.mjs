// ---------------------------------------------------------------------------------------------
// Explanations
// ---------------------------------------------------------------------------------------------

/** What leaves no room for other violations: the value is no JSON, or nests too deep. */
class Stop {
  constructor({ code, message }) {
    this.violation = { code, pointer: "", entry: "", message };
  }
}

/** Makes sure that a value of which nothing is declared is JSON, in a container so deep. */
function check(value, depth) {
  const stop = stopIn(value, depth);
  if (stop !== null) throw new Stop(stop);
}

/** All violations of a value, in order. */
function explain(program, value, isStrict) {
  try {
    if (!isObject(value)) {
      check(value, 0);
      const message = `the message must be an object, not ${kindOf(value)}`;
      return [{ code: "wrong-type", pointer: "", entry: "", message }];
    }
    const reader = new Reader(program, isStrict);
    reader.object(program.objects[0], value);
    reader.settle();
    return reader.violations.map(({ code, pointer, entry, message }) => ({ code, pointer, entry, message }));
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop;
    return [stop.violation];
  }
}

/** Reads a value and collects what is wrong with it. */
class Reader {
  constructor(program, isStrict) {
    this.program = program;
    this.isStrict = isStrict;
    this.violations = [];
    /** The value of each entry that is there, and when it was read. */
    this.values = new Array(program.entries.length).fill(undefined);
    this.times = new Array(program.entries.length).fill(0);
    this.time = 0;
    /** The unknown entries among the violations, each with its object. */
    this.unknown = [];
  }

  push(code, pointer, entry, message) {
    const violation = { code, pointer, entry, message, time: this.time };
    this.violations.push(violation);
    return violation;
  }

  object(object, value) {
    let expected = object.first;
    for (const key in value) {
      if (!hasOwn.call(value, key)) continue;
      const member = value[key];
      if (member === undefined) continue;
      const entry = key === expected.key ? expected : object.index.get(key);
      this.time++;
      if (entry !== undefined) {
        this.values[entry.number] = member;
        this.times[entry.number] = this.time;
        this.entry(entry, member);
        expected = entry.next;
        continue;
      }
      if (object.isClosed) {
        this.unknown.push([object, this.push("unknown-entry", pointerOf(object) + step(key), key, "")]);
      }
      check(member, object.depth);
    }
  }

  entry(entry, value) {
    switch (entry.kind) {
      case DECLARED:
        if (!isObject(value)) break;
        this.object(entry.held, value);
        return;
      case LIST:
        if (!isArray(value)) break;
        check(value, entry.object.depth);
        return;
      case STRINGS:
        if (!isArray(value)) break;
        this.strings(entry, value);
        return;
      case ANY:
        check(value, entry.object.depth);
        this.placeholder(entry, value);
        return;
      default: {
        const fault = faultOf(entry, value);
        this.skip(entry, value);
        if (fault === null) {
          this.placeholder(entry, value);
          return;
        }
        this.push(fault, entryPointer(entry), entry.key, MESSAGES[fault](entry, value));
        return;
      }
    }
    this.skip(entry, value);
    this.push("wrong-type", entryPointer(entry), entry.key, wrongType(entry, value));
  }

  /** Whether or not an object or array is accepted, it must be JSON. */
  skip(entry, value) {
    if (typeof value === "object") check(value, entry.object.depth);
  }

  strings(entry, items) {
    for (let at = 0; at < items.length; at++) {
      const item = items[at]; // `undefined` in a hole, which is no JSON
      this.time++;
      if (typeof item === "string") {
        this.placeholder(entry, item, at);
      } else {
        check(item, entry.object.depth + 1);
        const message = `every item of ${named(entry.key)} must be a string, not ${kindOf(item)}`;
        this.push("wrong-type", `${entryPointer(entry)}/${at}`, entry.key, message);
      }
    }
  }

  placeholder(entry, value, item) {
    if (!this.isStrict || typeof value !== "string" || !PLACEHOLDER.test(value)) return;
    const [subject, place] = item === undefined ? ["", ""] : ["an item of ", `/${item}`];
    const message = `${subject}${named(entry.key)} still holds a placeholder`;
    this.push("placeholder", entryPointer(entry) + place, entry.key, message);
  }

  /** Settles what only the whole value tells: hints, excluded and missing entries, constraints. */
  settle() {
    const { values, violations } = this;
    this.unknown.forEach(([object, violation], at) => {
      const hint = at < SUGGESTIONS ? this.hint(object, violation.entry) : "";
      violation.message = `unknown entry ${named(violation.entry)}${hint}`;
    });
    // Missing entries, each with the conditions that require it; the unconditional first.
    const missing = [];
    const excluded = [];
    const constraints = [];
    for (const object of this.program.objects) {
      if (!isThere(object, values)) continue;
      for (const entry of object.entries) {
        if (entry.required === 1 && values[entry.number] === undefined) missing.push([entry, []]);
      }
    }
    for (const rule of this.program.rules) {
      const { object, when, code, of } = rule;
      if (isKept(rule, values) || !isThere(object, values) || !when.every((when) => holds(when, values))) continue;
      const because = this.because(when);
      if (code === "missing-entry") {
        missing.push([of[0], when]);
      } else if (code === "excluded-entry") {
        const [entry] = of;
        const message = `${named(entry.key)} does not belong here${because}`;
        excluded.push({ code, pointer: entryPointer(entry), entry: entry.key, message, time: this.times[entry.number] });
      } else {
        const key = object.holder === null ? "" : object.holder.key;
        constraints.push({ code, pointer: pointerOf(object), entry: key, message: this.demand(rule, because) });
      }
    }
    if (excluded.length > 0) {
      // What else is wrong with the value of an excluded entry does not matter: it is to be removed.
      // Of several rules that exclude it, the first counts.
      const at = new Map(excluded.reverse().map((violation) => [violation.time, violation]));
      const others = violations.filter(({ time }) => !at.has(time));
      this.violations = [...others, ...at.values()].sort((a, b) => a.time - b.time);
    }
    // Both sorts are stable: of the reasons to miss an entry, the first counts.
    missing.sort(([a], [b]) => a.number - b.number);
    missing.forEach(([entry, when], index) => {
      if (index > 0 && missing[index - 1][0] === entry) return;
      const name = named(entry.key);
      const what = when.length === 0 ? `missing required entry ${name}` : `${name} is required`;
      this.push("missing-entry", entryPointer(entry), entry.key, what + this.because(when) + contents(entry));
    });
    this.violations.push(...constraints);
  }

  /**
   * What an unknown key may have meant: the closest entry of its object, of two that are equally
   * close the one that is not there; else the same key in another object.
   */
  hint(object, key) {
    const isGiven = ({ number }) => this.values[number] !== undefined;
    const isAbsent = (entry) => !isGiven(entry);
    const own = [...object.entries.filter(isAbsent), ...object.entries.filter(isGiven)];
    const close = suggest(key, own.map((entry) => entry.key));
    if (close !== undefined) return `; did you mean ${named(close)}?`;
    const namesakes = this.program.entries.filter((entry) => entry.key === key);
    const entry = namesakes.find(isAbsent) ?? namesakes[0];
    if (entry === undefined) return "";
    const { holder } = entry.object;
    return holder === null ? "; it belongs at the top level" : `; it belongs in ${named(holder.key)}`;
  }

  /** What a constraint demands, and what it found. */
  demand({ code, of }, because) {
    if (code === "no-variant") {
      const what = of.isNegated ? "none of these may hold: " : of.any.length === 1 ? "expected that " : "one of these must hold: ";
      return `no variant fits${because}: ${what}${alternatives(of)}`;
    }
    const names = (entries) => entries.map((entry) => named(entry.key));
    const found = (isGiven, what) => {
      const matching = of.filter(({ number }) => (this.values[number] !== undefined) === isGiven);
      const verb = matching.length === 0 ? "none is " : matching.length === 1 ? " is " : " are ";
      return `; ${list(names(matching), " and ")}${verb}${what}`;
    };
    if (code === "all-or-none") return `${list(names(of), " and ")} go together${because}${found(false, "missing")}`;
    const [before, after] = DEMANDS[code];
    return `${before} of ${list(names(of), ", ")} ${after}${because}${found(true, "given")}`;
  }

  /** Why a rule applies, from " because" on; nothing if it always does. */
  because(when) {
    const reasons = when.flatMap((condition) => this.reasons(condition));
    return reasons.length === 0 ? "" : ` because ${reasons.join(" and ")}`;
  }

  reasons(condition) {
    const { any, isNegated } = condition;
    if (isNegated) {
      if (any.length === 1 && any[0].length === 1) return [asserted(any[0][0], true)];
      return [`none of these holds: ${alternatives(condition)}`];
    }
    // A conjunction of no tests always holds: there is nothing to explain.
    return (firstOf(condition, this.values) ?? []).map((test) => {
      const isDefault = this.values[test.entry.number] === undefined && test.is !== false;
      return asserted(test, false) + (isDefault ? " by default" : "");
    });
  }
}

const DEMANDS = {
  "one-of": ["exactly one", "is needed"],
  "any-of": ["at least one", "is needed"],
  excludes: ["at most one", "may be given"],
};

// ---------------------------------------------------------------------------------------------
// Words
// ---------------------------------------------------------------------------------------------

/** A member of an RFC 6901 pointer. */
const step = (key) => `/${/[~/]/.test(key) ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key}`;

const pointerOf = ({ holder }) => (holder === null ? "" : entryPointer(holder));

const entryPointer = (entry) => (entry.pointer ??= pointerOf(entry.object) + step(entry.key));

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** A name in backticks, on one line; a very long one is cut. */
function named(key) {
  if (key.length <= LONGEST_NAME && !CONTROL.test(key)) return `\`${key}\``;
  const letters = [...key];
  const cut = letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join("")}…` : key;
  return `\`${[...cut].map((letter) => (CONTROL.test(letter) ? escaped(letter) : letter)).join("")}\``;
}

function escaped(letter) {
  return { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[letter] ?? `\\u{${letter.charCodeAt(0).toString(16)}}`;
}

/** What a value is, with its article. */
function kindOf(value) {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
    case "symbol":
    case "function":
      return `a ${typeof value}`;
    case "number":
      return isFinite(value) ? "a number" : String(value);
    case "object":
      return value === null ? "null" : isArray(value) ? "an array" : "an object";
    default:
      return "undefined";
  }
}

/** `a`, `a and b`, `a, b and c`. */
function list(items, conjunction) {
  if (items.length < 2) return items.join("");
  return items.slice(0, -1).join(", ") + conjunction + items[items.length - 1];
}

/** What the value of an entry has, if something is wrong with it; by code. */
const MESSAGES = {
  "wrong-type": wrongType,
  "not-allowed": notAllowed,
  "wrong-format": ({ key, pattern }) => `${named(key)} must be ${pattern.expected}`,
  "out-of-range": ({ key, min, max }) => {
    const [hasMin, hasMax] = [min !== -Infinity, max !== Infinity];
    const range = hasMin && hasMax ? `between ${number(min)} and ${number(max)}` : hasMin ? `at least ${number(min)}` : `at most ${number(max)}`;
    return `${named(key)} must be ${range}`;
  },
};

function wrongType(entry, value) {
  const isFraction = (entry.accepts & INTEGER) !== 0 && typeof value === "number" && isFinite(value);
  return `${named(entry.key)} must be ${wanted(entry)}, not ${isFraction ? "a fractional number" : kindOf(value)}`;
}

/** What an entry may be, after "must be". */
function wanted({ kind, accepts, constants }) {
  if (kind === DECLARED) return "an object";
  if (kind === LIST) return "an array";
  if (kind === STRINGS) return "an array of strings";
  if (constants !== null) return alternativesOf(constants);
  const types = [
    [BOOLEAN, "a boolean"],
    [NUMBER | INTEGER, (accepts & NUMBER) === 0 ? "an integer" : "a number"],
    [STRING, "a string"],
    [OBJECT, "an object"],
    [NULL, "null"],
  ];
  return list(types.filter(([bits]) => (accepts & bits) !== 0).map(([, words]) => words), " or ");
}

/** Quotes the value if that helps; never that of a secret. */
function notAllowed({ key, isSecret, constants }, value) {
  if (isSecret) return `${named(key)} has a value that is not allowed`;
  const expected = alternativesOf(constants);
  const text = String(value);
  const length = [...text].length;
  if (length === 0 || length > LONGEST_VALUE) return `${named(key)} has a value that is not allowed: expected ${expected}`;
  const close = typeof value === "string" ? suggest(value, constants.filter((one) => typeof one === "string")) : undefined;
  return `${named(text)} is not allowed for ${named(key)}: expected ${expected}${close === undefined ? "" : `; did you mean ${named(close)}?`}`;
}

/** A number, without its hundreds of zeros if it is very great. */
function number(value) {
  if (Math.abs(value) >= 1e15) return value.toExponential().replace("e+", "e");
  const [digits, exponent] = String(value).split("e-");
  if (exponent === undefined) return digits;
  const [, sign, whole, fraction = ""] = /^(-?)(\d)(?:\.(\d+))?$/.exec(digits);
  return `${sign}0.${"0".repeat(exponent - 1)}${whole}${fraction}`;
}

/** Whether two constants read alike: `true` and `"true"` do. */
function areAlike(one, other) {
  if (typeof one === typeof other || (typeof one !== "string" && typeof other !== "string")) return one === other;
  const [text, native] = typeof one === "string" ? [one, other] : [other, one];
  if (typeof native !== "number") return text === String(native);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number(text) === native;
}

/** Constants as alternatives, each said once, in the native form if it has one. */
function alternativesOf(constants) {
  const distinct = constants.filter((one, at) => !constants.slice(0, at).some((other) => areAlike(one, other)));
  const listed = distinct.slice(0, LISTED).map((one) => constantOf(one, constants));
  if (distinct.length > LISTED) listed.push(`${distinct.length - LISTED} others`);
  return list(listed, " or ");
}

/** A constant: strings in backticks, everything else bare. */
function constantOf(one, constants) {
  if (typeof one === "number") return number(one);
  if (typeof one !== "string") return String(one);
  if (one === "") return "an empty string";
  const native = constants.find((other) => typeof other !== "string" && areAlike(one, other));
  return native === undefined ? named(one) : constantOf(native, []);
}

/** That a test holds, or that it does not. */
function asserted({ entry, is }, isDenied) {
  const name = named(entry.key);
  if (!isArray(is)) return `${name} is ${is === isDenied ? "not " : ""}given`;
  // To name what a secret was compared with would tell the secret.
  return `${name} is ${isDenied ? "not " : ""}${entry.isSecret ? "a certain value" : alternativesOf(is)}`;
}

/** The conjunctions of a condition. */
function alternatives({ any }) {
  return any.map((tests) => tests.map((test) => asserted(test, false)).join(" and ")).join("; ");
}

/** What an entry that is a declared object must hold; nothing for any other. */
function contents({ held }) {
  if (held === null) return "";
  const required = held.entries.filter((entry) => entry.required === 1).slice(0, LISTED);
  if (required.length === 0) return "";
  const more = required.length < held.entries.length ? ", …" : "";
  return ` (it holds ${required.map((entry) => named(entry.key)).join(", ")}${more})`;
}

// ---------------------------------------------------------------------------------------------
// Suggestions
// ---------------------------------------------------------------------------------------------

/** How many bytes a text takes in UTF-8. */
function bytesOf(text) {
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/**
 * The candidate that is closest to a word, if it is close: of the longer of the two, at most a third
 * of the characters have to be inserted, dropped, replaced or swapped with their neighbour. Case and
 * separators count as one change altogether. Of several, the first.
 */
function suggest(word, candidates) {
  const bytes = bytesOf(word);
  if (bytes > LONGEST_WORD) return undefined;
  let best;
  let least = Infinity;
  for (const candidate of candidates) {
    const candidateBytes = bytesOf(candidate);
    const limit = Math.min(Math.floor(Math.max(bytes, candidateBytes) / 3), least - 1);
    if (candidateBytes > LONGEST_WORD || limit < 1) continue;
    const distance = folded(word) === folded(candidate) ? 1 : distanceOf([...word], [...candidate]);
    if (distance <= limit) [best, least] = [candidate, distance];
  }
  return best;
}

const folded = (word) => word.replace(/[._\- ]/g, "").replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** How many changes make one word the other (optimal string alignment). */
function distanceOf(left, right) {
  let before = [];
  let last = [0, ...right.map((_, at) => at + 1)];
  left.forEach((a, i) => {
    const row = [i + 1];
    right.forEach((b, j) => {
      let cost = Math.min(last[j] + (a === b ? 0 : 1), last[j + 1] + 1, row[j] + 1);
      if (i > 0 && j > 0 && left[i - 1] === b && right[j - 1] === a) cost = Math.min(cost, before[j - 1] + 1);
      row.push(cost);
    });
    [before, last] = [last, row];
  });
  return last[right.length];
}
