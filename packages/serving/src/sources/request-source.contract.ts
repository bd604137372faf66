import { Streams } from "@tokenyard/random";
import type { ReadPieces, WorkloadSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRequestSource } from "../requests/create-request-source.ts";
import { type Served, served } from "./served.contract.ts";

export interface SourceCase {
  readonly workload: WorkloadSpec;
  /** The same load with other lengths; none for a trace. */
  readonly otherLengths?: WorkloadSpec;
  readonly readPieces?: ReadPieces;
}

/** What every source of requests keeps to. */
export function requestSourceContract(name: string, { workload, otherLengths, readPieces }: SourceCase): void {
  const source = (seed: number, spec = workload) => createRequestSource(spec, new Streams(seed), readPieces);
  const serviceNs = fc.func(fc.integer({ min: 0, max: 3e9 }));
  const runs = { numRuns: drawnCases(15) };

  describe(name, () => {
    test("brings whole requests at times that never fall", () => {
      fc.assert(
        fc.property(fc.nat(), serviceNs, (seed, service) => {
          let beforeNs = 0;
          for (const { arrivedNs, promptTokens, outputTokens } of served(source(seed), service)) {
            expect(Number.isSafeInteger(arrivedNs) && arrivedNs >= beforeNs).toBe(true);
            expect([promptTokens, outputTokens].every((tokens) => Number.isInteger(tokens) && tokens >= 1)).toBe(true);
            beforeNs = arrivedNs;
          }
        }),
        runs,
      );
    });

    test("brings as many as it says, then none", () => {
      fc.assert(
        fc.property(fc.nat(), serviceNs, (seed, service) => {
          const some = source(seed);
          const count = served(some, service).length;
          expect(some.total ?? count).toBe(count);
          expect(some.nextNs).toBe(Number.POSITIVE_INFINITY);
          expect(count).toBeGreaterThan(0);
        }),
        runs,
      );
    });

    test("says when the next one comes without taking it", () => {
      const looked = source(1);
      const first = served(source(1))[0]?.arrivedNs;
      for (let i = 0; i < 3; i++) expect(looked.nextNs).toBe(first);
      expect(served(looked)).toEqual(served(source(1)));
    });

    test("gives the same load for the same seed", () => {
      fc.assert(
        fc.property(fc.nat(), serviceNs, (seed, service) => {
          expect(served(source(seed), service)).toEqual(served(source(seed), service));
        }),
        runs,
      );
    });

    test("asks for the same whichever is served first", () => {
      fc.assert(
        fc.property(fc.nat(), serviceNs, serviceNs, (seed, service, other) => {
          expect(asked(served(source(seed), service))).toEqual(asked(served(source(seed), other)));
        }),
        runs,
      );
    });

    test("has ids for whole blocks of the prompt only", () => {
      for (const { prefix, promptTokens, prefixBlockTokens } of served(source(1))) {
        expect((prefix?.length ?? 0) * prefixBlockTokens).toBeLessThanOrEqual(promptTokens);
      }
    });

    if (otherLengths !== undefined) {
      test("comes at the same times whatever the lengths are", () => {
        fc.assert(
          fc.property(fc.nat(), serviceNs, (seed, service) => {
            const times = (all: readonly Served[]) => all.map(({ arrivedNs }) => arrivedNs);
            expect(times(served(source(seed, otherLengths), service))).toEqual(times(served(source(seed), service)));
          }),
          runs,
        );
      });
    }
  });
}

/** What was asked for, each session's in its own order. */
function asked(all: readonly Served[]): object {
  const bySession = new Map<number, unknown[]>();
  for (const { session, promptTokens, outputTokens, classIndex, prefix } of all) {
    const turns = bySession.get(session) ?? [];
    turns.push({ promptTokens, outputTokens, classIndex, prefix });
    bySession.set(session, turns);
  }
  return [...bySession].sort(([a], [b]) => a - b);
}
