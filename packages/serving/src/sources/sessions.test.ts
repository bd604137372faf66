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

const grouped: SessionsSpec = { ...sessions, sessions: 60, prefix: { tokens: 100, groups: 3, exponent: 0 } };
requestSourceContract("sessions with system prompts of their own", { workload: grouped });

test("sessions of one system prompt share its whole blocks, after those that all sessions share, and no others", () => {
  const first = served(new SessionsSource(grouped, new Streams(3))).filter(
    ({ session }, i, all) => all.findIndex((other) => other.session === session) === i,
  );
  const byGroup = new Map<number, Served[]>();
  for (const each of first) {
    const ids = [...each.prefix!.subarray(0, 8)]; // 140 tokens are eight whole blocks of 16
    expect(ids.slice(0, 2)).toEqual([0, 1]);
    byGroup.set(ids[2]!, [...(byGroup.get(ids[2]!) ?? []), each]);
    expect(ids).toEqual([0, 1, ...Array.from({ length: 6 }, (_, at) => ids[2]! + at)]);
  }
  expect([...byGroup.keys()].sort((a, b) => a - b)).toEqual([2, 8, 14]);
  const own = first.flatMap(({ prefix }) => [...prefix!.subarray(8)]);
  expect(new Set(own).size).toBe(own.length);
  expect(Math.min(...own)).toBe(20);
});

test("the last begin is that of the last session, however late its turns come", () => {
  const source = new SessionsSource(sessions, new Streams(3));
  const all = served(source);
  const last = all.findLast(({ session }, at) => all.findIndex((other) => other.session === session) === at)!;
  expect(source.lastBeginNs).toBe(last.arrivedNs);
  expect(all.at(-1)!.arrivedNs).toBeGreaterThan(last.arrivedNs);
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

  test("has a text that goes on into what is put out, as the next prompt begins", () => {
    for (const turns of bySession.values()) {
      for (const [i, turn] of turns.slice(1).entries()) {
        const { promptTokens, outputTokens, text } = turns[i]!;
        expect(text).toEqual(turn.prefix!.subarray(0, Math.floor((promptTokens + outputTokens) / 16)));
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
