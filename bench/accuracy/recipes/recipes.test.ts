import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keptOf, keptRanks } from "./kept-ranks.ts";
import { nameOf } from "./recipe.ts";
import { pointsOf, ranked } from "./recipe-ranks.ts";
import { recipeScenario } from "./recipe-scenario.ts";
import { RECIPES } from "./recipes.ts";
import { GOOD, recipesPage } from "./recipes-page.ts";

test("the page has a line for each recipe, with the places that are kept beside it", () => {
  const ranks = keptRanks();
  expect(Object.keys(ranks)).toEqual(RECIPES.map(nameOf));
  expect(readFileSync("docs/accuracy/recipes.md", "utf8")).toBe(recipesPage(ranks));
});

test("a recipe that is not among the best three says why, and no other does", () => {
  const ranks = keptRanks();
  for (const recipe of RECIPES)
    expect([nameOf(recipe), recipe.why !== undefined]).toEqual([nameOf(recipe), ranks[nameOf(recipe)]!.place > GOOD]);
});

test.each(RECIPES.map((recipe) => [nameOf(recipe), recipe] as const))(
  "%s: its flags make the layout that it names, which is searched",
  (_, recipe) => {
    const points = pointsOf(recipe);
    const own = points.find(({ layout }) => layout === recipe.layouts[0]);
    const { data: __, ...degrees } = recipeScenario(recipe).parallelism; // flags are those of one server
    expect(own?.scenario).toMatchObject({ parallelism: degrees });
    if (recipe.hasReplicas !== true) expect(own).toBe(points[0]);
  },
);

test("a recipe has the place that its plans give it, simulated now", { tags: ["long"] }, async () => {
  const recipe = RECIPES.find(({ model, gpu, engine }) => model === "llama-3.1-70b" && gpu === "b200" && engine === "trtllm")!;
  expect(keptOf(recipe, await ranked(recipe))).toEqual(keptRanks()[nameOf(recipe)]);
});

test("the place of a recipe is that of the best of its layouts, by its goal", () => {
  const plans = [
    { layout: "TP2", rate: 50, tpot: 0.01 },
    { layout: "TP4", rate: 40, tpot: 0.012 },
    { layout: "TP8", rate: 30, tpot: 0.02 },
  ];
  const best = [
    { layout: "TP2", value: 0.01 },
    { layout: "TP4", value: 0.012 },
    { layout: "TP8", value: 0.02 },
  ];
  expect(keptOf({ layouts: ["TP8", "TP4"], goal: "tpot.mean" }, plans)).toEqual({
    place: 2,
    plans: 3,
    layout: "TP4",
    value: 0.012,
    rate: 40,
    best,
  });
  expect(() => keptOf({ layouts: ["DEP4"], goal: "tpot.mean" }, plans)).toThrow("DEP4: no such plan came to a report");
});
