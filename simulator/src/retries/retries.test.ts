import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

/** Three requests at almost one instant for one place and one place in its queue: the third is refused as often as it comes. */
function triesOf(client: number, router: number) {
  const backoff = { first: "1 ms", factor: 1, most: "1 ms", jitter: "0 %" };
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "1 MB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    workload: { kind: "open", requests: 3, rate: "1e6 requests/s", promptTokens: 16, outputTokens: 100 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 16, maxSequences: 1 }, mostWaiting: 1 },
    retries: { client: { limit: client, backoff }, router: { limit: router, ...backoff } },
  });
  const { attempts, byClient, byRouter, refused } = run(prepare(scenario)).retries!;
  return { attempts, byClient, byRouter, refused };
}

test("by hand: the router has all its tries again for each try of the client", () => {
  expect(triesOf(1, 1)).toEqual({ attempts: 2 + 2 * 2, byClient: 1, byRouter: 2, refused: 4 });
  expect(triesOf(2, 3)).toEqual({ attempts: 2 + 3 * 4, byClient: 2, byRouter: 9, refused: 12 });
  expect(triesOf(0, 0)).toEqual({ attempts: 3, byClient: 0, byRouter: 0, refused: 1 });
});
