/** Lets one call of a flow run at a time: two answers to one step would both be taken for the first. */
export interface FlowTurns {
  /** Runs when the calls before are over. The signal fires when the caller's does, or the flow is cancelled. */
  run<T>(token: string, signal: AbortSignal | undefined, call: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops what runs and what waits. */
  stop(token: string): void;
  stopAll(): void;
}

interface Turn {
  readonly controllers: Set<AbortController>;
  last: Promise<unknown>;
}

export function createFlowTurns(): FlowTurns {
  const turns = new Map<string, Turn>();
  const stopTurn = ({ controllers }: Turn) => {
    for (const controller of controllers) controller.abort();
  };
  return {
    async run(token, given, call) {
      const turn = turns.get(token) ?? { controllers: new Set(), last: Promise.resolve() };
      turns.set(token, turn);
      const controller = new AbortController();
      turn.controllers.add(controller);
      const signal = given === undefined ? controller.signal : AbortSignal.any([given, controller.signal]);
      const before = turn.last;
      const mine = (async () => {
        await before;
        return call(signal);
      })();
      turn.last = mine.catch(() => {});
      try {
        return await mine;
      } finally {
        turn.controllers.delete(controller);
        if (turn.controllers.size === 0) turns.delete(token);
      }
    },
    stop(token) {
      const turn = turns.get(token);
      if (turn !== undefined) stopTurn(turn);
    },
    stopAll() {
      for (const turn of turns.values()) stopTurn(turn);
    },
  };
}
