import * as z from "zod";
import { PRESETS } from "../../presets/registry.ts";
import { wantedQuantity } from "../../quantities/quantity.ts";
import { alternativesOf, core, keysOf, kindsOf } from "./structure.ts";
import { traitOf } from "./trait.ts";

/** Legal values of `schema`, as a phrase: `a whole number from 1 to 10000`. */
export function wantedOf(schema: z.ZodType): string {
  const { preset } = traitOf(schema);
  const names = preset === undefined ? [] : Object.keys(PRESETS[preset]);
  if (names.length === 0) return wantedItself(schema);
  const config = preset === "model" ? ", or { huggingface: the path of a config.json }" : "";
  return `${wantedItself(schema)}, or a preset: ${either(names)}${config}`;
}

function wantedItself(schema: z.ZodType): string {
  const { unit, bounds, drawn, bareKinds = () => [], table } = traitOf(schema);
  const inner = core(schema);
  if (unit !== undefined) return wantedQuantity(unit, bounds);
  if (drawn !== undefined) return `${wantedOf(drawn)}, or drawn: { kind: ${kindsOf(schema).join(" | ")} }`;
  if (inner instanceof z.ZodDiscriminatedUnion) {
    return either(kindsOf(schema).map((kind) => (bareKinds().includes(kind) ? kind : `{ kind: ${kind}, … }`)));
  }
  if (table !== undefined)
    return `the path of a ${table === true ? ".csv or .json" : ".csv, .parquet or .json"} file in a scenario file, or what was read there: a map with ${listed(keysOf(inner))}`;
  if (inner instanceof z.ZodObject) return `a map with ${listed(keysOf(inner))}`;
  if (inner instanceof z.ZodRecord) {
    const keys = keysOf(inner);
    return keys.length === 0 ? "a map" : `a map with any of ${listed(keys)}`;
  }
  if (inner instanceof z.ZodArray) return `a list, each ${wantedOf(inner.element as z.ZodType)}`;
  if (inner instanceof z.ZodEnum) return either(inner.options.map(String));
  if (inner instanceof z.ZodLiteral) return either([...inner.values].map(String));
  if (inner instanceof z.ZodBoolean) return "true or false";
  if (inner instanceof z.ZodString) return wantedText(inner);
  if (inner instanceof z.ZodNumber) return wantedNumber(inner);
  const alternatives = alternativesOf(inner);
  if (alternatives.length > 1) {
    const phrases = [...new Set(alternatives.map(wantedOf))];
    return phrases.join(phrases.some((phrase) => phrase.includes(",")) ? ", or " : " or ");
  }
  throw new Error(`no words for a schema of type ${inner.type}`);
}

/** The legal words of `schema`; empty when it is not a choice of words. */
export function wordsOf(schema: z.ZodType): string[] {
  const { preset } = traitOf(schema);
  const inner = core(schema);
  const own = inner instanceof z.ZodEnum ? inner.options.map(String) : kindsOf(schema);
  return preset === undefined ? own : [...own, ...Object.keys(PRESETS[preset])];
}

function wantedNumber(schema: z.ZodNumber): string {
  const name = schema.isInt ? "a whole number" : "a number";
  if (schema.minValue === Number.NEGATIVE_INFINITY && schema.maxValue === Number.POSITIVE_INFINITY) return name;
  return `${name} from ${number(schema.minValue ?? 0)} to ${number(schema.maxValue ?? Number.MAX_VALUE)}`;
}

function wantedText(schema: z.ZodString): string {
  if (schema.maxLength === null) return "text";
  return schema.minLength === null
    ? `text of at most ${schema.maxLength} characters`
    : `text of ${schema.minLength} to ${schema.maxLength} characters`;
}

function number(value: number): string {
  const short = value.toExponential().replace("e+", "e").replace(/e0$/, "");
  return Math.abs(value) >= 1e6 && short.length < 8 ? short : String(value);
}

/** `a, b or c` */
export function either(words: readonly string[]): string {
  return joined(words, "or");
}

/** `a, b and c` */
function listed(words: readonly string[]): string {
  return joined(words, "and");
}

function joined(words: readonly string[], last: string): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
