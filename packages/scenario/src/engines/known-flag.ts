import { editDistance, nearest } from "../problems/nearest.ts";
import { type Engine, type Flag, type FlagValue, plainName } from "./flag.ts";

/** Meaning of a name on a launch line: a flag, one that changes nothing, one with parts, or unknown with the nearest known. */
export type Known =
  | { readonly kind: "flag"; readonly flag: Flag; readonly negated: boolean }
  | { readonly kind: "harmless" }
  | { readonly kind: "parts" }
  | {
      readonly kind: "unknown";
      readonly nearest: string | undefined;
      /** Whether the nearest is so near that it is most likely meant. */
      readonly isSlip: boolean;
    };

const SLIP = 2; // letters

const indexes = new WeakMap<Engine, ReadonlyMap<string, Flag>>();

function indexOf(engine: Engine): ReadonlyMap<string, Flag> {
  let index = indexes.get(engine);
  if (index === undefined) {
    const entries = engine.flags.flatMap((flag) => [flag.name, ...(flag.also ?? [])].map((name) => [key(name), flag] as const));
    index = new Map(entries);
    indexes.set(engine, index);
  }
  return index;
}

/** Key of a flag's name: hyphens before it, and `-` or `_` inside it, make no difference. */
function key(name: string): string {
  return plainName(name).replace(/^-+/, "");
}

/** Meaning of `name` among the flags of `engine`; `no-` before a switch turns it off. */
export function knownFlag(engine: Engine, name: string): Known {
  const index = indexOf(engine);
  const plain = key(name);
  const flag = index.get(plain);
  if (flag !== undefined) return { kind: "flag", flag, negated: false };
  if (engine.harmless.has(plain)) return { kind: "harmless" };
  const positive = plain.startsWith("no-") ? plain.slice(3) : undefined;
  const off = positive === undefined ? undefined : index.get(positive);
  if (off?.type === "switch") return { kind: "flag", flag: off, negated: true };
  if (positive !== undefined && engine.harmless.has(positive)) return { kind: "harmless" };
  const whole = index.get(plain.replace(/\..*$/s, ""));
  if (whole?.type === "text" && plain.includes(".")) return { kind: "flag", flag: whole, negated: false }; // a part says that it is there
  if (HAS_PARTS.test(plain)) return { kind: "parts" };
  if ([...index.keys()].some((each) => each.startsWith(`${plain}.`))) return { kind: "parts" };
  const names = [...index.keys(), ...engine.harmless];
  const near = nearest(plain, names);
  return { kind: "unknown", nearest: near, isSlip: near !== undefined && editDistance(plain, near) <= SLIP };
}

/** Maps of which the engine reads some parts, and others change nothing that is known here. */
const HAS_PARTS =
  /^(?:compilation-config|kv-cache-config|cuda-graph-config|attention-dp-config|scheduler-config|moe-config|eplb-config|cache-transceiver-config|quant-config|speculative-config)$/;

/** Parts of such maps that no flag is for. */
export function isPart(name: string): boolean {
  const [whole = "", part] = key(name).split(/\.(.*)/s);
  return part !== undefined && HAS_PARTS.test(whole);
}

/** `raw` as a value of `flag`; undefined for a switch without one. */
export function flagValue(flag: Flag, raw: unknown): { readonly value: FlagValue } | { readonly wanted: string } {
  const value = ofType(flag, raw);
  if (value === undefined) return { wanted: wantedOf(flag) };
  const isUnknown =
    flag.choices !== undefined && !flag.choices.includes(String(value).replaceAll("-", "_")) && !flag.choices.includes(String(value));
  return isUnknown ? { wanted: `one of ${flag.choices!.join(", ")}` } : { value };
}

function ofType({ type, most = Number.MAX_SAFE_INTEGER }: Flag, raw: unknown): FlagValue | undefined {
  switch (type) {
    case "switch":
      return asSwitch(raw);
    case "text":
      return typeof raw === "object" && raw !== null ? JSON.stringify(raw) : String(raw);
    case "list":
      return asList(raw);
    case "share": {
      const value = asNumber(raw);
      return value !== undefined && value > 0 && value <= 1 ? value : undefined;
    }
    case "number":
      return asNumber(raw);
    case "whole":
    case "count": {
      const value = asNumber(raw);
      return value !== undefined && Number.isSafeInteger(value) && (type === "whole" || value >= 1) && value <= most ? value : undefined;
    }
  }
}

function asSwitch(raw: unknown): boolean | undefined {
  if (typeof raw === "boolean") return raw;
  const text = String(raw).toLowerCase();
  if (["true", "1", "yes", "on"].includes(text)) return true;
  return ["false", "0", "no", "off"].includes(text) ? false : undefined;
}

/** vLLM writes 8k for 8,000 and 8K for 8,192. */
const SUFFIXES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, K: 1024, M: 1_048_576, G: 1_073_741_824 };

function asNumber(raw: unknown): number | undefined {
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw !== "string") return undefined;
  const match = /^(-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)([kKmMgG]?)$/.exec(raw.trim());
  return match === null ? undefined : Number(match[1]) * (SUFFIXES[match[2]!] ?? 1);
}

function asList(raw: unknown): readonly number[] | undefined {
  const items = Array.isArray(raw)
    ? raw
    : String(raw)
        .replace(/[[\]]/g, "")
        .split(/[\s,]+/)
        .filter((item) => item !== "");
  const counts = items.map(asNumber);
  const isSound =
    counts.length > 0 &&
    counts.length <= 10_000 &&
    counts.every((count) => count !== undefined && Number.isSafeInteger(count) && count >= 1);
  return isSound ? (counts as number[]) : undefined;
}

function wantedOf({ type, most }: Flag): string {
  return {
    switch: "true or false",
    text: "a word",
    list: "numbers of sequences, such as 1,2,4,8",
    share: "a number above 0, up to 1",
    number: "a number",
    whole: "a whole number",
    count: most === undefined ? "a whole number from 1 up" : `a whole number from 1 to ${most}`,
  }[type];
}

/** `value` on a launch line. */
export function flagText(value: FlagValue): string {
  return Array.isArray(value) ? value.join(" ") : String(value);
}
