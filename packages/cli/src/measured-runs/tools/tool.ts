import type { z } from "zod";
import type { ToolRun } from "../run/measured-run.ts";

/** A tool that measures servers, with the format of its output. */
export interface Tool {
  /** Name that its users know. */
  readonly name: string;
  /** Whether `tree` is one request of a run, of a tool that writes a line each; the tree of a run is then the list of them. */
  row?(tree: object): boolean;
  /** Whether `tree`, a value of JSON, is of this tool. */
  owns(tree: object): boolean;
  /** Schema of the parts of its output that are read. */
  readonly schema: z.ZodType;
  /** The runs in a tree that has this shape. */
  runs(tree: unknown): ToolRun[];
}

/** A tool with the type of its tree. */
export function tool<Schema extends z.ZodType>(
  given: Omit<Tool, "schema" | "runs"> & { readonly schema: Schema; runs(tree: z.infer<Schema>): ToolRun[] },
): Tool {
  return { ...given, runs: (tree) => given.runs(tree as z.infer<Schema>) };
}

/** Whether `tree` has all of `keys`. */
export function hasKeys(tree: object, ...keys: readonly string[]): boolean {
  return keys.every((key) => Object.hasOwn(tree, key));
}
