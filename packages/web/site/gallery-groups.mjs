// What the gallery says of its scenarios.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The parts of the gallery in `folder` as its README has them: each scenario with its headline. */
export function galleryGroups(folder) {
  return readFileSync(join(folder, "README.md"), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [title, , about] = text.split("\n");
      const scenarios = [...text.matchAll(/^- \[([\w-]+)\]\([\w-]+\/README\.md\): (.*)$/gm)].map(([, name, headline]) => ({
        name,
        headline: `${headline[0].toUpperCase()}${headline.slice(1)}`,
      }));
      return { title, about, scenarios };
    })
    .filter(({ scenarios }) => scenarios.length > 0);
}

/** The first sentence after the rule under the heading of a kept report. */
export function conclusionIn(report) {
  const [, rest = ""] = report.split(/^─+\n/m);
  return /^[\s\S]*?\.(?=\s[A-Z]|\s*$)/.exec(rest.split("\n\n")[0])?.[0].replaceAll("\n", " ") ?? "";
}
