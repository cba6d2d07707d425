/**
 * The validation engine of elementc, in JavaScript: runs the program of a message on a parsed value.
 *
 * In: a program (the tables of an element's `validator.mjs`), a value as `JSON.parse` makes it, and
 * whether placeholders may be left. Out: a report of every violation, in the order of the value's
 * members, then what is missing in declared order, then the constraints that do not hold.
 *
 * A value is judged as `JSON.stringify` would write it: own enumerable members count, those that are
 * `undefined` do not. A value is first tried with code that comes with the message, or with `accepts`,
 * which only say yes or no; only if they say no does `explain` look for the reasons.
 *
 * No dependencies, no code from strings; runs in browsers, Node, Deno and Bun.
 */

/** How deep arrays and objects may nest, the outermost counted as one. */
const MAX_DEPTH = 128;

/** How many entries or constants a message lists before the rest is only counted. */
const LISTED = 12;

/** The longest name and the longest value that are quoted in full, in characters. */
const LONGEST_NAME = 64;
const LONGEST_VALUE = 40;

/** So many unknown entries get a suggestion; words of more bytes get none. */
const SUGGESTIONS = 64;
const LONGEST_WORD = 64;

/** JSON types as bits, for the `accepts` of an entry. */
const NULL = 1;
const BOOLEAN = 2;
const INTEGER = 4;
const NUMBER = 8;
const STRING = 16;
const OBJECT = 32;

/** What an entry may be, besides a scalar: the `is` of an entry. */
const VALUE = 0;
const ANY = 1;
const LIST = 2;
const STRINGS = 3;
const DECLARED = 4;

// Taken once, so that nothing done to the built-in prototypes afterwards changes a verdict.
const { isArray } = Array;
const { isInteger, isFinite } = Number;
const hasOwn = Object.prototype.hasOwnProperty;

/** A placeholder: `<`, a letter or digit, any of those or of `_ .:/-`, `>`. */
const PLACEHOLDER = /<[A-Za-z0-9\u0080-\uffff][A-Za-z0-9\u0080-\uffff_ .:\/-]*>/;

// ---------------------------------------------------------------------------------------------
// Programs
// ---------------------------------------------------------------------------------------------

/**
 * The validator of a message: `(value, options) => report`. Tables are linked when they are first needed.
 * A message may come with code that says yes to values that are surely valid; the tables decide.
 *
 * A program is `{ objects, tests, rules }`, compact and immutable:
 *
 * - `objects: [[isClosed, [entry, ...]], ...]`, the first of which is the whole message.
 * - An entry is `[key, flags, is, constants, pattern, min, max]`, cut after the last that it has; or its
 *   key alone, if all else is as in the entry before it.
 *   Flags: 1 required, 2 secret. `is`: "any", "list", "strings", `[object]` for the declared object
 *   with that number, or the bits of the types that are accepted. Entries are numbered through all objects.
 * - `tests: [[entry, is, defaultHolds], ...]` ask whether an entry is one of some constants, or
 *   whether it is there (`true`) or not (`false`).
 * - A condition is `[[test, ...], ...]`, any of whose conjunctions must hold, or `{ not: [...] }`,
 *   none of which may.
 * - `rules: [[object, [condition, ...], code, of], ...]`: if the object is there and all conditions
 *   hold, what the code names must not be so of the entries `of` (for "no-variant", of a condition).
 */
export function validator(program, isSurelyValid) {
  let linked;
  return (value, options) => {
    const isStrict = options?.strict === true;
    if (!isStrict && isSurelyValid !== undefined && isSurelyValid(value)) return VALID;
    linked ??= link(program);
    // What has code of its own is hardly valid after all.
    if ((isSurelyValid === undefined || isStrict) && accepts(linked, value, isStrict)) return VALID;
    const violations = explain(linked, value, isStrict);
    return violations.length === 0 ? VALID : { valid: false, violations };
  };
}

