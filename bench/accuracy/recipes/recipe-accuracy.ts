import { writeFileSync } from "node:fs";
import { KEPT, type KeptRanks, keptOf, keptRanks } from "./kept-ranks.ts";
import { nameOf } from "./recipe.ts";
import { ranked } from "./recipe-ranks.ts";
import { RECIPES } from "./recipes.ts";
import { recipesPage } from "./recipes-page.ts";

// Ranks published recipes among all plans of their space and writes docs/accuracy/recipes.md: pnpm accuracy:recipes [PART OF A NAME], from
// the root; half an hour. With a part of a name the others stay as they were.

const [part = ""] = process.argv.slice(2);
const ranks: Record<string, KeptRanks[string]> = { ...keptRanks() };
for (const recipe of RECIPES) {
  const name = nameOf(recipe);
  if (!name.includes(part)) continue;
  ranks[name] = keptOf(recipe, await ranked(recipe));
  console.log(`${name}: ${ranks[name].place} of ${ranks[name].plans}`);
}
const sorted = Object.fromEntries(RECIPES.map(nameOf).flatMap((name) => (ranks[name] === undefined ? [] : [[name, ranks[name]]])));
writeFileSync(KEPT, `${JSON.stringify(sorted, null, 2)}\n`);
writeFileSync("docs/accuracy/recipes.md", recipesPage(sorted));
