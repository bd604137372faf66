import { expect, test } from "vitest";
import { schemaAt } from "../schema/language/structure.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import { enginesReference } from "./engines-page.ts";
import { plainName } from "./flag.ts";
import { knownFlag } from "./known-flag.ts";
import { ENGINES } from "./registry.ts";
import { versionOf } from "./version.ts";

test("the page in docs/ is the one that the table gives", async () => {
  await expect(enginesReference()).toMatchFileSnapshot("../../../../docs/engines.md");
});

test.each(Object.values(ENGINES))(
  "every row of $title says where it was read, and sets keys of the format or costs something",
  ({ flags, versions }) => {
    for (const { name, keys, costs, source } of flags) {
      expect(source, name).not.toBe("");
      expect(keys !== undefined || costs !== undefined, name).toBe(true);
      for (const key of keys ?? []) expect(schemaAt(scenarioSchema, key.split(".")), `${name}: ${key}`).toBeDefined();
    }
    expect(versionOf(versions.assumed)).toBeDefined();
  },
);

test.each(Object.values(ENGINES))("no two flags of $title have one name, and none is both modelled and harmless", (engine) => {
  const names = engine.flags.flatMap(({ name, also = [] }) => [name, ...also]).map((name) => plainName(name).replace(/^-+/, ""));
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => engine.harmless.has(name))).toEqual([]);
  for (const name of names) expect(knownFlag(engine, name).kind, name).toBe("flag");
});
