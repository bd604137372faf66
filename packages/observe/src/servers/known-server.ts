import { Answer } from "../answers/answer.ts";
import { type Api, isMap, parsed } from "../answers/chunk.ts";
import type { Ending } from "../answers/outcome.ts";
import type { Clock } from "../clock.ts";
import type { Abilities } from "./abilities.ts";
import { asked, type Patience } from "./asked.ts";
import { requestBody } from "./request-body.ts";
import type { Reply, Server } from "./server.ts";

/** What is known of a server before the first request of a run. */
export interface KnownServer {
  readonly model: string;
  readonly abilities: Abilities;
  /** What it says of itself: the answer of /version, and the names of its models; null where it does not say. */
  readonly version: string | null;
  readonly models: readonly string[] | null;
}

/** Reason why a server cannot be observed. */
export interface Unobservable {
  readonly reason: string;
  /** Whether it did not answer at all, or what it was asked is wrong. */
  readonly isUnreachable: boolean;
}

/** From what knows most to what all take. */
const ATTEMPTS: readonly Omit<Abilities, "usage">[] = [
  { tokenIds: true, fixedOutputs: true, counts: true },
  { tokenIds: true, fixedOutputs: true, counts: false },
  { tokenIds: false, fixedOutputs: true, counts: true },
  { tokenIds: false, fixedOutputs: true, counts: false },
  { tokenIds: false, fixedOutputs: false, counts: false },
];
const PROMPT = 16;
const FIRST_ID = 1000;

/** How a server is tried. */
export interface TrialOrder extends Patience {
  readonly api: Api;
  readonly clock: Clock;
}

/** Asks `server` what it is, and tries what it takes with requests of two tokens. */
export async function knownServer(
  server: Server,
  { api, model: wanted, clock, ...patience }: TrialOrder & { readonly model?: string | undefined },
): Promise<KnownServer | Unobservable> {
  const listed = await server.get("models");
  if (listed.status === null) return { reason: listed.text, isUnreachable: true };
  const models = modelsIn(listed);
  const model = wanted ?? (models?.length === 1 ? models[0] : undefined);
  if (model === undefined) return { reason: noModel(listed, models), isUnreachable: false };
  const version = versionIn(await server.get("/version"));
  let last: Ending | undefined;
  for (const attempt of ATTEMPTS) {
    if (api === "chat" && attempt.tokenIds) continue;
    const answer = new Answer({ api, outputTokens: 2, keepsText: false, clock });
    const prompt = attempt.tokenIds ? Array.from({ length: PROMPT }, (_, i) => FIRST_ID + i) : "the time of the day";
    const body = requestBody({ api, model, outputTokens: 2, abilities: attempt, prompt });
    last = await asked(server, { chat: api === "chat", body, id: "observe-trial" }, answer, patience);
    if (last.outcome === "finished") return { model, version, models, abilities: { ...attempt, usage: answer.outputTokens !== null } };
    if (last.outcome === "unreachable") return { reason: last.message!, isUnreachable: true };
    if (![400, 422, 500].includes(answer.status ?? 0) && last.outcome !== "server-error") break;
  }
  return {
    reason: `a request of two tokens failed (${last!.outcome}): ${last!.message}${otherModels(model, models)}`,
    isUnreachable: last!.outcome === "unavailable" || last!.outcome === "stalled",
  };
}

/** Names that the server has, where `model` is none of them: it may take others. */
function otherModels(model: string, models: readonly string[] | null): string {
  return models === null || models.length === 0 || models.includes(model)
    ? ""
    : `; --model ${model} given, and it has the models ${models.slice(0, 10).join(", ")}`;
}

function modelsIn({ status, text }: Reply): string[] | null {
  const tree = status === 200 ? parsed(text) : undefined;
  if (!isMap(tree) || !Array.isArray(tree["data"])) return null;
  return tree["data"].flatMap((each) => (isMap(each) && typeof each["id"] === "string" ? [each["id"]] : []));
}

function noModel({ status }: Reply, models: readonly string[] | null): string {
  if (models !== null && models.length > 1) return `it has the models ${models.slice(0, 10).join(", ")}; wanted --model with one of them`;
  if (status !== null && status >= 300 && status < 400)
    return `it redirects (/models: ${status}), which is not followed; wanted the address that answers`;
  const hint = status === 401 || status === 403 ? "; --key-env NAME takes a key from an environment variable" : "; wanted --model NAME";
  return `it does not say which model it has (/models: ${status})${hint}`;
}

function versionIn({ status, text }: Reply): string | null {
  const tree = status === 200 ? parsed(text) : undefined;
  return isMap(tree) && typeof tree["version"] === "string" ? tree["version"] : null;
}
