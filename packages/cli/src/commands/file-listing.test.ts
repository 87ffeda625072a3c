import { expect, test } from 'vitest';
import { permissions } from './file-listing.js';

test.each([
  [0o755, 'rwxr-xr-x'],
  [0o600, 'rw-------'],
  [0o4755, 'rwsr-xr-x'],
  [0o2640, 'rw-r-S---'],
  [0o1777, 'rwxrwxrwt'],
])('%o is %s', (mode, text) => expect(permissions(mode)).toBe(text));
