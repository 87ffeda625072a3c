import { describe, expect, test } from 'vitest';
import picocolors from 'picocolors';
import { type Column, renderFields, renderTable } from './table.js';
import { textWidth } from './text-width.js';

interface Row {
  readonly name: string;
  readonly size: string;
  readonly place: string;
}

const columns: Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name, shrinkTo: 8 },
  { title: 'SIZE', cell: ({ size }) => size, align: 'right' },
  { title: 'PLACE', cell: ({ place }) => place, shrinkTo: 8 },
];
const colors = picocolors.createColors(false);
const rows: Row[] = [
  { name: 'Backup of documents and of everything else', size: '1.25 GB', place: 'Local folder, Network storage in the cellar' },
  { name: 'Fotos', size: '9 MB', place: 'NAS' },
];

describe('a table', () => {
  test('has its columns in line, numbers to the right', () => {
    expect(renderTable(columns, rows.slice(1), { width: 80, colors })).toBe(['NAME   SIZE  PLACE', 'Fotos  9 MB  NAS'].join('\n'));
  });

  test('is cut down to the terminal, and says where something is missing', () => {
    const lines = renderTable(columns, rows, { width: 40, colors }).split('\n');
    expect(lines.every((line) => textWidth(line) <= 40)).toBe(true);
    expect(lines[1]).toContain('…');
    expect(lines[1]).toContain('1.25 GB');
  });

  test('is never cut where the output is no terminal', () => {
    expect(renderTable(columns, rows, { width: Number.POSITIVE_INFINITY, colors })).toContain('Network storage in the cellar');
  });

  test('stays in line with wide and combining characters', () => {
    const wide = [
      { name: '写真のバックアップ', size: '1 B', place: 'x' },
      { name: 'cafe\u0301', size: '1 B', place: 'x' },
    ];
    const starts = renderTable(columns, wide, { width: 80, colors })
      .split('\n')
      .map((line) => textWidth(line.slice(0, line.lastIndexOf('  '))));
    expect(new Set(starts.slice(1)).size).toBe(1);
  });

  test('brings no control character to the terminal', () => {
    expect(renderTable(columns, [{ name: 'a\u001b[31mb', size: '', place: '' }], { width: 80, colors })).not.toContain('\u001b');
    expect(renderFields([['name', 'a\nb']], colors)).toBe('name  a\\u{a}b');
  });

  test('takes many rows', () => {
    const many = Array.from({ length: 200_000 }, () => ({ name: 'x', size: '1 B', place: 'y' }));
    expect(renderTable(columns, many, { width: 80, colors }).split('\n')).toHaveLength(200_001);
  });
});
