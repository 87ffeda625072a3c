const decimal = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

const pattern = /^(\d{1,16})(?:\.(\d{1,9}))? ?([kmgtp]i?b|b)?$/i;

/** The bytes that a text such as `5 GB`, `4.5 GiB` or `5000000` means; `undefined` for any other text. */
export function parseByteSize(text: string): number | undefined {
  const [, whole, fraction = '', unit = 'B'] = pattern.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const bytes = Math.floor(Number(`${whole}.${fraction}`) * factorOf(unit.toLowerCase()));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function factorOf(unit: string): number {
  const isUnit = (name: string) => name.toLowerCase() === unit;
  const power = decimal.findIndex(isUnit);
  return power === -1 ? 1024 ** binary.findIndex(isUnit) : 1000 ** power;
}

/** As people write it, with at most two decimals: `999 B`, `5 GB`, `4.83 GB`. */
export function formatByteSize(bytes: number): string {
  let power = 0;
  // 999.995 would be shown as 1000.
  while (bytes / 1000 ** power >= 999.995 && power < decimal.length - 1) power += 1;
  return `${Number((bytes / 1000 ** power).toFixed(power === 0 ? 0 : 2))} ${decimal[power] ?? 'B'}`;
}
