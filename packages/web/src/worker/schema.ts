import { scenarioJsonSchema } from "@tokenyard/scenario";
import type { SchemaNode } from "../editor/alternatives.ts";

let made: SchemaNode | undefined;

/** The schema of scenarios as completion reads it, made on first use. */
export function schemaNode(): SchemaNode {
  made ??= scenarioJsonSchema() as SchemaNode;
  return made;
}
