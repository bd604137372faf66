/** One request as it comes from a source; an object that is filled again for the next one. */
export interface ArrivingRequest {
  arrivedNs: number;
  promptTokens: number;
  /** Tokens that it asks for, the first included. */
  outputTokens: number;
  /** Index of its class; 0 without classes. */
  classIndex: number;
  /** Ids of the prompt's whole leading blocks: equal ids in equal places are equal tokens. Undefined when nothing is known. Not to be changed. */
  prefix: Int32Array | undefined;
  /** Tokens of one block of `prefix`. */
  prefixBlockTokens: number;
  /** `prefix` carried on into what is put out, where that is known because the next prompt begins with it. Not to be changed. */
  text: Int32Array | undefined;
  /** Requests of one session share its number; −1 without sessions. */
  session: number;
}

export function createArrivingRequest(): ArrivingRequest {
  return {
    arrivedNs: 0,
    promptTokens: 1,
    outputTokens: 1,
    classIndex: 0,
    prefix: undefined,
    prefixBlockTokens: 0,
    text: undefined,
    session: -1,
  };
}
