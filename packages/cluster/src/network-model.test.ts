import fc from "fast-check";
import { expect, test } from "vitest";
import { type Collective, type CountedExchange, NetworkModel } from "./network-model.ts";
import { exchanges, portBytes } from "./networks/network-model.contract.ts";

/** All that a network must have: a byte takes a second on its way, a collective one for each byte and rank. */
class Plain extends NetworkModel {
  readonly name = "plain";

  linkSeconds(bytes: number): number {
    return bytes;
  }

  collectiveSeconds(_: Collective, bytes: number, ranks: ArrayLike<number>): number {
    return bytes * ranks.length;
  }

  exchangeSeconds({ ports: { nodeOut, nodeIn, fabricOut, fabricIn } }: CountedExchange, unitBytes: number, out: Float64Array): void {
    for (let i = 0; i < nodeOut.length; i++) out[i] = Math.max(nodeOut[i]!, nodeIn[i]!, fabricOut[i]!, fabricIn[i]!) * unitBytes;
  }
}

const network = new Plain(2);
const none = () => ({ nodeBytes: 0, fabricBytes: 0 });

test("a network of four members times and counts all kinds of traffic", () => {
  const traffic = none();
  expect(network.sendSeconds(3, 0, 1, traffic)).toBe(3);
  expect(network.sendSeconds(5, 1, 2, traffic)).toBe(5);
  expect(network.transferSeconds(5, 1, 2)).toBe(5);
  expect(traffic).toEqual({ nodeBytes: 3, fabricBytes: 5 });
  expect([network.sendSeconds(0, 0, 1, traffic), network.sendSeconds(9, 4, 4, traffic), network.latencySeconds(0, 1)]).toEqual([0, 0, 0]);
  const reduced = none();
  expect(network.allReduceSeconds(10, [0, 1, 2, 3], reduced)).toBe(40);
  expect(reduced).toEqual({ nodeBytes: 2 * (4 - 2) * 10, fabricBytes: 2 * 10 });
  const gathered = none();
  expect(network.allGatherSeconds(Float64Array.of(1, 2, 3, 0), [0, 1, 2, 3], gathered)).toBe(24); // 6 bytes, 4 ranks
  expect(gathered).toEqual({ nodeBytes: 2 * 6, fabricBytes: 6 });
  const cast = none();
  expect(network.broadcastSeconds(7, [0, 1, 2], cast)).toBe(21);
  expect(cast).toEqual({ nodeBytes: 7, fabricBytes: 7 }); // one on the first node, one over the fabric
  expect([network.contends, network.turnsRound, network.unmeasured, network.mostCopiesSeconds(1, 1, [0, 1])]).toEqual([
    false,
    false,
    undefined,
    undefined,
  ]);
});

test("its exchanges take what its busiest port has, counted pair by pair or at once", () => {
  fc.assert(
    fc.property(exchanges(2), ({ ranks, bytes }) => {
      const ports = portBytes({ ranks, bytes }, 2);
      const wanted = ranks.map((_, i) => Math.max(ports.nodeOut[i]!, ports.nodeIn[i]!, ports.fabricOut[i]!, ports.fabricIn[i]!));
      const [out, traffic] = [new Float64Array(ranks.length), none()];
      network.allToAllSeconds(bytes, ranks, out, traffic);
      expect([...out]).toEqual(wanted);
      const counted = network.copyPorts(ranks);
      ranks.forEach((_, i) => {
        ranks.forEach((_, j) => {
          counted.send(i, j, bytes[i * ranks.length + j]!);
        });
      });
      counted.end();
      const [again, same] = [new Float64Array(ranks.length), none()];
      network.copyExchangeSeconds(counted, 1, again, same);
      expect([...again]).toEqual(wanted);
      expect(same).toEqual(traffic);
      expect(traffic.nodeBytes).toBe(ports.nodeOut.reduce((sum, each) => sum + each, 0));
    }),
  );
});
