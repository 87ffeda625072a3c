// Runs the cases in turn, A B C, B C A, C A B, so that all of them meet the same machine in the same minutes, and none is always the first
// that does such a thing.
import { measure } from './measure.mjs';

/**
 * @param {import('./cases.mjs').Case[]} cases all that exist
 * @param {(one: import('./cases.mjs').Case) => boolean} isWanted which are measured; what these need is run once, unmeasured
 * @param {(text: string) => void} tell takes a line of progress
 * @returns {Map<string, { wall: number, cpu: number, memory?: number, bytes?: number }[]>} by case id, one for each round
 */
export function runRounds(cases, isWanted, rounds, tell) {
  const byId = new Map(cases.map((one) => [one.id, one]));
  const done = new Set();
  const results = new Map();
  const wanted = cases.filter(isWanted);
  for (let round = 1; round <= rounds; round += 1) {
    for (const one of inTurn(wanted, round - 1)) {
      for (const id of one.needs ?? []) {
        if (done.has(id)) continue;
        tell(`preparing: ${id}`);
        runOnce(byId.get(id));
        done.add(id);
      }
      const result = runOnce(one, !results.has(one.id));
      done.add(one.id);
      results.set(one.id, [...(results.get(one.id) ?? []), result]);
      tell(`round ${round} of ${rounds}: ${one.id} ${result.wall.toFixed(2)} s`);
    }
  }
  return results;
}

function runOnce(one, isFirst = false) {
  one.prepare?.();
  const { output, ...cost } = measure(one.command());
  const made = one.finish?.(output);
  if (isFirst) one.check?.();
  one.clean?.();
  return { ...cost, ...made };
}

/** The cases, of which those that do the same begin with another one in each round. */
function inTurn(cases, round) {
  const groups = new Map();
  for (const one of cases) {
    const what = `${one.tree}/${one.task}`;
    groups.set(what, [...(groups.get(what) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => group.map((_, place) => group[(place + round) % group.length]));
}
