import { built } from "../app/served.ts";
import type { SchemaNode } from "./alternatives.ts";

let kept: Promise<SchemaNode | undefined> | undefined;

/** The schema of scenarios, read on first use; one that offers nothing while it cannot be read. */
export async function keptSchema(): Promise<SchemaNode> {
  kept ??= built<SchemaNode>("schema");
  const schema = await kept;
  if (schema === undefined) kept = undefined;
  return schema ?? {};
}
