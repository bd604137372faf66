import { describe, expect, test } from "vitest";
import { digestOf, hashOf } from "../../hash.ts";
import { loadScenario } from "../../load.ts";
import { parseScenario } from "../../parse.ts";
import { resolvedFit, resolvedOf } from "../../resolved.ts";
import type { Scenario } from "../../schema/scenario.ts";
import { PRESETS } from "../registry.ts";
import { areKnown, checkedFits, digestOfKnown, knownFits, writtenFits } from "./known-fits.ts";

const WORKLOAD = { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 };
const TREE = { tokenyard: 1, model: "plan-model", cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" }, workload: WORKLOAD };

type Fits = readonly object[];

const lists = (["gpu", "network"] as const).flatMap((place) =>
  Object.entries(PRESETS[place]).flatMap(([name, { values }]) => {
    const { fits } = values as { readonly fits?: Fits };
    return areKnown(fits) ? [{ place, name, fits }] : [];
  }),
);

/** The same, but that nothing in it is known. */
function copied(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree));
}

function withFits(place: "gpu" | "network", name: string, fits: unknown): Scenario {
  return parseScenario({ ...TREE, cluster: { ...TREE.cluster, [place]: { preset: name, fits } } });
}

test("most presets that have fits have known ones", () => {
  expect(lists.map(({ name }) => name)).toEqual(expect.arrayContaining(["h100-sxm", "h200-sxm", "b200", "hgx-h100-ndr", "hgx-b200-ndr"]));
});

test("the SHA-256 of each list is noted as it is", async () => {
  const rows = lists.map(({ name, fits }) => `  ${/\W/.test(name) ? `"${name}"` : name}: "${digestOf(fits)}",\n`);
  const text = `/** By preset, the SHA-256 of its fits as \`digestOf\` gives it. Written by a test, with \`--update\`. */\nexport const FITS_SHA256 = {\n${rows.join("")}};\n`;
  await expect(text).toMatchFileSnapshot("fits-sha256.ts");
  for (const { fits } of lists) expect(digestOfKnown(fits)).toBe(digestOf(fits));
});

describe.each(lists)("of $name, known fits", ({ place, name, fits }) => {
  test("stand as a resolved scenario has them, to the letter", () => {
    const of = place === "gpu" ? "kernels" : "traffic";
    expect(JSON.stringify(fits)).toBe(JSON.stringify(fits.map((fit) => resolvedFit(fit, of))));
  });

  test("mean what the schema reads in them", () => {
    const known = withFits(place, name, fits);
    const read = withFits(place, name, copied(fits));
    expect((known.cluster[place] as { fits: Fits }).fits).toBe(checkedFits(fits));
    expect(known).toEqual(read);
    expect(JSON.stringify(resolvedOf(known))).toBe(JSON.stringify(resolvedOf(read)));
    expect(hashOf(resolvedOf(known))).toBe(hashOf(resolvedOf(read)));
  });
});

describe("known fits", () => {
  const read = () => "";
  const text = JSON.stringify(TREE);

  test("can be changed one by one", () => {
    const launch = (scenario: Scenario, at: number) => (scenario.cluster.gpu.fits as unknown as { launch: number }[])[at]!.launch;
    const { scenario } = loadScenario(text, { read, set: ["cluster.gpu.fits.1.launch=7 us"] });
    const plain = loadScenario(text, { read }).scenario;
    expect([launch(scenario, 1), launch(scenario, 0)]).toEqual([7e-6, launch(plain, 0)]);
    expect(scenario.cluster.gpu.fits).toHaveLength(plain.cluster.gpu.fits!.length);
  });

  test("can be left out, and what is said of one is reported with its place", () => {
    expect(
      loadScenario(text, { read, set: ["cluster.kernels=roofline", "cluster.gpu.fits=null"] }).scenario.cluster.gpu.fits,
    ).toBeUndefined();
    expect(() => loadScenario(text, { read, set: ["cluster.gpu.fits.1.launch=7 GB"] })).toThrow("cluster.gpu.fits.1.launch: 7 GB given");
    expect(() => loadScenario(text, { read, set: ["cluster.gpu.fits.999.launch=7 us"] })).toThrow("an index from 0 to");
  });

  test("are those that were noted, and no others", () => {
    const fits = [{ kind: "linear", launch: "7 us", source: "4 letters", tiles: "by-rows", large: { buffer: "3 MB", perPeer: "5 %" } }];
    expect([areKnown(fits), areKnown("fits"), areKnown(undefined)]).toEqual([false, false, false]);
    expect(areKnown(knownFits(fits, digestOf(fits)))).toBe(true);
    const numbers = [{ kind: "linear", launch: 7e-6, source: "4 letters", tiles: "by-rows", large: { buffer: 3e6, perPeer: 0.05 } }];
    expect(checkedFits(fits)).toEqual(numbers);
    expect([writtenFits(checkedFits(fits)), writtenFits(numbers)]).toEqual([fits, undefined]);
  });
});
