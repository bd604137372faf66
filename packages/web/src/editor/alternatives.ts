/** A part of a JSON Schema, as far as completion reads it. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** A word that may be written at a place, with its meaning. */
export interface Offer {
  readonly word: string;
  readonly means: string;
}

/** All forms of a node: itself, and those that its unions and references lead to. */
function formsOf(root: SchemaNode, node: SchemaNode, seen: Set<SchemaNode> = new Set()): SchemaNode[] {
  if (seen.has(node)) return [];
  seen.add(node);
  const [, name] = /^#\/\$defs\/(.+)$/.exec(node.$ref ?? "") ?? [];
  const named = name === undefined ? undefined : root.$defs?.[name];
  const inner = [...(named === undefined ? [] : [named]), ...(node.anyOf ?? [])];
  return [node, ...inner.flatMap((each) => formsOf(root, each, seen))];
}

/** The nodes at `path`; items of a list have the path of the list. */
function nodesAt(root: SchemaNode, path: readonly string[]): SchemaNode[] {
  let nodes = itemsToo(root, [root]);
  for (const key of path) {
    const next = nodes.flatMap(({ properties, additionalProperties }) => {
      const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
      return own ?? (typeof additionalProperties === "object" ? additionalProperties : []);
    });
    nodes = itemsToo(root, next);
  }
  return nodes;
}

function itemsToo(root: SchemaNode, nodes: readonly SchemaNode[]): SchemaNode[] {
  const forms = nodes.flatMap((node) => formsOf(root, node));
  const items = forms.flatMap(({ items: of }) => (typeof of === "object" ? formsOf(root, of) : []));
  return [...forms, ...items];
}

/** The keys that a map at `path` may have, each once. */
export function keysAt(root: SchemaNode, path: readonly string[]): Offer[] {
  const offers = new Map<string, string>();
  for (const { properties = {} } of nodesAt(root, path)) {
    for (const [key, node] of Object.entries(properties)) if (!offers.get(key)) offers.set(key, meaningOf(root, node));
  }
  return [...offers].map(([word, means]) => ({ word, means }));
}

/** The words that a value at `path` may be, each once. */
export function valuesAt(root: SchemaNode, path: readonly string[]): Offer[] {
  const words = nodesAt(root, path).flatMap((node) => [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const])]);
  return [...new Set(words.filter((word) => typeof word === "string" || typeof word === "boolean").map(String))].map((word) => ({
    word,
    means: "",
  }));
}

/** Meaning of the value at `path`; empty if the schema has none. */
export function meaningAt(root: SchemaNode, path: readonly string[]): string {
  return nodesAt(root, path).find(({ description }) => description !== undefined)?.description ?? "";
}

function meaningOf(root: SchemaNode, node: SchemaNode): string {
  return formsOf(root, node).find(({ description }) => description !== undefined)?.description ?? "";
}
