import { knobOf, knobPaths, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { type SchemaNode, valuesAt } from "../editor/alternatives.ts";

/** A key of a plan that a slider may vary. */
export interface KnobOffer {
  readonly path: string;
  /** Its value, as a scenario writes it. */
  readonly value: string;
  /** Words that it may have; undefined for a number. */
  readonly words?: readonly string[];
}

/** Keys that change no answer, or are no choice. */
const LEFT_OUT: ReadonlySet<string> = new Set(["tokenyard", "name", "about"]);

/** The keys of `scenario` with a number, a truth value or a word, in the order of the format; a choice by kind is the key above its kind. */
export function knobOffers(scenario: Scenario, schema: SchemaNode): KnobOffer[] {
  const resolved = resolvedOf(scenario);
  return knobPaths().flatMap((each): KnobOffer[] => {
    const value = each.split(".").reduce<unknown>((tree, key) => (tree as Record<string, unknown> | null | undefined)?.[key], resolved);
    if (LEFT_OUT.has(each) || each.startsWith("claims") || !["number", "string", "boolean"].includes(typeof value)) return [];
    const path = knobOf(each)?.type === "text" && each.endsWith(".kind") ? each.slice(0, -".kind".length) : each;
    const knob = knobOf(path);
    if (knob?.type === "number" && path === each) return [{ path, value: String(value) }];
    if (knob?.type !== "text" && knob?.type !== "truth") return [];
    const words = knob.type === "truth" ? ["false", "true"] : wordsAt(schema, path);
    return words.length < 2 ? [] : [{ path, value: String(value), words }];
  });
}

/** The words of a value at `path`: its own, or the kinds of the choice that is there. */
export function wordsAt(schema: SchemaNode, path: string): string[] {
  const keys = path.split(".");
  return [...new Set([...valuesAt(schema, keys), ...valuesAt(schema, [...keys, "kind"])].map(({ word }) => word))];
}
