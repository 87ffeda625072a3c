import { readFileSync } from 'node:fs';

/** What a process has in memory, bytes; `undefined` where the system doesn't tell, or the process is gone. */
export function residentMemory(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // Not `statm`: that counts in pages, and how large those are Node doesn't tell.
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
