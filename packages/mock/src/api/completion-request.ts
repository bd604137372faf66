import { type Message, tokensOfMessages, tokensOfText } from "../prompts/prompt-tokens.ts";
import { ApiError, wrongField } from "./api-error.ts";

/** Which of the two forms a request has, and its answer. */
export type Form = "completion" | "chat";

/** What is asked for. */
export interface CompletionRequest {
  readonly form: Form;
  /** One number for each token. */
  readonly prompt: Uint32Array;
  readonly outputTokens: number;
  readonly isStreamed: boolean;
  readonly withUsage: boolean;
}

/** Tokens that a request gets which says no number: as the API of completions has it. */
const OUTPUT_TOKENS = 16;
const MOST_OUTPUT_TOKENS = 10_000_000;

type Body = Readonly<Record<string, unknown>>;

/** Checks the body of a request to a model named `model`. Throws ApiError for what the mock does not do, and for what no server does. */
export function completionRequest(form: Form, text: string, model: string): CompletionRequest {
  const body = objectOf(text);
  if (body["model"] != null && body["model"] !== model)
    throw new ApiError(
      404,
      `the model ${JSON.stringify(String(body["model"]).slice(0, 60))} does not exist; wanted ${JSON.stringify(model)}`,
      "model",
      "model_not_found",
    );
  for (const [field, isFine, wanted] of LIMITS) {
    const given = body[field];
    if (given !== undefined && given !== null && !isFine(given)) throw wrongField(field, given, wanted);
  }
  const isStreamed = flagOf(body, "stream");
  const options = body["stream_options"];
  const withUsage = options !== undefined && options !== null && isRecord(options) && options["include_usage"] === true;
  if (withUsage && !isStreamed) throw wrongField("stream_options", options, "no such field without stream: true");
  const prompt = form === "chat" ? tokensOfMessages(messagesOf(body["messages"])) : promptOf(body["prompt"]);
  return { form, prompt, outputTokens: outputTokensOf(body), isStreamed, withUsage };
}

/** Fields whose other values would ask for answers of another kind. */
const LIMITS: readonly (readonly [field: string, isFine: (given: unknown) => boolean, wanted: string])[] = [
  ["n", (n) => n === 1, "1: the mock gives one answer to a request"],
  ["best_of", (n) => n === 1, "1: the mock gives one answer to a request"],
  ["echo", (echo) => echo === false, "false: the mock does not repeat prompts"],
  ["logprobs", (given) => given === false || given === 0, "no such field: the mock has no probabilities"],
  ["top_logprobs", (given) => given === 0, "no such field: the mock has no probabilities"],
  ["suffix", () => false, "no such field: the mock only goes on from a prompt"],
];

function objectOf(text: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, `the body is no JSON: ${(error as Error).message.slice(0, 120)}`, null, "invalid_json");
  }
  if (!isRecord(body)) throw new ApiError(400, "the body is no JSON object", null, "invalid_json");
  return body;
}

function isRecord(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function flagOf(body: Body, field: string): boolean {
  const given = body[field] ?? false;
  if (typeof given !== "boolean") throw wrongField(field, given, "true or false");
  return given;
}

function outputTokensOf(body: Body): number {
  const field = body["max_completion_tokens"] == null ? "max_tokens" : "max_completion_tokens";
  const given = body[field] ?? OUTPUT_TOKENS;
  if (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= MOST_OUTPUT_TOKENS) return given as number;
  throw wrongField(field, given, "a whole number from 1 to 1e7");
}

/** The prompt of a completion: one text, or one list of token ids. */
function promptOf(given: unknown): Uint32Array {
  const only = Array.isArray(given) && given.length === 1 && typeof given[0] !== "number" ? (given[0] as unknown) : given;
  if (typeof only === "string") return atLeastOne(tokensOfText(only));
  if (Array.isArray(only) && only.length > 0 && only.every((id) => Number.isInteger(id) && id >= 0 && id <= 0xffff_ffff))
    return Uint32Array.from(only as number[]);
  throw wrongField("prompt", given, "one text, or one list of token ids");
}

/** No server computes nothing: a prompt without words has the token that begins every text. */
function atLeastOne(tokens: Uint32Array): Uint32Array {
  return tokens.length === 0 ? Uint32Array.of(0) : tokens;
}

function messagesOf(given: unknown): readonly Message[] {
  if (!Array.isArray(given) || given.length === 0) throw wrongField("messages", given, "a list of at least one message");
  return given.map((message: unknown, i) => {
    if (!isRecord(message) || typeof message["role"] !== "string")
      throw wrongField(`messages.${i}.role`, message, "the role of who speaks");
    return { role: message["role"], text: contentOf(message["content"] ?? "", `messages.${i}.content`) };
  });
}

/** The text of a message, which may come in parts. */
function contentOf(given: unknown, param: string): string {
  if (typeof given === "string") return given;
  if (!Array.isArray(given)) throw wrongField(param, given, "a text, or a list of parts of text");
  const texts = given.map((part: unknown) => {
    if (isRecord(part) && part["type"] === "text" && typeof part["text"] === "string") return part["text"];
    throw wrongField(param, part, "parts of text alone: the mock sees no pictures and hears no sound");
  });
  return texts.join(" ");
}
