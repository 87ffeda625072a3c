import type { Colors } from './colors.js';
import { safeText } from './safe-text.js';
import { textWidth, truncate } from './text-width.js';

export interface Column<Row> {
  readonly title: string;
  /** Plain text; it is made safe for the terminal here. */
  cell(row: Row): string;
  readonly align?: 'right';
  /** May be cut down to this many cells where the table is too wide. Without it, the column keeps its width. */
  readonly shrinkTo?: number;
  /** Colours the cell, which is padded already. */
  style?(text: string, row: Row): string;
}

export interface TableOptions {
  /** Cells of the terminal; infinite where the output is no terminal, so that nothing is cut for `grep`. */
  readonly width: number;
  readonly colors: Colors;
}

const gap = '  ';

/** A table with a line of titles. Columns that may shrink do so, the widest first, until the lines fit. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], options: TableOptions): string {
  const texts = rows.map((row) => columns.map((column) => safeText(column.cell(row))));
  const widths = fit(columns, texts, options.width);
  const line = (cells: readonly string[], style: (text: string, column: Column<Row>) => string): string =>
    columns
      .map((column, index) => {
        const last = index === columns.length - 1;
        const text = truncate(cells[index] ?? '', widths[index] ?? 0);
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - textWidth(text)));
        return style(column.align === 'right' ? padding + text : last ? text : text + padding, column);
      })
      .join(gap)
      .trimEnd();
  const titles = columns.map((column) => column.title);
  return [
    line(titles, (text) => options.colors.dim(text)),
    ...rows.map((row, index) => line(texts[index] ?? [], (text, column) => column.style?.(text, row) ?? text)),
  ].join('\n');
}

/** Lines of `label  value`, the labels dim and as wide as the widest. */
export function renderFields(fields: readonly (readonly [label: string, value: string])[], colors: Colors, indent = ''): string {
  const width = Math.max(0, ...fields.map(([label]) => textWidth(label)));
  return fields.map(([label, value]) => `${indent}${colors.dim(label.padEnd(width))}${gap}${safeText(value)}`.trimEnd()).join('\n');
}

function fit<Row>(columns: readonly Column<Row>[], texts: readonly (readonly string[])[], available: number): number[] {
  const widths = columns.map((column, index) =>
    texts.reduce((widest, cells) => Math.max(widest, textWidth(cells[index] ?? '')), textWidth(column.title)),
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) + gap.length * (columns.length - 1) - available;
  while (excess > 0) {
    const widest = columns
      .map((column, index) => ({ index, room: (widths[index] ?? 0) - (column.shrinkTo ?? Number.POSITIVE_INFINITY) }))
      .filter(({ room }) => room > 0)
      .sort((a, b) => (widths[b.index] ?? 0) - (widths[a.index] ?? 0))[0];
    if (widest === undefined) break;
    widths[widest.index] = (widths[widest.index] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
