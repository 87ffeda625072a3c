import { ReportedError } from '../errors.js';
import { reportOf } from './error-report.js';

/**
 * One JSON document whose last property is a list that is written as it comes: `{...head, "name": [...]}`. If the list breaks off,
 * the document is closed with the reason as `"error"`, so that it can still be read.
 */
export async function* jsonDocumentWith(
  head: Readonly<Record<string, unknown>>,
  name: string,
  items: AsyncIterable<unknown>,
): AsyncGenerator<string, void, undefined> {
  yield `{${Object.entries(head)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)},`)
    .join('')}${JSON.stringify(name)}:[`;
  let separator = '\n';
  try {
    for await (const item of items) {
      yield separator + JSON.stringify(item);
      separator = ',\n';
    }
  } catch (error) {
    yield `\n],"error":${JSON.stringify(reportOf(error))}}\n`;
    throw new ReportedError(error);
  }
  yield '\n]}\n';
}
