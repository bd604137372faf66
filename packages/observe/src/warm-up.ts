import { createArrivingRequest } from "@tokenyard/serving";
import { Answer } from "./answers/answer.ts";
import { type ObservedLoad, observedSource } from "./observed-source.ts";
import type { Prompter } from "./prompts/prompter.ts";
import { asked } from "./servers/asked.ts";
import type { KnownServer, TrialOrder } from "./servers/known-server.ts";
import { requestBody } from "./servers/request-body.ts";
import type { Server } from "./servers/server.ts";

export interface WarmUpOrder extends TrialOrder {
  readonly server: Server;
  readonly known: KnownServer;
  readonly prompter: Prompter;
  readonly load: ObservedLoad;
  /** Requests. */
  readonly count: number;
}

/** Sends requests with the lengths of the first ones of a load and other prompts, one after another, and waits for their ends; what becomes of them counts nowhere. */
export async function warmedUp({ server, known, api, prompter, load, count, clock, ...patience }: WarmUpOrder): Promise<void> {
  const source = observedSource(load);
  const request = createArrivingRequest();
  for (let number = 0; number < count && source.nextNs !== Number.POSITIVE_INFINITY && !patience.signal?.aborted; number++) {
    const nowNs = source.nextNs;
    source.take(request);
    const { session: _, ...alone } = request;
    const { body: prompt } = prompter.promptOf({ ...alone, session: -1, prefix: undefined }, number, "warm-up");
    const { outputTokens } = request;
    const body = requestBody({ api, model: known.model, prompt, outputTokens, abilities: known.abilities });
    const answer = new Answer({ api, outputTokens, keepsText: false, clock });
    await asked(server, { chat: api === "chat", body, id: `observe-warm-up-${number}` }, answer, patience);
    source.finished(number, nowNs);
  }
}
