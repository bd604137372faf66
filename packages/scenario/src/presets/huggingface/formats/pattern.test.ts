import fc from "fast-check";
import { expect, test } from "vitest";
import { patternTest } from "./pattern.ts";

test.each([
  ["lm_head", "lm_head", true],
  ["model.layers.1.mlp", "model.layers.1.mlp.gate_proj", true],
  ["model.layers.1", "model.layers.10.mlp.gate_proj", false], // a module's name ends at a dot
  ["gate", "model.layers.3.mlp.gate", true],
  ["gate", "model.layers.3.mlp.gate_proj", false],
  ["model.layers.0*", "model.layers.0.self_attn.q_proj", true],
  ["model.layers.1.self_attn*", "model.layers.1.self_attn.o_proj", true],
  ["*.attn.*", "layers.4.attn.wq_a", true],
  ["*.attn.*", "layers.4.ffn.w1", false],
  ["re:.*self_attn.*", "model.layers.4.self_attn.q_proj", true],
  ["re:.*mlp\\.(gate|up|gate_up|down)_proj.*", "model.layers.4.mlp.gate_up_proj", true],
  ["re:.*mlp\\.(gate|up|gate_up|down)_proj.*", "model.layers.4.mlp.experts.3.up_proj", false],
  ["re:layers\\.[0-3]\\..*", "layers.3.mlp", true],
  ["re:layers\\.[0-3]\\..*", "layers.4.mlp", false],
  ["re:mlp", "model.mlp", false], // from the start, as re.match does
  ["re:.*head$", "lm_head.weight", false],
] as const)("%s means %s: %s", (pattern, name, isMeant) => {
  expect(patternTest(pattern)!(name)).toBe(isMeant);
});

test.each(["re:(?=a)", "re:a{3}", "re:(a", "re:[a", "re:\\1", `re:${"(".repeat(60)}${")".repeat(60)}`, "a".repeat(2_000)])(
  "what is not known is said to be: %s",
  (pattern) => {
    expect(patternTest(pattern)).toBeUndefined();
  },
);

test("expressions agree with the engine's own on everything that both know", () => {
  const atom = fc.constantFrom("a", "b", "\\.", ".", "[ab]", "[^b]", "\\d", "(a|b)", "(?:ab|a)", "((a*b)?)", "3");
  const piece = fc.tuple(atom, fc.constantFrom("", "*", "+", "?", "*?")).map(([one, repeat]) => one + repeat);
  const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  const name = fc.string({ unit: fc.constantFrom("a", "b", ".", "3"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, name, (source, text) => {
      expect(patternTest(`re:${source}`)!(text)).toBe(new RegExp(`^(?:${source})`).test(text));
    }),
  );
});

test("globs agree with the expression that they stand for", () => {
  const glob = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 8 }).filter((text) => text.includes("*"));
  const name = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
  fc.assert(
    fc.property(glob, name, (pattern, text) => {
      expect(patternTest(pattern)!(text)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text));
    }),
  );
});

test("patterns that make others take exponential time end at once", () => {
  expect(patternTest(`re:${"(a*)*".repeat(40)}b`)!("a".repeat(200))).toBe(false);
  expect(patternTest(`${"*a".repeat(300)}b`)!("a".repeat(2_000))).toBe(false);
});
