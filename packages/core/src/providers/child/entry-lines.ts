import { setImmediate } from 'node:timers/promises';
import type { ObjectInfo } from '../../provider-api/index.js';

/** Bytes that are worth a message of their own. */
const batchBytes = 16 * 1024;

/** A listing as bytes, each entry a line of JSON. Entries that the provider gives at once go together; none waits for one that takes time. */
export function entryLines(entries: AsyncIterable<ObjectInfo>): ReadableStream<Uint8Array> {
  const iterator = entries[Symbol.asyncIterator]();
  let asked: Promise<IteratorResult<ObjectInfo, unknown>> | undefined;

  function ask(): Promise<IteratorResult<ObjectInfo, unknown>> {
    if (asked === undefined) {
      asked = iterator.next();
      // It may fail before anyone waits for it.
      asked.catch(() => {});
    }
    return asked;
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let lines = '';
        const turn = setImmediate(undefined);
        while (lines.length < batchBytes) {
          const next = lines === '' ? await ask() : await Promise.race([ask(), turn]);
          if (next === undefined) break;
          asked = undefined;
          if (next.done === true) {
            if (lines !== '') controller.enqueue(Buffer.from(lines));
            return controller.close();
          }
          const { key, size, modifiedAt } = next.value;
          lines += `${JSON.stringify({ key, size, modifiedAt })}\n`;
        }
        return controller.enqueue(Buffer.from(lines));
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
