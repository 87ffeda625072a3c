const names: Readonly<Record<string, string>> = {
  plain: 'not encrypted',
  'securetar-1': 'SecureTar 1',
  'securetar-2': 'SecureTar 2',
  'securetar-3': 'SecureTar 3',
  unknown: 'in a newer format, or damaged',
};

/** How an inner archive is stored, for people. */
export function formatName(format: string): string {
  return names[format] ?? format;
}
