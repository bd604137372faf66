import { Streams } from "@tokenyard/random";
import type { ClassSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { createArrivingRequest } from "./arriving-request.ts";
import { requestClasses } from "./request-class.ts";
import { RequestMix } from "./request-mix.ts";

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
