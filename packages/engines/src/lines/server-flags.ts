import { ENGINES, type Engine, type Flag, type FlagValue, flagValue, knownFlag } from "@tokenyard/scenario";
import { parseDocument } from "yaml";
import { brief, type ImportProblem, type TextPlace } from "../place.ts";
import { readable, unknownIn } from "../shell/expand.ts";
import { valuesOf } from "../yaml-values.ts";
import { pairsOf, plain } from "./argument-pairs.ts";
import type { ServerName } from "./launch-line.ts";

/** What a launch says of a flag. */
export interface StatedFlag {
  readonly flag: Flag;
  /** The name that was used, without hyphens before it. */
  readonly spelled?: string;
  readonly value: FlagValue;
  readonly place: TextPlace | undefined;
}

/** Short names of parts of `--speculative-config`, which vLLM refuses beside those parts. Source: EngineArgs.create_speculative_config. */
const SHORTHAND = /^spec-/;

/** The flags of a launch: those of the table by their canonical names, and the others. */
export interface ServerFlags {
  readonly engine: Engine;
  readonly stated: Map<string, StatedFlag>;
  /** Flags of no table, or parts that nothing is known of, as they were written. */
  readonly unknown: { readonly name: string; readonly value: string }[];
  /** Values of flags that change nothing here, by their plain names: models, roles and their like. */
  readonly others: Map<string, string>;
  /** The first argument that is no flag. */
  positional: string | undefined;
  readonly problems: ImportProblem[];
}

/** Origin of flags: places for messages, and files by name. */
export interface FlagSource {
  /** Place of a flag; of one given several times, occurrence number `nth`, from 0. */
  readonly place: (flag: string, nth?: number) => TextPlace | undefined;
  /** Text of a file that the launch names; undefined if it cannot be read. */
  readonly file: (name: string) => string | undefined;
}

export function noFlags(server: ServerName): ServerFlags {
  return { engine: ENGINES[server], stated: new Map(), unknown: [], others: new Map(), positional: undefined, problems: [] };
}

const CONFIG_FILES = new Set(["config", "extra-llm-api-options", "extra-engine-args"]);

/** Reads the arguments of a launch into `flags`; a file that one of them names comes first, so that the line wins. */
export function readArguments(args: readonly string[], flags: ServerFlags, source: FlagSource): void {
  const { pairs, positional } = pairsOf(args, flags.engine);
  flags.positional ??= positional;
  for (const { name, value } of pairs) {
    if (!CONFIG_FILES.has(plain(name)) || value === undefined) continue;
    const text = source.file(value);
    if (text === undefined) {
      const wanted = "the file beside the text, or --config FILE";
      flags.problems.push({
        ...at(source.place(name)),
        subject: `--${plain(name)}`,
        given: `${readable(value)}, a file that is not here`,
        wanted,
      });
    } else readConfig(text, flags, { ...source, place: () => source.place(name) }, value);
  }
  const times = new Map<string, number>();
  for (const { name, value, written } of pairs) {
    const nth = times.get(written) ?? 0;
    times.set(written, nth + 1);
    const place = (flag: string) => source.place(`${written}${flag.slice(name.length)}`, nth);
    if (!CONFIG_FILES.has(plain(name))) readFlag(name, value, flags, { ...source, place });
  }
}

/** Reads a YAML (or JSON) map of flags, as `--config` and `--extra_llm_api_options` name it. */
export function readConfig(text: string, flags: ServerFlags, source: FlagSource, name: string): void {
  const document = parseDocument(text, { logLevel: "silent", merge: true });
  const read = document.errors.length > 0 || text.length > LONGEST_CONFIG ? undefined : valuesOf(document);
  const map = read !== undefined && "values" in read ? read.values : undefined;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    flags.problems.push({
      ...at(source.place(name)),
      subject: readable(name),
      given: "no map of flags",
      wanted: "YAML such as `max_num_tokens: 8192`",
    });
    return;
  }
  for (const [key, value] of Object.entries(map)) readFlag(key, value, flags, source);
}

const LONGEST_CONFIG = 1_000_000;
/** Flags of no effect here whose values are numbers of tokens: 25.6k, and in vLLM -1 and auto. */
const LENGTHS: ReadonlySet<string> = new Set(["max-model-len", "context-length", "max-seq-len", "max-input-len"]);
const LENGTH = /^(?:-1|auto|\d+(?:\.\d+)?[kKmMgGtT]?)$/;

function at(place: TextPlace | undefined): { place?: TextPlace } {
  return place === undefined ? {} : { place };
}

