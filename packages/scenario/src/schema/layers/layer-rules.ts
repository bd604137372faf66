import { rule } from "../language/rule.ts";
import { valueAt } from "../language/structure.ts";

interface Given {
  readonly layers?: number;
  readonly attention?: unknown;
  readonly dense?: unknown;
  readonly experts?: unknown;
  readonly layerKinds?:
    | Readonly<Record<string, { readonly mixer?: object; readonly feedForward?: { readonly kind?: string } } | undefined>>
    | undefined;
  readonly layerPattern?: readonly string[] | undefined;
  readonly windowedCache?: number | undefined;
}

/** Kinds of layers are said once: by `attention` and `dense`, or by `layerKinds` and `layerPattern`. */
export const LAYER_RULES = [
  rule<Given>(
    ["attention"],
    ({ attention, layerKinds }) => attention === undefined && layerKinds === undefined,
    () => "a map; or layerKinds, where layers differ",
  ),
  rule<Given>(
    ["attention"],
    ({ attention, layerKinds }) => attention !== undefined && layerKinds !== undefined,
    () => "either attention or layerKinds: each kind has a mixer of its own",
  ),
  rule<Given>(
    ["dense"],
    ({ dense, layerKinds }) => dense !== undefined && layerKinds !== undefined,
    () => "either dense or layerKinds: each kind has a feedForward of its own",
  ),
  rule<Given>(
    ["layerPattern"],
    ({ layerKinds, layerPattern }) => (layerKinds === undefined) !== (layerPattern === undefined),
    ({ layerKinds }) => (layerKinds === undefined ? "nothing, or layerKinds beside it" : "a list of names of layerKinds"),
  ),
  rule<Given>(
    ["layerPattern"],
    ({ layerKinds, layerPattern }) => unknownIn(layerKinds, layerPattern) !== undefined,
    ({ layerKinds, layerPattern }) =>
      `names of layerKinds (${Object.keys(layerKinds ?? {}).join(", ")}) alone; ${unknownIn(layerKinds, layerPattern)} is none`,
  ),
  rule<Given>(
    ["experts"],
    ({ layerKinds, experts }) =>
      experts === undefined && Object.values(layerKinds ?? {}).some((kind) => kind?.feedForward?.kind?.endsWith("experts") === true),
    () => "a map: a kind of layerKinds has experts",
  ),
  rule<Given>(
    ["windowedCache"],
    ({ windowedCache, attention, layerKinds }) => windowedCache !== undefined && !hasWindows(attention, layerKinds),
    () => "nothing: no layer has a window",
  ),
] as const;

function hasWindows(attention: unknown, kinds: Given["layerKinds"]): boolean {
  return [attention, ...Object.values(kinds ?? {}).map((kind) => kind?.mixer)].some((mixer) => valueAt(mixer, ["window"]) !== undefined);
}

function unknownIn(kinds: Given["layerKinds"], pattern: Given["layerPattern"]): string | undefined {
  if (kinds === undefined || !Array.isArray(pattern)) return undefined;
  return pattern.find((name) => !Object.hasOwn(kinds, name));
}
