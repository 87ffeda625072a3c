import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of bytes into lines and keeps no more than `limit` bytes of one. `cut`: how many characters of it are gone. */
export function createLineSplitter(limit: number, onLine: (line: string, cut: number) => void) {
  const decoder = new StringDecoder('utf8');
  let line = '';
  let cut = 0;

  function add(text: string): void {
    const room = Math.max(0, limit - line.length);
    line += text.slice(0, room);
    cut += Math.max(0, text.length - room);
  }

  function end(): void {
    if (line !== '' || cut > 0) onLine(line, cut);
    line = '';
    cut = 0;
  }

  return {
    write(bytes: Uint8Array): void {
      const [first = '', ...rest] = decoder.write(bytes).split('\n');
      add(first);
      for (const text of rest) {
        end();
        add(text);
      }
    },
    end,
  };
}
