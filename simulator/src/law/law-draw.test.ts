import type { Phase, TokenRouter } from "@tokenyard/model";
import { PickedTokens } from "@tokenyard/program";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { RunTimeline } from "../event.ts";
import { Gate } from "../experts/gate.ts";
import { PoolParts } from "../pools/pool-parts.ts";
import { passTapeOf } from "../programs/pass-tape.ts";
import { stageSpecs } from "../programs/stage-specs.ts";
import { RunLogs } from "../recording/run-logs.ts";
import { prepare } from "../setup/prepare.ts";
import type { Stage } from "../stages/stage.ts";
import { LawDraw } from "./law-draw.ts";
import { LawRows } from "./law-rows.ts";

/** Draws of a deployment of several nodes: as they are, and with a router that does not draw token by token. */
function drawsOf(gate: object | string, parallelism: object, dispatch: string) {
  const scenario = parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { preset: "qwen3-30b-a3b", layers: 8 },
    cluster: { gpu: "h100-sxm", gpusPerNode: 4, network: "hgx-h100-ndr" },
    parallelism,
    routing: { gate, resolution: "law", dispatch, expertReduce: "after-combine" },
    workload: { kind: "open", requests: 8, rate: "1 requests/s", promptTokens: 64, outputTokens: 8 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 128 } },
  });
  const setup = prepare(scenario);
  const logs = new RunLogs(setup, {}, undefined);
  const context = { ...logs, timeline: new RunTimeline(), options: {}, wanted: undefined, limit: undefined, leaves: () => {} };
  const pool = setup.pools[0]!;
  const parts = new PoolParts(setup.pools, 0, context);
  const spec = stageSpecs(pool, parts.links)[0]!;
  const rows = new LawRows(passTapeOf(spec.slices[0]!, spec.ranks, false), spec.ranks, true);
  const draws = [pool.router!, unpicking(pool.router!)].map(
    (router) =>
      new LawDraw(
        { ...parts, streams: setup.streams, withBytes: true },
        { gate: new Gate({ ...pool, router }, parts.links), picked: new PickedTokens({ ...pool, links: parts.links }, spec.id) },
        { spec, shape: undefined } as Stage,
        rows,
        pool.plan.dataGroups,
      ),
  );
  return { draws, streams: setup.streams };
}

function unpicking(router: TokenRouter): TokenRouter {
  return { kind: router.kind, draws: true, route: (...given) => router.route(...given) };
}

test.each([
  ["once to a rank", "uniform", { expert: 16 }, "per-token"],
  ["each copy by itself", "uniform", { expert: 16 }, "per-copy"],
  ["of experts that are chosen unevenly", { kind: "lognormal", sigma: 1.05 }, { expert: 16 }, "per-token"],
  ["over ranks that share an expert", "uniform", { expert: 8, tensor: 2, attention: { tensor: 4 } }, "per-token"],
  ["from sources with several experts' ranks", "uniform", { expert: 16, attention: { tensor: 4 } }, "per-copy"],
] as const)("tokens that are counted as they are picked cost what their sums by source do: %s", (_, gate, parallelism, dispatch) => {
  const { draws, streams } = drawsOf(gate, parallelism, dispatch);
  const reported = draws.map((draw) => {
    const stream = streams.fresh("draws");
    return [0, 1, 0, 0, 1].map((phase, i) => {
      draw.tokens.fill(i + 1);
      draw.tokens[1] = 0;
      draw.tokens[2] = i === 3 ? 16_000 : 100; // so many are drawn by counts
      draw.draw(i, phase as Phase, stream, 0);
      const { routed, rankRows, picked } = draw.work.load!;
      return {
        tookNs: draw.tookNs,
        routed: [...routed],
        rankRows: [...rankRows],
        costs: structuredClone(draw.costs),
        isPicked: picked !== undefined,
      };
    });
  });
  expect(reported[0]!.map(({ isPicked }) => isPicked)).toEqual([true, true, true, false, true]);
  expect(reported[1]!.some(({ isPicked }) => isPicked)).toBe(false);
  expect(reported[0]!.map(({ isPicked, ...rest }) => rest)).toEqual(reported[1]!.map(({ isPicked, ...rest }) => rest));
});
