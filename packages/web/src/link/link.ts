import { deflated, inflated, TooLong } from "./deflated.ts";

/** The answer in a link: claims of the sender, shown as such and never mixed with numbers that were computed here. */
export interface Sent {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly verdict: string;
  readonly conclusion: string;
  readonly headlines: readonly (readonly [words: string, sign: string, actual: string, target: string])[];
}

/** The state of the page in a link. */
export interface Shared {
  readonly text: string;
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
  readonly view: string;
  /** The time that the timeline shows, in nanoseconds, where it is not all of it. */
  readonly stretch?: { readonly fromNs: number; readonly toNs: number };
  readonly sent?: Sent;
}

/** A link that cannot be read, with the likely reason. */
export class BadLink extends Error {}

const VERSION = 1;
const MOST_BYTES = 4 << 20;

/** `s=1.…`: version, and the state as deflated JSON in the letters of base64url. */
export async function linkOf(shared: Shared): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(shared));
  return `s=${VERSION}.${await deflated(json)}`;
}

/** The state in a fragment; undefined where it holds none. Inflates at most 4 MiB. Throws BadLink. */
export async function sharedFrom(fragment: string): Promise<Shared | undefined> {
  const given = /(?:^#?|&)s=([^&]*)/.exec(fragment)?.[1];
  if (given === undefined) return undefined;
  const [, version, letters] = /^(\d+)\.([\w-]*)$/.exec(given) ?? [];
  if (version === undefined || letters === undefined) throw new BadLink("the link is not whole: a program may have cut it");
  if (Number(version) !== VERSION)
    throw new BadLink(`the link is of format ${version}, and this page reads format ${VERSION}: open it with the version that made it`);
  let json: string;
  try {
    json = new TextDecoder("utf-8", { fatal: true }).decode(await inflated(letters, MOST_BYTES));
  } catch (error) {
    if (error instanceof TooLong) throw new BadLink(`the link holds more than ${MOST_BYTES >> 20} MiB: send the plan as a file`);
    throw new BadLink("the link is not whole: a program may have cut it");
  }
  return checked(json);
}

/** Checks the foreign content of a link: malformed parts are refused, and unknown ones are left out. */
function checked(json: string): Shared {
  let tree: unknown;
  try {
    tree = JSON.parse(json);
  } catch {
    throw new BadLink("the link does not hold a plan");
  }
  const { text, path, files, view, stretch, sent } = (tree ?? {}) as Partial<Record<keyof Shared, unknown>>;
  if (typeof text !== "string" || typeof path !== "string" || !isTexts(files)) throw new BadLink("the link does not hold a plan");
  const [claims, shown] = [sentOf(sent), stretchOf(stretch)];
  return {
    text,
    path,
    files,
    view: typeof view === "string" ? view : "answer",
    ...(shown === undefined ? {} : { stretch: shown }),
    ...(claims === undefined ? {} : { sent: claims }),
  };
}

function isTexts(tree: unknown): tree is Record<string, string> {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) && Object.values(tree).every((text) => typeof text === "string");
}

function stretchOf(tree: unknown): Shared["stretch"] {
  if (typeof tree !== "object" || tree === null) return undefined;
  const { fromNs, toNs } = tree as Record<string, unknown>;
  return typeof fromNs === "number" && typeof toNs === "number" && fromNs >= 0 && fromNs < toNs ? { fromNs, toNs } : undefined;
}

function sentOf(tree: unknown): Sent | undefined {
  if (typeof tree !== "object" || tree === null) return undefined;
  const { name, version, hash, verdict, conclusion, headlines } = tree as Partial<Record<keyof Sent, unknown>>;
  if (![name, version, hash, verdict, conclusion].every((text) => typeof text === "string") || !Array.isArray(headlines)) return undefined;
  const rows = headlines.filter((row) => Array.isArray(row) && row.length === 4 && row.every((text) => typeof text === "string"));
  return { name, version, hash, verdict, conclusion, headlines: rows } as Sent;
}
