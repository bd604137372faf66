import { shorten } from "@tokenyard/scenario";
import { digitsOf } from "./digits.ts";
import type { Fault } from "./trace-row.ts";

const MOST_TOKENS = 1e9;
const LAST_SECONDS = 9e6;
const MOST_ID = 0x7fff_ffff;

/** Fault of a value that is not the required kind of number, with its name. */
function fault(name: string, given: unknown, wanted: string): Fault {
  return { given: given === undefined ? `no ${name}` : `${name} ${shorten(given)}`, wanted };
}

/** A number, or the text of one in decimals; NaN for anything else. */
function numberOf(given: unknown): number {
  if (typeof given === "number") return given;
  if (typeof given === "bigint") return Number(given);
  if (typeof given !== "string") return Number.NaN;
  const whole = digitsOf(given, 0, given.length);
  if (!Number.isNaN(whole)) return whole;
  return /^\s*\d+(\.\d*)?([eE][+-]?\d+)?\s*$/.test(given) ? Number(given) : Number.NaN;
}

/** Tokens under `name`, 0 admitted. */
export function tokensOf(name: string, given: unknown): number | Fault {
  const tokens = numberOf(given);
  const isCount = Number.isInteger(tokens) && tokens >= 0 && tokens <= MOST_TOKENS;
  return isCount ? tokens : fault(name, given, "a whole number of tokens from 0 to 1e9");
}

/** Tokens under `name` that are cached; 0 where nothing is given. */
export function cachedOf(name: string, given: unknown): number | Fault {
  return given === undefined || given === null || given === "" ? 0 : tokensOf(name, given);
}

/** Nanoseconds from a time in units of `unitNs`. */
export function timeNsOf(name: string, given: unknown, unitNs: number): number | Fault {
  const time = numberOf(given);
  const isTime = time >= 0 && time * unitNs <= LAST_SECONDS * 1e9;
  return isTime ? Math.round(time * unitNs) : fault(name, given, `a time in ${unitNs === 1e9 ? "s" : "ms"} from 0 s to 9e6 s`);
}

/** Ids of prefix blocks, from a list or from text with spaces between them; undefined where nothing is given. */
export function prefixOf(name: string, given: unknown): Int32Array | undefined | Fault {
  if (given === undefined || given === null || given === "") return undefined;
  const items: readonly unknown[] = typeof given === "string" ? given.trim().split(/\s+/) : isList(given) ? given : [Number.NaN];
  const ids = new Int32Array(items.length);
  for (let i = 0; i < ids.length; i++) {
    const id = numberOf(items[i]);
    if (!(Number.isInteger(id) && id >= 0 && id <= MOST_ID))
      return fault(name, given, "a list of block ids, whole numbers from 0 to 2147483647");
    ids[i] = id;
  }
  return ids;
}

/** Number of a session; −1 where nothing is given. */
export function sessionOf(name: string, given: unknown): number | Fault {
  if (given === undefined || given === null || given === "") return -1;
  const session = numberOf(given);
  const isNumber = Number.isInteger(session) && session >= 0 && session <= MOST_ID;
  return isNumber ? session : fault(name, given, "the number of a session, from 0 to 2147483647");
}

/** Index of the class with the name that is given, among `names`; any is 0 where no names are known. */
export function classOf(name: string, given: unknown, names: readonly string[]): number | Fault {
  if (names.length === 0) return 0;
  const index = names.indexOf(String(given));
  return index < 0 ? fault(name, given, `one of the classes ${names.join(", ")}`) : index;
}

function isList(given: unknown): given is readonly unknown[] {
  return Array.isArray(given) || ArrayBuffer.isView(given);
}
