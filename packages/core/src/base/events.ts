/** Events by name: each name has its own kind of event. */
export interface Events<Map extends object> {
  /**
   * Calls `listener` for each event of that name until what is returned is disposed of. Listeners are called one after the other, in the order
   * in which they came, and nobody waits for one that is asynchronous. What one throws is logged and stops nothing.
   */
  on<Name extends keyof Map>(name: Name, listener: (event: Map[Name]) => unknown): Disposable;
}

/** The side that has something to tell. */
export interface Emitter<Map extends object> extends Events<Map> {
  emit<Name extends keyof Map>(name: Name, event: Map[Name]): void;
}

/** @param onFailure gets what a listener threw, or rejected with */
export function createEmitter<Map extends object>(onFailure: (name: keyof Map, error: unknown) => void): Emitter<Map> {
  const listeners: { [Name in keyof Map]?: Set<(event: Map[Name]) => unknown> } = {};

  async function tell<Name extends keyof Map>(name: Name, listener: (event: Map[Name]) => unknown, event: Map[Name]): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      onFailure(name, error);
    }
  }

  return {
    on(name, listener) {
      // A function of its own, so that a listener that is added twice is called twice and removed once.
      const own = (event: Parameters<typeof listener>[0]) => listener(event);
      const known = (listeners[name] ??= new Set());
      known.add(own);
      return {
        [Symbol.dispose]() {
          known.delete(own);
        },
      };
    },
    emit(name, event) {
      // A copy: who listens may add and remove listeners, and those that are new aren't told of this one.
      const present = Array.from(listeners[name] ?? []);
      for (const listener of present) void tell(name, listener, event);
    },
  };
}
