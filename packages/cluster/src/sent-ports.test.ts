import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { CopyPorts } from "./copy-ports.ts";
import { nodePatternOf } from "./node-pattern.ts";
import { Ports } from "./ports.ts";
import { SentPorts } from "./sent-ports.ts";
import { flowsOf } from "./token-flows.ts";

const MEMBERS = 7;

/** Members on nodes of 3 ranks, in any order, and the members that tokens of each go to: some come twice. */
const anyTokens = fc.record({
  ranks: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: MEMBERS, maxLength: MEMBERS }),
  tokens: fc.array(fc.record({ from: fc.nat(MEMBERS - 1), to: fc.array(fc.nat(MEMBERS - 1), { minLength: 1, maxLength: 4 }) }), {
    maxLength: 20,
  }),
});

function columnsOf({ nodeOut, nodeIn, fabricOut, fabricIn, nodePeers, fabricPeers }: Ports): number[][] {
  return [nodeOut, nodeIn, fabricOut, fabricIn, nodePeers, fabricPeers].map((column) => [...column]);
}

/** One member after another. */
function bySender<Token extends { readonly from: number }>(tokens: readonly Token[]): Token[] {
  return tokens.toSorted((a, b) => a.from - b.from);
}

test("two tokens of rank 0 for both ranks of another node cross once each, to its rank 0, which hands both on", () => {
  const sent = new SentPorts(nodePatternOf([0, 1, 8, 9], 8));
  sent.clear(true);
  for (let token = 0; token < 2; token++) {
    sent.begin(0);
    sent.send(2);
    sent.send(3);
  }
  sent.end();
  expect(columnsOf(sent.ports)).toEqual([
    [0, 0, 2, 0],
    [0, 0, 0, 2],
    [2, 0, 0, 0],
    [0, 0, 2, 0],
    [0, 0, 1, 1],
    [1, 0, 1, 0],
  ]);
});

test.prop([anyTokens])(
  "tokens that are counted as they are sent go through the ports that the flows of all pairs do",
  ({ ranks, tokens }) => {
    const pattern = nodePatternOf(ranks, 3);
    const toRanks = new Float64Array(MEMBERS * MEMBERS);
    const toNodes = new Float64Array(MEMBERS * pattern.nodes);
    const sent = new SentPorts(pattern);
    sent.clear(true);
    for (const { from, to } of bySender(tokens)) {
      sent.begin(from);
      for (const member of new Set(to)) {
        sent.send(member);
        toRanks[from * MEMBERS + member]!++;
      }
      for (const node of new Set(to.map((member) => pattern.nodeOf[member]!))) toNodes[from * pattern.nodes + node]!++;
    }
    sent.end();
    const known = new Ports(MEMBERS);
    known.countOnce(flowsOf(toRanks, toNodes, MEMBERS), 1, pattern);
    expect(columnsOf(sent.ports)).toEqual(columnsOf(known));
  },
);

test.prop([anyTokens])("copies that are counted as they are sent go through the ports that their sums by pair do", ({ ranks, tokens }) => {
  const pattern = nodePatternOf(ranks, 3);
  const sums = new Float64Array(MEMBERS * MEMBERS);
  const sent = new SentPorts(pattern);
  sent.clear(false);
  for (const { from, to } of bySender(tokens)) {
    sent.begin(from);
    for (const member of to) {
      sent.send(member);
      sums[from * MEMBERS + member]!++;
    }
  }
  sent.end();
  const known = new CopyPorts(pattern);
  known.clear();
  for (const [at, copies] of sums.entries()) known.send(Math.floor(at / MEMBERS), at % MEMBERS, copies);
  known.end();
  expect(columnsOf(sent.ports)).toEqual(columnsOf(known.ports));
});
