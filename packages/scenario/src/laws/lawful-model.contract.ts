interface Kind {
  readonly mixer: unknown;
  readonly feedForward: unknown;
}

/**
 * `tree` of a model with the rules between its keys kept: its layers are said once, no kind has experts that the model has not, and only windows have a
 * cache of their own.
 */
export function lawfulModel(tree: Record<string, unknown>): object {
  const model = withLayers(tree) as Record<string, unknown>;
  if (JSON.stringify([model["attention"], model["layerKinds"]]).includes('"window"')) return model;
  const { windowedCache: _, ...rest } = model;
  return rest;
}

function withLayers({ layerKinds, layerPattern: _, ...rest }: Record<string, unknown>): object {
  const kinds = Object.entries((layerKinds ?? {}) as Record<string, Kind>);
  if (rest["attention"] !== undefined || kinds.length === 0)
    return { attention: { heads: 4, kvHeads: 4, headSize: 8 }, ...lawfulDense(rest) };
  const { attention: __, dense: ___, ...model } = rest;
  const own = kinds.map(([name, { mixer, feedForward }]) => {
    const kind = typeof feedForward === "string" ? feedForward : (feedForward as { kind: string }).kind;
    return [name, { mixer, feedForward: kind.endsWith("experts") && model["experts"] === undefined ? "none" : feedForward }];
  });
  return { ...model, layerKinds: Object.fromEntries(own), layerPattern: kinds.map(([name]) => name) };
}

function lawfulDense(tree: Record<string, unknown>): Record<string, unknown> {
  const dense = tree["dense"] as { layers?: number } | undefined;
  return dense?.layers === undefined ? tree : { ...tree, dense: { ...dense, layers: Math.min(dense.layers, Number(tree["layers"])) } };
}
