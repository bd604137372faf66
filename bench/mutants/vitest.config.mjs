import { defineConfig } from "vitest/config";
import root from "../../vitest.config.ts";

/** The tests of one room alone, `MUTANTS_ROOM`. Vite's modules, which it keeps from one mutant to the next, begin sooner than Node's own. */
const { tags, projects } = root.test;
const { experimental, execArgv, include, ...rooms } = projects[0].test;

export default defineConfig({
  ...projects[0],
  test: {
    ...rooms,
    tags,
    tagsFilter: ["!long"],
    exclude: ["**/planted-bugs.test.ts"],
    include: [`${process.env["MUTANTS_ROOM"]}/**/*.test.ts`],
  },
});
