import { tableHead, tableLine } from "../page.ts";
import type { KeptRanks } from "./kept-ranks.ts";
import { nameOf, type Recipe } from "./recipe.ts";
import { RECIPES } from "./recipes.ts";

/** Places that count as what an engineer would launch. */
export const GOOD = 3;

/** docs/accuracy/recipes.md, of the places that recipes had when they were last ranked. */
export function recipesPage(ranks: KeptRanks): string {
  const rows = RECIPES.map((recipe) => ({ recipe, rank: ranks[nameOf(recipe)]! }));
  const lines = rows.map(({ recipe, rank: { place, plans, value, best, rate } }) => {
    const { layouts, goal, published, source } = recipe;
    const others = best.map(({ layout, value: of }) => `${layout} ${ratio(recipe, of, value)}`).join(", ");
    return tableLine([
      ...serverCells(recipe),
      loadText(recipe),
      goal === "tpot.mean" ? "shortest TPOT" : "most tokens a GPU",
      layouts.join(" or "),
      `${place} of ${plans}`,
      others,
      published === undefined ? "" : `${published} · ${rate.toFixed(0)}`,
      source,
    ]);
  });
  const good = rows.filter(({ rank: { place } }) => place <= GOOD);
  const reasons = rows.filter(({ rank: { place } }) => place > GOOD).map(({ recipe }) => `- *${nameOf(recipe)}*: ${recipe.why ?? ""}`);
  return `# Recipes that are published, and what a search advises

Layouts that makers of engines recommend, or that a benchmark found best, each ranked among all plans of its server that its engine can be launched with: one server on as many GPUs as a node has (or as the recipe
needs), any degrees, one or two pipeline stages, with everything that its engine does unasked. \`DEP4\` has attention of its own on each of four ranks that share the experts, \`TEP4\` one attention that all four share,
\`TP4\` splits experts as well, \`DEP4 ETP\` does so beside attention of its own; \`TP2 DEP4\` has two data groups of two ranks; \`PP2\` has two stages of that.

${tableHead(["server", "GPU", "engine", "load", "for", "recommended", "place", "best three, by which factor better than it", "published · simulated", "source"])}
${lines.join("\n")}

${good.length} of ${rows.length} are among the best ${GOOD === 3 ? "three" : GOOD} at their load. *Published · simulated*: output tokens a second and GPU. This page is written by \`pnpm accuracy:recipes\`.

${reasons.length === 0 ? "" : `Why the others are not:\n\n${reasons.join("\n")}\n\n`}- Loads: requests at once, each followed by another until all were sent; of a benchmark that queues all requests at the start as many as there are. Lengths as published, of ShareGPT lognormal with its means.
- Plans are ranked by the law of uneven experts; plans that are within 1 % of each other may change places when experts are drawn.
- What a recipe leaves open is as its engine has it by default, and its flags are those of the recipe. The versions of engines that were measured are older than those whose defaults are known here.
- A recipe for several nodes is compared with plans of as many GPUs.
`;
}

function serverCells({ model, precision, gpu, engine }: Recipe): string[] {
  const formats = precision === undefined ? "" : `, ${Object.values(precision).join(" and ")}`;
  return [`${model}${formats}`, gpu, engine];
}

function loadText({ load: { atOnce, requests, promptTokens, outputTokens } }: Recipe): string {
  return `${atOnce === requests ? `${requests} at the start` : `${atOnce} at once`}, ${promptTokens} + ${outputTokens}`;
}

/** Factor by which a plan is better than the recommended one. */
function ratio({ goal }: Recipe, value: number, own: number): string {
  return (goal === "tpot.mean" ? own / value : value / own).toFixed(2);
}
