/** One request as it comes from a source; an object that is filled again for the next one. */
export interface ArrivingRequest {
  arrivedNs: number;
  promptTokens: number;
  /** Tokens of it that are in the cache of its replica already. */
  cachedTokens: number;
  /** Tokens that it asks for, the first included. */
  outputTokens: number;
  /** Of those, how many were out before it came, with all else of it cached; 0: its prompt is computed. */
  outBefore: number;
  /** Of one with tokens out, its place among those that decode: each data group has every so many of them. */
  place: number;
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
    cachedTokens: 0,
    outputTokens: 1,
    outBefore: 0,
    place: 0,
    classIndex: 0,
    prefix: undefined,
    prefixBlockTokens: 0,
    text: undefined,
    session: -1,
  };
}
