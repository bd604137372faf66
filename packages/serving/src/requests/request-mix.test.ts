import { Streams } from "@tokenyard/random";
import type { ClassSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { createArrivingRequest } from "./arriving-request.ts";
import { requestClasses } from "./request-class.ts";
import { type MixSpec, RequestMix } from "./request-mix.ts";

const uniform = { kind: "uniform", from: 1, to: 1000 } as const;
const chat: ClassSpec = { name: "chat", priority: 0, targets: { ttft: 0.5 }, share: 3, promptTokens: uniform, outputTokens: uniform };
const code: ClassSpec = { name: "code", priority: 2, targets: {}, share: 1, promptTokens: uniform, outputTokens: uniform };

function drawn(classes: readonly ClassSpec[], count = 4000): { classIndex: number; promptTokens: number }[] {
  const mix = new RequestMix({ classes }, new Streams(1));
  return Array.from({ length: count }, () => {
    const out = createArrivingRequest();
    mix.draw(out);
    return { classIndex: out.classIndex, promptTokens: out.promptTokens };
  });
}

describe("a mix of classes", () => {
  test("has each class as often as its share says", () => {
    const chats = drawn([chat, code]).filter(({ classIndex }) => classIndex === 0).length;
    expect(Math.abs(chats - 3000)).toBeLessThan(110); // 4·√(4000·3/4·1/4) = 109.5
  });

  test("leaves a class as it was when another one changes its lengths", () => {
    const prompts = (classes: readonly ClassSpec[]) => drawn(classes).flatMap((each) => (each.classIndex === 0 ? [each.promptTokens] : []));
    const other: ClassSpec = { ...code, promptTokens: { kind: "lognormal", mean: 50, sigma: 1 } };
    expect(prompts([chat, other])).toEqual(prompts([chat, code]));
  });

  test("gives a class its lengths wherever it stands among the others", () => {
    const ofCode = (classes: readonly ClassSpec[]) => {
      const index = classes.findIndex(({ name }) => name === "code");
      return drawn(classes).flatMap((each) => (each.classIndex === index ? [each.promptTokens] : []));
    };
    expect(ofCode([code, chat]).slice(0, 500)).toEqual(ofCode([chat, code]).slice(0, 500));
  });
});

describe("prompts that begin alike", () => {
  const prefix = { tokens: 500, groups: 4, exponent: 1 };
  const requests = (spec: MixSpec, count = 4000) => {
    const mix = new RequestMix(spec, new Streams(1));
    return Array.from({ length: count }, () => {
      const out = createArrivingRequest();
      mix.draw(out);
      return out;
    });
  };

  test("are longer by what they share, and as long as before beside it", () => {
    const tokens = (spec: MixSpec) => requests(spec).map(({ promptTokens }) => promptTokens);
    const lengths = { promptTokens: uniform, outputTokens: uniform };
    expect(tokens({ ...lengths, prefix })).toEqual(tokens(lengths).map((prompt) => prompt + 500));
  });

  test("have one of the system prompts of their class, each as often as a zipf has it", () => {
    const all = requests({
      classes: [
        { ...chat, prefix },
        { ...code, prefix: { tokens: 70, groups: 2, exponent: 0 } },
      ],
    });
    const counts = new Float64Array(6);
    for (const { prefix: ids, prefixBlockTokens, classIndex } of all) {
      expect(ids).toHaveLength(1);
      expect(prefixBlockTokens).toBe(classIndex === 0 ? 500 : 70);
      expect(ids![0]! < 4).toBe(classIndex === 0);
      counts[ids![0]!]!++;
    }
    const expected = [1, 1 / 2, 1 / 3, 1 / 4].map((weight) => (3000 * weight) / (25 / 12)).concat([500, 500]);
    for (const [id, count] of counts.entries()) expect(Math.abs(count - expected[id]!)).toBeLessThan(4 * Math.sqrt(expected[id]!));
  });
});

describe("the classes of a workload", () => {
  const open = { kind: "open", requests: 1, rate: 1, arrivals: { kind: "poisson" } } as const;

  test("have their names, priorities and targets, in order", () => {
    const classes = requestClasses({ ...open, classes: [chat, code] });
    expect(classes.map(({ name, priority }) => [name, priority])).toEqual([
      ["chat", 0],
      ["code", 2],
    ]);
    expect(classes[0]!.targets).toMatchObject([{ name: "ttft", value: 0.5 }]);
  });

  test("are one named all where it has none", () => {
    expect(requestClasses({ ...open, promptTokens: uniform, outputTokens: uniform })).toEqual([{ name: "all", priority: 0, targets: [] }]);
  });
});
