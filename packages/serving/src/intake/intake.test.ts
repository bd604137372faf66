import { Streams } from "@tokenyard/random";
import type { ServingSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { FirstCome } from "../continuous/first-come.ts";
import { createScheduler } from "../create-scheduler.ts";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestSlots } from "../requests/request-slots.ts";
import { SILENT } from "../requests/silent-observer.ts";
import { Intake } from "./intake.ts";
import { Lobby } from "./lobby.ts";

interface Coming {
  readonly atNs: number;
  readonly prompt: number;
  readonly output: number;
}

/** Prompt tokens of each data group in each of `steps` steps of 10 ns, the first of which begins with the first request; `keys` of `serving`. */
function promptsOf(keys: object, coming: readonly Coming[], steps: number, dataGroups = 1): string[] {
  const requests = new RequestSlots();
  const serving = { scheduler: { kind: "continuous", tokenBudget: 100, maxSequences: 8, order: "first-come" }, ...keys } as ServingSpec;
  const scheduler = createScheduler(serving, {
    requests,
    classes: [{ name: "all", priority: 0, targets: [] }],
    streams: new Streams(1),
    kvTokens: 10_000,
    passesAtOnce: 1,
    replicas: 1,
    dataGroups,
    window: Number.POSITIVE_INFINITY,
    attentionCost: (tokens) => tokens,
  });
  const left = [...coming];
  const formed: string[] = [];
  for (let nowNs = coming[0]!.atNs; formed.length < steps; nowNs += 10) {
    // requests come while the step runs that ends now, or with its end
    while (left.length > 0 && left[0]!.atNs <= nowNs) {
      const { atNs, prompt, output } = left.shift()!;
      const arriving = createArrivingRequest();
      Object.assign(arriving, { arrivedNs: atNs, promptTokens: prompt, outputTokens: output, classIndex: 0 });
      scheduler.arrive(requests.take(arriving), atNs, SILENT);
    }
    const pass = scheduler.next(0, nowNs, SILENT);
    formed.push(pass === undefined ? "-" : Array.from(pass.newTokens, (tokens, g) => tokens - pass.decoding!.sequences[g]!).join("+"));
    if (pass !== undefined) scheduler.finish(pass, nowNs + 10, SILENT);
  }
  return formed;
}

const FIRST = { atNs: 0, prompt: 7, output: 1000 };
const at = (atNs: number, prompt = 5, output = 1000) => ({ atNs, prompt, output });

test("a request that comes during a step is in the next one, and one step ahead in the one after that", () => {
  const coming = [FIRST, at(13)]; // in the step from 10 to 20
  expect(promptsOf({}, coming, 5)).toEqual(["7", "0", "5", "0", "0"]);
  expect(promptsOf({ stepsAhead: 1 }, coming, 5)).toEqual(["7", "0", "0", "5", "0"]);
});

test("one step ahead, who comes as a step ends was not seen when the next one was composed", () => {
  expect(promptsOf({}, [FIRST, at(20)], 5)).toEqual(["7", "0", "5", "0", "0"]);
  expect(promptsOf({ stepsAhead: 1 }, [FIRST, at(20)], 5)).toEqual(["7", "0", "0", "5", "0"]);
});

test("who comes to an engine that has nothing to do is served at once", () => {
  const coming = [at(0, 7, 1), at(5, 3, 1), at(20, 4, 1)]; // the second comes beside no decoding request
  expect(promptsOf({ stepsAhead: 1, receiveInterval: 10 }, coming, 4)).toEqual(["7", "3", "4", "-"]);
});

test("with an interval of 3, requests are received after a step with prompts, and then in every third decode step", () => {
  const keys = { receiveInterval: 3 };
  // a look before steps 0 (idle), 1 (prompts before), 4, 7
  expect(promptsOf(keys, [FIRST, at(5)], 3)).toEqual(["7", "5", "0"]);
  expect(promptsOf(keys, [FIRST, at(13)], 8)).toEqual(["7", "0", "0", "0", "5", "0", "0", "0"]);
  expect(promptsOf(keys, [FIRST, at(43)], 9)).toEqual(["7", "0", "0", "0", "0", "0", "0", "5", "0"]);
});

test("prompts wait for others beside decodes: so many steps, until the step has tokens enough, or for so long", () => {
  const wait = (batchWait: object) => promptsOf({ batchWait }, [FIRST, at(15), at(35, 40)], 7);
  expect(wait({ steps: 4, share: 1 })).toEqual(["7", "0", "0", "0", "0", "0", "45"]); // held in steps 2 to 5
  expect(wait({ steps: 4, share: 0.46 })).toEqual(["7", "0", "0", "0", "45", "0", "0"]); // 1 + 5 + 40 tokens of 100
  expect(wait({ steps: 0, time: 20e-9, share: 1 })).toEqual(["7", "0", "0", "0", "45", "0", "0"]); // from 20 to 40 ns
});

test("where nothing decodes, no prompt waits for others", () => {
  expect(promptsOf({ batchWait: { steps: 4, share: 1 } }, [at(0, 7, 1), at(5, 5, 1)], 2)).toEqual(["7", "5"]);
});

test("aligned data groups begin prompts together once all decode, or every so many steps", () => {
  // requests go to the groups in turn: the third to the first, the fourth to the second
  const coming = (atNs: number) => [FIRST, FIRST, at(15), at(atNs)];
  const keys = (timeoutSteps: number, waitSteps = 0) => ({ dataGroups: { prompts: "aligned", timeoutSteps, waitSteps } });
  expect(promptsOf({}, coming(35), 5, 2)).toEqual(["7+7", "0+0", "5+0", "0+0", "0+5"]);
  expect(promptsOf(keys(50), coming(35), 5, 2)).toEqual(["7+7", "0+0", "0+0", "0+0", "5+5"]);
  expect(promptsOf(keys(50, 2), coming(35), 8, 2)).toEqual(["7+7", "0+0", "0+0", "0+0", "0+0", "0+0", "5+5", "0+0"]);
  expect(promptsOf(keys(3), coming(1000), 6, 2)).toEqual(["7+7", "0+0", "0+0", "5+0", "0+0", "0+0"]); // steps 1 and 2 count
});

test("by hand: four decode steps that are taken at once look into the inbox where they would have one by one", () => {
  /** Requests still in the inbox at 45 ns, of those that come at 8, 35 and 43 ns. */
  const inbox = (isAhead: boolean) => {
    const lobby = new Lobby(new FirstCome());
    for (const [slot, atNs] of [8, 35, 43].entries()) lobby.enter(slot, atNs);
    const group = { running: 1, isClosed: false };
    type Given = ConstructorParameters<typeof Intake>;
    const rules = { isAhead, receiveInterval: 3 } as Given[0];
    const intake = new Intake(rules, [group] as unknown as Given[1], [lobby], {} as Given[3], { maxSequences: 8 } as Given[4]);
    intake.open(0, [{ decoding: 0, prompting: 1 }]);
    intake.began(0, true);
    intake.advanced(Float64Array.of(10, 20, 30, 40), 4);
    intake.open(45, [{ decoding: 1, prompting: 0 }]);
    return lobby.inbox;
  };
  expect(inbox(false)).toBe(1); // looks at 10 ns, after a prompt, and at 40 ns, three steps later: 43 ns is later
  expect(inbox(true)).toBe(2); // the step from 40 ns was composed at 30 ns
});
