/**
 * The share of customers of Erlang's loss system that find all of `servers` taken, where `offered` would be served at once in the mean. Source: Erlang (1917), by
 * the usual recursion 1/B(c) = 1 + c / (a B(c − 1)).
 */
export function blocked(servers: number, offered: number): number {
  if (offered <= 0) return servers === 0 ? 1 : 0;
  let inverse = 1;
  for (let count = 1; count <= servers; count++) inverse = 1 + (count / offered) * inverse;
  return 1 / inverse;
}
