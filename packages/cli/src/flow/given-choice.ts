import type { ShownMenu } from '@holdfast/core';
import type { GivenValues } from '../location-config/given-values.js';

/** Which way of a menu was named beforehand: under the menu's id, by `--set method=oauth` or in the file. `undefined` if none of its ways was. */
export function givenChoice(given: GivenValues, { id, options }: ShownMenu): string | undefined {
  const named = given.set.findLast(({ key }) => key === id)?.value ?? given.files[id];
  return options.find((option) => option.id === named)?.id;
}
