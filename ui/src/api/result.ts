/** What a call to the server comes to: a value, or a problem told in words. Nothing here throws. */

/** What a page may want to tell apart. */
export type ProblemKind =
  | "cancelled" // the page itself lost interest; never shown
  | "unreachable" // no answer: network, name, certificate, time limit
  | "refused" // the answer is there, but not for this caller (HTTPS required, sign-in, rights)
  | "missing" // there is no such thing
  | "busy" // the server asks to come back later
  | "failed"; // everything else

export type Problem = {
  readonly kind: ProblemKind;
  /** One sentence for a person: what failed, and where it is known, what to do. */
  readonly message: string;
};

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export function done<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed(kind: ProblemKind, message: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { kind, message } };
}