/** Makes the tables of a program quick to run: numbers become references. */
function link({ objects, tests = [], rules = [] }) {
  const linked = objects.map(([isClosed]) => ({
    isClosed: isClosed === 1,
    entries: [],
    index: new Map(),
    first: null,
    required: 0,
    depth: 1,
    holder: null,
  }));
  const entries = [];
  objects.forEach(([, declared], at) => {
    const object = linked[at];
    let rest;
    object.entries = declared.map((tuple) => {
      const [key, ...own] = isArray(tuple) ? tuple : [tuple, ...rest];
      rest = own;
      return linkEntry(object, linked, [key, ...own]);
    });
    object.entries.forEach((entry, at) => {
      entry.number = entries.push(entry) - 1;
      entry.next = object.entries[at + 1] ?? NOTHING;
      object.required += entry.required;
      object.index.set(entry.key, entry);
    });
    object.first = object.entries[0] ?? NOTHING;
  });
  const asked = tests.map(([entry, is, defaultHolds = 0]) => ({ entry: entries[entry], is, defaultHolds: defaultHolds === 1 }));
  const condition = (of) => ({
    isNegated: !isArray(of),
    any: (isArray(of) ? of : of.not).map((all) => all.map((test) => asked[test])),
  });
  return {
    objects: linked,
    entries,
    rules: rules.map(([object, when, code, of]) => ({
      object: linked[object],
      when: when.map(condition),
      code,
      of: code === "no-variant" ? condition(of) : of.map((entry) => entries[entry]),
    })),
  };
}

/** An entry; all of them have the same members in the same order, which engines reward. */
function linkEntry(object, objects, [key, flags, is, constants = null, pattern = null, min = -Infinity, max = Infinity]) {
  const isSecret = (flags & 2) === 2;
  const entry = {
    key,
    number: 0,
    next: null,
    object,
    pointer: undefined,
    required: flags & 1,
    isSecret,
    kind: typeof is === "number" ? VALUE : isArray(is) ? DECLARED : is === "any" ? ANY : is === "list" ? LIST : STRINGS,
    accepts: typeof is === "number" ? is : 0,
    constants,
    pattern,
    min: min ?? -Infinity,
    max: max ?? Infinity,
    held: isArray(is) ? objects[is[0]] : null,
    // Whether any string will do; the types of which any value will do.
    isFree: false,
    plain: typeof is === "number" && constants === null ? is : 0,
    matches: isSecret ? (text) => pattern.matches(text) : (text) => pattern.test(text),
  };
  entry.isFree = entry.kind === ANY || ((entry.accepts & STRING) !== 0 && constants === null && pattern === null);
  if (entry.held !== null) {
    entry.held.holder = entry;
    entry.held.depth = object.depth + 1;
  }
  return entry;
}

/** Follows the last entry of an object: no key is equal to its own. */
const NOTHING = linkEntry(null, [], [null, 0, 0]);

// ---------------------------------------------------------------------------------------------
// Patterns
// ---------------------------------------------------------------------------------------------

/** A pattern: ECMA-262 with `u`, run as the automaton it comes with if backtracking is not safe. */
class Pattern {
  constructor(source, expected, automaton) {
    this.expected = expected;
    this.expression = automaton === null ? new RegExp(source, "u") : null;
    this.automaton = automaton;
    this.last = "";
  }

  matches(text) {
    return this.automaton === null ? this.expression.test(text) : run(this.automaton, text);
  }

  /** The same, for what is no secret: the callback URL of an application is mostly that of the last time. */
  test(text) {
    if (text === this.last && text !== "") return true;
    if (!this.matches(text)) return false;
    this.last = text;
    return true;
  }
}

/** A pattern, and what such text is called. */
export const pattern = (source, expected, automaton = null) => new Pattern(source, expected, automaton);

/** The named formats. */
export const formats = {};

/**
 * Runs an automaton over the UTF-8 bytes of a text: `[classes, next, accepting]`, with the class of each
 * of 256 bytes as runs `[length, class, ...]`, and a row of next states for each state. State 0 is
 * dead, state 1 the start.
 */
