/** A spinner that appears with the first thing that is shown. */
export function showWork(): { show(what: string): void; stop(): void } {
  let latest: string | undefined;
  let spinning: { message(text: string): void; clear(): void } | undefined;
  let loading = false;

  async function start(): Promise<void> {
    loading = true;
    const { spinner } = await import('@clack/prompts');
    loading = false;
    if (latest === undefined) return;
    const made = spinner({ output: process.stderr });
    made.start(latest);
    spinning = made;
  }

  return {
    show(what) {
      latest = what;
      if (spinning !== undefined) spinning.message(what);
      else if (!loading) void start();
    },
    stop() {
      latest = undefined;
      spinning?.clear();
      spinning = undefined;
    },
  };
}
