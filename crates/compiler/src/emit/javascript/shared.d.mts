/** What kind of thing is wrong. The names are stable. */
export type Code =
  | "not-json"
  | "too-deep"
  | "wrong-type"
  | "not-allowed"
  | "wrong-format"
  | "out-of-range"
  | "placeholder"
  | "missing-entry"
  | "unknown-entry"
  | "excluded-entry"
  | "one-of"
  | "any-of"
  | "all-or-none"
  | "excludes"
  | "no-variant";

/** One thing that is wrong with a message. */
export interface Violation {
  /** What kind of thing. */
  readonly code: Code;
  /** RFC 6901 pointer of the value; of a missing entry, the one it would have; of a constraint, its object's. */
  readonly pointer: string;
  /** Key of the entry; of a list's item, the list's; of a constraint, its object's; empty for the root. */
  readonly entry: string;
  /** What is wrong, for people; one line, without the value of any secret. */
  readonly message: string;
}

/** The outcome of a validation. */
export interface Report {
  /** Whether nothing is wrong. */
  readonly valid: boolean;
  /** Every violation: in the order of the value's members, then missing entries, then constraints. */
  readonly violations: readonly Violation[];
}

/** How to validate. */
export interface Options {
  /** Whether a leftover placeholder such as `<INSERT_API_KEY>` is a violation. */
  strict?: boolean;
}

/** All missing entries in one sentence; `undefined` if none is missing. */
export declare function summary(report: Report): string | undefined;
