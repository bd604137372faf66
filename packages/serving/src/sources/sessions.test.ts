import { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { requestSourceContract } from "./request-source.contract.ts";
import { type Served, served } from "./served.contract.ts";
import { SessionsSource } from "./sessions.ts";

type SessionsSpec = Extract<WorkloadSpec, { kind: "sessions" }>;
const sessions: SessionsSpec = {
  kind: "sessions",
  sessions: 12,
  rate: 2,
  arrivals: { kind: "poisson" },
  turns: { kind: "uniform", from: 1, to: 6 },
  thinkTime: { kind: "exponential", mean: 1 },
  systemTokens: 40,
  promptTokens: { kind: "uniform", from: 1, to: 100 },
  outputTokens: { kind: "uniform", from: 1, to: 100 },
};

requestSourceContract("sessions", { workload: sessions });
requestSourceContract("sessions with a fixed number of turns and no think time", {
  workload: { ...sessions, turns: { kind: "fixed", value: 3 }, thinkTime: { kind: "fixed", value: 0 }, systemTokens: 0 },
});
requestSourceContract("sessions of two classes", {
  workload: {
    ...sessions,
    promptTokens: undefined,
    outputTokens: undefined,
    classes: [
      { name: "short", priority: 0, targets: {}, share: 1, pairs: [{ promptTokens: 1, outputTokens: 1, weight: 1 }] },
      { name: "long", priority: 0, targets: {}, share: 1, pairs: [{ promptTokens: 99, outputTokens: 9, weight: 1 }] },
    ],
  },
});

describe("a session", () => {
  const all = served(new SessionsSource(sessions, new Streams(3)));
  const bySession = new Map<number, Served[]>();
  for (const request of all) bySession.set(request.session, [...(bySession.get(request.session) ?? []), request]);

  test("asks with all that was said before and something new", () => {
    for (const turns of bySession.values()) {
      expect(turns[0]!.promptTokens).toBeGreaterThan(40);
      for (const [i, turn] of turns.slice(1).entries()) {
        expect(turn.promptTokens).toBeGreaterThan(turns[i]!.promptTokens + turns[i]!.outputTokens);
      }
    }
  });

  test("begins each prompt with the blocks of the one before, and shares the system prompt's with all", () => {
    for (const turns of bySession.values()) {
      expect([...turns[0]!.prefix!.subarray(0, 2)]).toEqual([0, 1]); // 40 tokens are two whole blocks of 16
      for (const [i, turn] of turns.slice(1).entries()) {
        const before = turns[i]!.prefix!;
        expect(turn.prefix!.subarray(0, before.length)).toEqual(before);
        expect(turn.prefix).toHaveLength(Math.floor(turn.promptTokens / 16));
      }
    }
  });

  test("shares no other block with another session", () => {
    const owners = new Map<number, number>();
    for (const { prefix, session } of all) {
      for (const id of prefix!.subarray(2)) {
        expect(owners.get(id) ?? session).toBe(session);
        owners.set(id, session);
      }
    }
    expect(owners.size).toBeGreaterThan(20);
  });

  test("asks again one think time after its answer, and not before", () => {
    const fixed: SessionsSpec = { ...sessions, sessions: 1, turns: { kind: "fixed", value: 3 }, thinkTime: { kind: "fixed", value: 2 } };
    const turns = served(new SessionsSource(fixed, new Streams(1)), () => 5e9);
    expect(turns).toHaveLength(3);
    expect(turns[1]!.arrivedNs - turns[0]!.arrivedNs).toBe(7e9); // 5 s of service, 2 s to think
    expect(turns[2]!.arrivedNs - turns[1]!.arrivedNs).toBe(7e9);
  });

  test("whose prompts would outgrow a billion tokens is refused", () => {
    const huge: SessionsSpec = { ...sessions, turns: { kind: "fixed", value: 9 }, promptTokens: { kind: "fixed", value: 5e8 } };
    expect(() => served(new SessionsSource(huge, new Streams(1)))).toThrow("workload.turns: a session of 9 given");
  });
});
