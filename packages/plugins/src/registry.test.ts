import { describe, expect, test } from "vitest";
import { guarded, overlaid } from "./guarded.ts";
import { pluginIn } from "./plugin.ts";
import { PluginFault } from "./plugin-fault.ts";
import { type Plugin, Registry } from "./registry.ts";

const SHA256 = "0".repeat(64);
const choosing = { create: () => ({ choose: () => 0 }) };
const plugin = (name: string, register: Plugin["register"]): Plugin => ({ name, version: "1", register });
const added = (...plugins: readonly Plugin[]) => {
  const registry = new Registry();
  for (const each of plugins) registry.add(each, [], SHA256);
  return registry;
};

describe("a registry", () => {
  test("has the words of all plug-ins at their doors, and no others", () => {
    const registry = added(
      plugin("a", (to) => to.balancer("mine", choosing)),
      plugin("b", (to) => to.balancer("theirs", choosing)),
    );
    expect(registry.word("serving.balancer.replicas", "mine")?.plugin.name).toBe("a");
    expect(registry.word("serving.balancer.dataGroups", "theirs")?.plugin.name).toBe("b");
    expect(registry.word("serving.scheduler", "mine")).toBeUndefined();
    expect(registry.word("serving.balancer.replicas", "constructor")).toBeUndefined();
  });

  test.each<[string, Plugin["register"], string]>([
    [
      "a word of ours",
      (to) => to.balancer("random", choosing),
      "random at serving.balancer.replicas is a word of Tokenyard; wanted another",
    ],
    ["a word that is taken", (to) => to.balancer("first", choosing), "first at serving.balancer.replicas is a word of first already"],
    ["no word", (to) => to.balancer("Two words", choosing), "Two words as a kind; wanted small letters, digits and -, at most 50"],
    ["no create", (to) => to.balancer("mine", {} as never), "mine without a function create"],
    [
      "a cache without its room",
      (to) => to.expertCache("mine", { create: () => ({ evicted: () => 0 }) } as never),
      "mine without a function standIn, a cache of ours with its room",
    ],
    [
      "an exception",
      () => {
        throw new RangeError("too far");
      },
      "plug-in mine, register: RangeError: too far",
    ],
  ])("refuses %s", (_, register, message) => {
    expect(() =>
      added(
        plugin("first", (to) => to.balancer("first", choosing)),
        plugin("mine", register),
      ),
    ).toThrow(message);
  });

  test("refuses two plug-ins of one name, and policies that come when all are registered", () => {
    expect(() =>
      added(
        plugin("a", () => {}),
        plugin("a", () => {}),
      ),
    ).toThrow("two plug-ins that are called a");
    let later: Registry | undefined;
    added(plugin("a", (to) => (later = to)));
    expect(() => later!.balancer("late", choosing)).toThrow("outside of register(registry)");
  });
});

test.each<[string, object, string | undefined]>([
  ["by name", { name: "a", version: "1", register() {} }, undefined],
  ["as its default", { default: { name: "a", version: "1", register() {} } }, undefined],
  ["without a version", { name: "a", register() {} }, "a version, as text"],
  ["with a name that is none", { name: "a\nb", version: "1", register() {} }, "a name of at most 100 characters"],
  ["without anything", {}, "a name of at most 100 characters, a version, as text, a function register(registry)"],
])("a module has a plug-in %s, or says what is missing", (_, module, missing) => {
  if (missing === undefined) expect(pluginIn(module).name).toBe("a");
  else expect(() => pluginIn(module)).toThrow(`a module without ${missing}; wanted one that exports { name, version, register(registry) }`);
});

class Counter {
  #count = 0;
  readonly kind = "counter";
  add(by: number): number {
    this.#count += by;
    return this.#count;
  }
  read(): number {
    return this.#count;
  }
}

test("a policy with own functions in its place keeps its own state", () => {
  const inner = new Counter();
  const own = overlaid(inner, { add: (by: number) => inner.add(2 * by) });
  expect([own.add(3), own.read(), own.kind]).toEqual([6, 6, "counter"]);
});

test("a guarded policy is called by the names that are ours, and what it does wrong is its fault", () => {
  const asked = { plugin: "mine", door: "serving.scheduler" };
  const own = guarded(
    new Counter(),
    asked,
    { kind: "word" },
    { add: (answer: number) => (answer > 5 ? `${answer} is too much` : undefined) },
  );
  expect([own.kind, own.add(3), own.read()]).toEqual(["word", 3, 3]);
  expect(() => own.add(3)).toThrow(new PluginFault("mine", "serving.scheduler", "6 is too much"));
  const frozen = guarded(Object.freeze({ add: (by: number) => by }), asked, { kind: "word" }, { add: () => "never right" });
  expect(() => frozen.add(1)).toThrow("never right");
  expect(["add" in frozen, "read" in frozen]).toEqual([true, false]);
  expect(new PluginFault("mine", "serving.scheduler", "it is late").at(1.5e9).message).toBe(
    "plug-in mine, serving.scheduler at 1.5 s: it is late",
  );
});
