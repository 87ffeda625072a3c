import { expect, test } from 'vitest';
import { writeRaw } from './raw-output.js';
import type { Terminal } from './terminal.js';

function terminalFor(json: boolean): { terminal: Terminal; out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    settings: { json, quiet: false, verbose: false, color: false },
    async stream(chunks: AsyncIterable<string | Uint8Array>) {
      for await (const chunk of chunks) out.push(Buffer.from(chunk).toString());
    },
    warn: (text: string) => err.push(text),
  };
  return { terminal: terminal as unknown as Terminal, out, err };
}

async function* bytes(parts: readonly string[], failure?: Error): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) yield Buffer.from(part);
  if (failure !== undefined) throw failure;
}

const broken = Object.assign(new Error('cut'), { code: 'truncated', remedy: 'Copy it again.', details: {} });

test('bytes are written as they are, also with --json', async () => {
  for (const json of [false, true]) {
    const { terminal, out, err } = terminalFor(json);
    await writeRaw(terminal, bytes(['{"a"', ':1}']));
    expect({ out: out.join(''), err }).toEqual({ out: '{"a":1}', err: [] });
  }
});

test('an error before the first byte is the answer, one behind it stays out of the bytes', async () => {
  const before = terminalFor(true);
  await expect(writeRaw(before.terminal, bytes([], broken))).rejects.toBe(broken);
  const behind = terminalFor(true);
  await expect(writeRaw(behind.terminal, bytes(['x'], broken))).rejects.toMatchObject({ name: 'ReportedError' });
  expect(behind.out).toEqual(['x']);
  expect(JSON.parse(behind.err.join(''))).toMatchObject({ error: { code: 'truncated' } });
});
