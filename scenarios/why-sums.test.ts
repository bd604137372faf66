import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { anySum, loadScenarioFile, numberSum, simulate } from "tokenyard";
import { expect, test } from "vitest";

const USUAL = ["ttft.mean", "tpot.mean", "throughputPerGpu", "memory.reserved", "requests.arrived", "tokens.routed", "e2e.mean", "e2e.p99"];
/** Headlines that are measured or counted, and no sum of parts that a report has. */
const NO_SUM =
  /^(loadVariance|rankLoadVariance|outage|failed|goodput|cost|energy|gpus|e2e|itl|queue|prefill|dropped|balance|memory|utilization|availability|numerics|throughput|time)/;

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What is wrong with the sums of a scenario's headlines: they do not add up within rounding, or there is none where one is due. */
function wrongSums(name: string): string[] {
  const { scenario, readPieces } = loadScenarioFile(place(`${name}/scenario.yaml`));
  const report = simulate(scenario, { readPieces });
  return [...report.targets.map((target) => target.name), ...USUAL].flatMap((headline) => {
    const sum = anySum(report, headline);
    if (sum === undefined) return NO_SUM.test(headline) || valueless(headline, report) ? [] : [`${name}: ${headline} has no sum`];
    const added = sum.parts.reduce((total, { value }) => total + value, 0);
    const isRight = Math.abs(added - sum.whole) <= 1e-9 * Math.max(1e-3, Math.abs(sum.whole));
    return isRight ? [] : [`${name}: ${headline} is ${sum.whole}, its parts add up to ${added}`];
  });
}

const valueless = (headline: string, { breakdown }: ReturnType<typeof simulate>) =>
  (headline.startsWith("tpot") && breakdown.tpot === null) || (headline.startsWith("ttft") && breakdown.ttft === null);

test.each(["two-ranks", "one-gpu", "overload", "dead-gpu"])("the parts of every headline of %s add up to it", (name) => {
  expect(wrongSums(name)).toEqual([]);
});

const names = readdirSync(place(".")).filter((name) => existsSync(place(`${name}/scenario.yaml`)));
test.each(names)("over the whole gallery: the parts of every headline of %s add up to it", { tags: "long", timeout: 120_000 }, (name) => {
  expect(wrongSums(name)).toEqual([]);
});

test("every part of a latency has a page with its anchor in the documentation", () => {
  const { scenario } = loadScenarioFile(place("dead-gpu/scenario.yaml"));
  const sum =
    numberSum(simulate(scenario), "tpot.mean") ??
    numberSum(simulate(loadScenarioFile(place("one-gpu/scenario.yaml")).scenario), "ttft.mean")!;
  const pages = sum.parts.flatMap(({ page }) => page ?? []);
  for (const page of pages) {
    const [file, anchor] = page.split("#");
    const text = readFileSync(place(`../docs/${file}`), "utf8");
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    if (anchor !== undefined) expect(anchors).toContain(anchor);
  }
});
