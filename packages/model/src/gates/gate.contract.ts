import { Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lists } from "../draws/lists.ts";
import { createVisits, type ExpertPlaces } from "../draws/visits.ts";
import { createTokenRouter } from "../policies.ts";

/** A model of `layers` layers with `count` experts, of which a token meets `topK`. */
export function modelOf(count: number, topK: number, layers = 1): ModelSpec {
  return {
    layers,
    hiddenSize: 8,
    attention: { heads: 1, kvHeads: 1, headSize: 8 },
    experts: { count, topK, hiddenSize: 8, matrices: 2, shared: 0 },
    precision: { weights: "fp16", activations: "fp16" },
  };
}

interface Routing {
  readonly count: number;
  readonly topK: number;
  readonly tokens: readonly number[]; // [sources]
  readonly seed: number;
}

const routingUpTo = (most: number): fc.Arbitrary<Routing> =>
  fc
    .record({
      count: fc.integer({ min: 1, max: 40 }),
      choose: fc.double({ min: 0, max: 1, noNaN: true }),
      tokens: fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: most })), { minLength: 1, maxLength: 6 }),
      seed: fc.nat(),
    })
    .map(({ count, choose, tokens, seed }) => ({ count, topK: 1 + Math.floor(choose * (count - 1)), tokens, seed }));

/** On how many ranks the experts lie, how many of these make a node, and whether in a row. */
const placement = fc.record({ ranks: fc.integer({ min: 1, max: 9 }), perNode: fc.integer({ min: 1, max: 4 }), inRows: fc.boolean() });

function placesOf(count: number, { ranks, perNode, inRows }: { ranks: number; perNode: number; inRows: boolean }): ExpertPlaces {
  const used = Math.min(ranks, count);
  return {
    rankOf: Int32Array.from({ length: count }, (_, e) => (inRows ? Math.floor((e * used) / count) : e % used)),
    nodeOf: Int32Array.from({ length: used }, (_, rank) => Math.floor(rank / perNode)),
    nodes: Math.ceil(used / perNode),
  };
}

/** Of properties that make a router for each case. */
const FEWER = { numRuns: drawnCases(40) };