function run([runs, next, accepting], text) {
  const classOf = (byte) => {
    let at = 0;
    for (; byte >= runs[at]; at += 2) byte -= runs[at];
    return runs[at + 1];
  };
  let state = 1;
  for (let at = 0; at < text.length && state !== 0; at++) {
    const code = text.codePointAt(at);
    if (code > 0xffff) at++;
    const read = (byte) => (state = next[state][classOf(byte)]);
    if (code < 0x80) read(code);
    else {
      const tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      read([0xc0, 0xe0, 0xf0][tail - 1] | (code >> (6 * tail)));
      for (let left = tail - 1; left >= 0; left--) read(0x80 | ((code >> (6 * left)) & 0x3f));
    }
  }
  return accepting[state] === 1;
}

// ---------------------------------------------------------------------------------------------
// Validation
// ---------------------------------------------------------------------------------------------

/** The report of every valid message. */
const VALID = Object.freeze({ valid: true, violations: Object.freeze([]) });

/** All missing entries in one sentence; `undefined` if none is missing. */
export function summary({ violations }) {
  const missing = violations.filter(({ code }) => code === "missing-entry").map(({ entry }) => named(entry));
  if (missing.length === 0) return undefined;
  return `missing required ${missing.length === 1 ? "entry" : "entries"}: ${missing.join(", ")}`;
}

const isObject = (value) => typeof value === "object" && value !== null && !isArray(value);

/** Whether nothing is wrong with a message. */
function accepts({ objects, entries, rules }, value, isStrict) {
  const values = rules.length === 0 ? null : new Array(entries.length).fill(undefined);
  return isObject(value) && acceptsObject(objects[0], value, values, isStrict) && follows(rules, values);
}

/** Whether nothing is wrong with a declared object, rules aside. Entries that are there go to `values`. */
function acceptsObject(object, value, values, isStrict) {
  let expected = object.first;
  let required = 0;
  for (const key in value) {
    if (!hasOwn.call(value, key)) continue;
    const member = value[key];
    let entry = expected;
    if (key !== entry.key) {
      entry = object.index.get(key);
      if (entry === undefined) {
        if (member !== undefined && (object.isClosed || !isJson(member, object.depth))) return false;
        continue;
      }
    }
    if (typeof member === "string") {
      if (!entry.isFree && !fitsText(entry, member)) return false;
      if (isStrict && PLACEHOLDER.test(member)) return false;
    } else if (typeof member === "boolean" && (entry.plain & BOOLEAN) !== 0) {
      // Any will do.
    } else if (member === null && (entry.plain & NULL) !== 0) {
      // Likewise.
    } else if (member === undefined) {
      continue;
    } else if (entry.kind === DECLARED) {
      if (!isObject(member) || !acceptsObject(entry.held, member, values, isStrict)) return false;
    } else if (!fits(entry, member, isStrict)) {
      return false;
    }
    if (values !== null) values[entry.number] = member;
    required += entry.required;
    expected = entry.next;
  }
  return required === object.required;
}

/** Whether an entry takes a text. */
function fitsText(entry, text) {
  if ((entry.accepts & STRING) === 0) return false;
  if (entry.constants !== null && !entry.constants.includes(text)) return false;
  return entry.pattern === null || entry.matches(text);
}

/** Whether an entry that is no declared object takes a value that is no text. */
function fits(entry, value, isStrict) {
  switch (entry.kind) {
    case VALUE:
      return faultOf(entry, value) === null && (typeof value !== "object" || isJson(value, entry.object.depth));
    case STRINGS:
      return areTexts(value) && !(isStrict && value.some((item) => PLACEHOLDER.test(item)));
    case LIST:
      return isArray(value) && isJson(value, entry.object.depth);
    default:
      return isJson(value, entry.object.depth);
  }
}

/** Whether a value is an array of strings. */
export function areTexts(items) {
  if (!isArray(items)) return false;
  // Not `every`, which passes over holes.
  for (let at = 0; at < items.length; at++) if (typeof items[at] !== "string") return false;
  return true;
}

