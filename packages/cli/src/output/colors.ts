import picocolors from 'picocolors';
import { wantsColors } from './wants-colors.js';

export type Colors = ReturnType<typeof picocolors.createColors>;

export function colorsFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv, allowed: boolean): Colors {
  return picocolors.createColors(wantsColors(stream, environment, allowed));
}