/** Reads one flag: the parts of a map one by one. */
export function readFlag(name: string, raw: unknown, flags: ServerFlags, source: FlagSource): void {
  const bare = plain(name);
  const known = knownFlag(flags.engine, name);
  const value = mapOf(raw);
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  const isEmptyDraft = isMap && /^speculative-config$/.test(bare) && flags.engine.name === "vllm" && Object.keys(value).length === 0;
  if (known.kind === "parts" && isMap && !isEmptyDraft) {
    for (const [part, inner] of Object.entries(value)) readFlag(`${name}.${part}`, inner, flags, source);
    return;
  }
  if (known.kind === "flag" && bare === "cuda-graph-config" && typeof value === "object" && value !== null) {
    for (const [part, inner] of Object.entries(value)) readFlag(`${name}.${part}`, inner, flags, source);
    return;
  }
  if (known.kind === "parts" && /^speculative-config$/.test(bare) && raw !== null) {
    const given = raw === undefined ? "nothing" : isEmptyDraft ? "{}" : brief(readable(String(raw)));
    flags.problems.push({
      ...at(source.place(name)),
      subject: `--${bare}`,
      given,
      wanted: 'a map, such as {"method": "mtp", "num_speculative_tokens": 3}',
    });
    return;
  }
  if (known.kind === "harmless" && LENGTHS.has(bare) && typeof raw === "string" && unknownIn(raw) === undefined && !LENGTH.test(raw)) {
    flags.problems.push({
      ...at(source.place(name)),
      subject: `--${name.replace(/^-+/, "")}`,
      given: brief(readable(raw)),
      wanted: "a number of tokens, such as 8192 or 32k",
    });
    return;
  }
  if (known.kind === "harmless" || known.kind === "parts") {
    flags.others.set(bare, raw === undefined ? "true" : typeof raw === "object" ? JSON.stringify(raw) : String(raw));
    return;
  }
  if (known.kind === "unknown") {
    const text = raw === undefined ? "" : readable(typeof raw === "object" ? JSON.stringify(raw) : String(raw));
    if (known.isSlip && known.nearest !== undefined) {
      const wanted = `a flag of ${flags.engine.title}`;
      flags.problems.push({
        ...at(source.place(name)),
        subject: `--${bare}`,
        given: "unknown flag",
        wanted,
        suggestion: `--${known.nearest}`,
      });
    } else flags.unknown.push({ name: bare, value: text });
    return;
  }
  readKnown(name, raw, known, flags, source);
}

function readKnown(
  name: string,
  raw: unknown,
  { flag, negated }: { readonly flag: Flag; readonly negated: boolean },
  flags: ServerFlags,
  source: FlagSource,
): void {
  const place = source.place(name);
  const unknown = typeof raw === "string" ? unknownIn(raw) : undefined;
  if (unknown !== undefined) {
    if (flag.keys === undefined) return;
    const isName = /^\w+$/.test(unknown);
    const wanted = isName ? `--env ${unknown}=VALUE` : "a line that says it in figures";
    flags.problems.push({ ...at(place), subject: `--${flag.name}`, given: `${readable(raw as string)}, which is not known`, wanted });
    return;
  }
  if (raw === undefined && flag.type !== "switch") {
    flags.problems.push({ ...at(place), subject: `--${flag.name}`, given: "nothing", wanted: "a value after it" });
    return;
  }
  const part = flag.type === "text" && plain(name).startsWith(`${plain(flag.name)}.`) ? partOf(name) : undefined;
  const given = part !== undefined ? withPart(flags.stated.get(flag.name)?.value, part, raw) : raw === undefined ? true : (raw ?? "null");
  const reading = flagValue(flag, given);
  if ("wanted" in reading) {
    flags.problems.push({ ...at(place), subject: `--${flag.name}`, given: brief(String(given)), wanted: reading.wanted });
    return;
  }
  const before = flags.stated.get(flag.name)?.spelled;
  const spelled = plain(name);
  if (before !== undefined && SHORTHAND.test(before) !== SHORTHAND.test(spelled)) {
    flags.problems.push({
      ...at(place),
      subject: `--${spelled}`,
      given: `beside ${before}, which ${flags.engine.title} refuses`,
      wanted: "one of them",
    });
    return;
  }
  const value = negated ? reading.value === false : reading.value;
  flags.stated.set(flag.name, { flag, value, place, spelled });
}

/** `method` of `--speculative-config.method`. */
function partOf(name: string): string | undefined {
  const dot = name.indexOf(".");
  return dot < 0 ? undefined : name.slice(dot + 1);
}

/** Map of a flag that is given part by part, with `part` added. */
function withPart(known: unknown, part: string, raw: unknown): Readonly<Record<string, unknown>> {
  const before = mapOf(known);
  const value = typeof raw === "string" && /^(-?\d+(\.\d+)?|true|false|null)$/.test(raw) ? JSON.parse(raw) : mapOf(raw);
  return { ...(typeof before === "object" ? before : {}), [part]: value };
}

/** A map that is written as JSON; anything else as it is. */
function mapOf(raw: unknown): unknown {
  if (typeof raw !== "string" || !/^\s*\{/.test(raw) || raw.length > LONGEST_CONFIG) return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
