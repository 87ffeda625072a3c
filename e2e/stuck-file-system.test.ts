import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { createCommandLine } from './command-line.fixture.js';

// A pipe that nobody writes to keeps a thread as a share does whose server is gone.
test.skipIf(process.platform === 'win32')('a command ends although a file system does not answer', async () => {
  await using holdfast = await createCommandLine();
  const [pipe, program] = [join(holdfast.root, 'pipe'), join(holdfast.root, 'wait.mjs')];
  execFileSync('mkfifo', [pipe]);
  await writeFile(program, `import fs from 'node:fs';\nfs.open(${JSON.stringify(pipe)}, 'r', () => {});\n`);
  const { out, err } = await holdfast.run(['init'], { env: { NODE_OPTIONS: `--import=${pathToFileURL(program).href}` } });
  expect(out).toContain('holdfast backup create');
  expect(err).toContain('A file system does not answer');
});