/** What every gate owes; `gateOf` makes one with knobs of its own. `most`: tokens of a source, fewer for gates that draw them one by one. */
export function gateContract(name: string, gateOf: (model: ModelSpec) => GateSpec, most = 10_000_000): void {
  const routing = routingUpTo(most);
  const routed = ({ count, topK, tokens, seed }: Routing, layer = 0, streams = new Streams(seed)) => {
    const out = new Float64Array(tokens.length * count).fill(Number.NaN); // the gate fills all of it
    const model = modelOf(count, topK, layer + 1);
    createTokenRouter(model, gateOf(model), streams).route(layer, tokens, streams.stream("routing/tokens"), out);
    return out;
  };

  describe(`the ${name} gate`, () => {
    test("that says it draws nothing takes nothing from its stream, and routes every layer alike", () => {
      fc.assert(
        fc.property(routing, (given) => {
          const model = modelOf(given.count, given.topK, 2);
          const router = createTokenRouter(model, gateOf(model), new Streams(given.seed));
          if (router.draws) return;
          const [first, second] = [0, 1].map((layer) => {
            const out = new Float64Array(given.tokens.length * given.count);
            router.route(
              layer,
              given.tokens,
              { next: () => expect.unreachable("it drew"), bits: () => expect.unreachable("it drew") },
              out,
            );
            return out;
          });
          expect(second).toEqual(first);
        }),
      );
    });

    test("sends topK copies of each token of each source", () => {
      fc.assert(
        fc.property(routing, (given) => {
          const out = routed(given);
          for (let source = 0; source < given.tokens.length; source++) {
            const copies = out.subarray(source * given.count, (source + 1) * given.count);
            expect(copies.reduce((sum, n) => sum + n, 0)).toBe(given.tokens[source]! * given.topK);
          }
        }),
      );
    });

    test("sends whole copies, and no expert more of a source than it has tokens", () => {
      fc.assert(
        fc.property(routing, (given) => {
          const wrong = [...routed(given)].flatMap((copies, i) => {
            const tokens = given.tokens[Math.floor(i / given.count)]!;
            return Number.isInteger(copies) && copies >= 0 && copies <= tokens ? [] : [`${copies} copies of ${tokens} tokens`];
          });
          expect(wrong).toEqual([]);
        }),
      );
    });

    test("sends every token to all experts when topK is their number", () => {
      const out = routed({ count: 5, topK: 5, tokens: [3, 0, most], seed: 1 });
      expect([...out]).toEqual([...Array(5).fill(3), ...Array(5).fill(0), ...Array(5).fill(most)]);
    });

    test("counts visits that its copies can make: of a rank and a node no more than copies or tokens, and enough for the copies", () => {
      fc.assert(
        fc.property(routing, placement, (given, drawn) => {
          const { count, topK, tokens } = given;
          const places = placesOf(count, drawn);
          const visits = createVisits(tokens.length, places);
          const streams = new Streams(given.seed);
          const model = modelOf(count, topK);
          const out = new Float64Array(tokens.length * count);
          createTokenRouter(model, gateOf(model), streams).route(0, tokens, streams.stream("routing/tokens"), out, visits);
          const { rankOf, nodeOf, nodes } = places;
          const held = (rank: number) => rankOf.filter((other) => other === rank).length;
          for (let source = 0; source < tokens.length; source++) {
            const to = (holds: (e: number) => boolean) => rankOf.reduce((sum, _, e) => sum + (holds(e) ? out[source * count + e]! : 0), 0);
            for (let rank = 0; rank < nodeOf.length; rank++) {
              const copies = to((e) => rankOf[e] === rank);
              const visiting = visits.toRanks[source * nodeOf.length + rank]!;
              expect(visiting).toBeLessThanOrEqual(Math.min(copies, tokens[source]!) + 1e-6);
              expect(visiting).toBeGreaterThanOrEqual(copies / Math.min(topK, Math.max(1, held(rank))) - 1e-6);
            }
            for (let node = 0; node < nodes; node++) {
              const ranks = [...nodeOf.keys()].filter((rank) => nodeOf[rank] === node);
              const toRanks = ranks.map((rank) => visits.toRanks[source * nodeOf.length + rank]!);
              const visiting = visits.toNodes[source * nodes + node]!;
              expect(visiting).toBeLessThanOrEqual(
                Math.min(
                  tokens[source]!,
                  toRanks.reduce((sum, n) => sum + n, 0),
                ) + 1e-6,
              );
              expect(visiting).toBeGreaterThanOrEqual(Math.max(0, ...toRanks) - 1e-6);
            }
          }
        }),
      );
    });

    test("routes alike into tables whose lists are kept, and lists have all that there is, each once", () => {
      fc.assert(
        fc.property(routing, placement, fc.boolean(), (given, drawn, isReversed) => {
          const { count, topK, tokens } = given;
          const places = placesOf(count, drawn);
          const model = modelOf(count, topK, 2);
          const route = (layers: readonly number[], withLists: boolean) => {
            const streams = new Streams(given.seed);
            const router = createTokenRouter(model, gateOf(model), streams);
            const out = new Float64Array(tokens.length * count);
            const visits = createVisits(tokens.length, places);
            const lists = new Lists(tokens.length, count);
            for (const layer of layers) {
              const own = layer === 0 && isReversed ? tokens.toReversed() : tokens;
              lists.areCurrent = false;
              router.route(layer, own, streams.stream(`tokens/${layer}`), out, visits, withLists ? lists : undefined);
              if (!lists.areCurrent) lists.lookAll(out);
            }
            return { out, visits, lists };
          };
          const { out, visits, lists } = route([0, 1], true);
          const alone = route([1], false);
          expect(out).toEqual(alone.out);
          expect(visits.toRanks).toEqual(alone.visits.toRanks);
          expect(visits.toNodes).toEqual(alone.visits.toNodes);
          for (const [table, reported] of [
            [out, lists],
            [visits.toRanks, visits.ranks],
          ] as const) {
            for (let row = 0; row < tokens.length; row++) {
              const first = row * reported.columns;
              const there = [...reported.places.subarray(first, first + reported.lengths[row]!)];
              expect(new Set(there).size).toBe(there.length);
              for (let column = 0; column < reported.columns; column++) {
                if (table[first + column] !== 0) expect(there).toContain(column);
              }
            }
          }
        }),
        FEWER,
      );
    });

    test("routes alike from the same seed, whatever it routed before", () => {
      fc.assert(
        fc.property(routing, routing, (given, other) => {
          const streams = new Streams(given.seed);
          const model = modelOf(given.count, given.topK, 2);
          const router = createTokenRouter(model, gateOf(model), streams);
          const before = new Float64Array(other.tokens.length * given.count);
          router.route(1, other.tokens, streams.stream("something else"), before);
          const out = new Float64Array(given.tokens.length * given.count);
          router.route(1, given.tokens, streams.stream("routing/tokens"), out);
          expect(out).toEqual(routed(given, 1));
        }),
        FEWER,
      );
    });
  });
}