/** What is wrong with the value of an entry that takes scalars: the code, or `null`. */
function faultOf(entry, value) {
  const { accepts } = entry;
  let isAccepted;
  switch (typeof value) {
    case "string":
      isAccepted = (accepts & STRING) !== 0;
      break;
    case "boolean":
      isAccepted = (accepts & BOOLEAN) !== 0;
      break;
    case "number":
      isAccepted = isFinite(value) && ((accepts & NUMBER) !== 0 || ((accepts & INTEGER) !== 0 && isInteger(value)));
      break;
    case "object":
      if (value !== null) return isArray(value) || (accepts & OBJECT) === 0 ? "wrong-type" : null;
      isAccepted = (accepts & NULL) !== 0;
      break;
    default:
      isAccepted = false;
  }
  if (!isAccepted) return "wrong-type";
  if (entry.constants !== null && !entry.constants.includes(value)) return "not-allowed";
  if (typeof value === "string") return entry.pattern === null || entry.matches(value) ? null : "wrong-format";
  if (typeof value === "number" && (value < entry.min || value > entry.max)) return "out-of-range";
  return null;
}

/** Whether a value of which nothing is declared is JSON, in a container so deep. */
export const isJson = (value, depth) => stopIn(value, depth) === null;

/** Likewise, and an object. */
export const isJsonObject = (value, depth) => isObject(value) && isJson(value, depth);

/**
 * Why a value of which nothing is declared is no JSON, or nests too deep if it is in a container so
 * deep: the only violation then; else `null`. A container that can be reached on several ways, as in no
 * parsed value, is looked at once for each depth: the time it takes is bounded, whatever is made of
 * references.
 */
function stopIn(value, depth, seen) {
  switch (typeof value) {
    case "string":
    case "boolean":
      return null;
    case "number":
      return isFinite(value) ? null : notJson(value);
    case "object":
      break;
    default:
      return notJson(value);
  }
  if (value === null) return null;
  if (depth >= MAX_DEPTH) return { code: "too-deep", message: `nested deeper than ${MAX_DEPTH} levels` };
  if (seen !== undefined) {
    if (seen.get(value) >= depth) return null;
    seen.set(value, depth);
  }
  if (isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const stop = stopIn(value[at], depth + 1, (seen ??= seenIn(value[at])));
      if (stop !== null) return stop;
    }
    return null;
  }
  for (const key in value) {
    const member = value[key];
    if (member === undefined || !hasOwn.call(value, key)) continue;
    const stop = stopIn(member, depth + 1, (seen ??= seenIn(member)));
    if (stop !== null) return stop;
  }
  return null;
}

/** Where to note what has been looked at; only what is nested twice can be reached twice. */
const seenIn = (member) => (typeof member === "object" && member !== null ? new Map() : undefined);

const notJson = (value) => ({ code: "not-json", message: `not JSON: ${kindOf(value)} cannot be written` });

// ---------------------------------------------------------------------------------------------
// Rules
// ---------------------------------------------------------------------------------------------

/** Whether all rules are kept. */
function follows(rules, values) {
  return rules.every((rule) => isKept(rule, values) || !isThere(rule.object, values) || !rule.when.every((when) => holds(when, values)));
}

/** Whether a declared object is there, as an object. */
function isThere(object, values) {
  return object.holder === null || isObject(values[object.holder.number]);
}

/** Whether what a rule demands is so. */
function isKept({ code, of }, values) {
  if (code === "no-variant") return holds(of, values);
  let given = 0;
  for (const entry of of) if (values[entry.number] !== undefined) given++;
  switch (code) {
    case "missing-entry":
    case "any-of":
      return given > 0;
    case "excluded-entry":
      return given === 0;
    case "one-of":
      return given === 1;
    case "all-or-none":
      return given === 0 || given === of.length;
    default: // excludes
      return given <= 1;
  }
}

/** Whether a condition holds. */
function holds(condition, values) {
  return (firstOf(condition, values) !== undefined) !== condition.isNegated;
}

/** The first of a condition's conjunctions that holds, be it negated or not. */
function firstOf({ any }, values) {
  return any.find((tests) => tests.every((test) => answers(test, values)));
}

/** Whether a test says yes. */
function answers({ entry, is, defaultHolds }, values) {
  const value = values[entry.number];
  if (value === undefined) return defaultHolds || is === false;
  return isArray(is) ? is.includes(value) : is;
}
