import { ReportedError } from '../errors.js';
import { reportOf } from './error-report.js';
import type { Terminal } from './terminal.js';

/**
 * A file's bytes on standard output, as they are, also with `--json`. What goes wrong after the first of them must not get among them: with
 * `--json` its document goes to standard error.
 */
export async function writeRaw(terminal: Terminal, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let written = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of bytes) {
      written += chunk.length;
      yield chunk;
    }
  };
  try {
    await terminal.stream(counted());
  } catch (error) {
    if (written === 0 || !terminal.settings.json) throw error;
    terminal.warn(JSON.stringify({ error: reportOf(error) }, undefined, 2));
    throw new ReportedError(error);
  }
}
