// node restore-over.fixture.mjs MOMENT ACTION ...: does one step of a restore over existing folders, and dies at that moment of it.
import { dieAt } from './kill-moments.mjs';

const { createFileReader, createFolderRestores } = await import('../packages/core/dist/index.js');
const [moment, action, ...args] = process.argv.slice(2);
await dieAt(Number(moment));
if (action === 'restore') {
  const [file, to, key] = args;
  await createFileReader().restore({ backup: { file }, to, passwords: [key], replace: true });
} else await createFolderRestores()[action](args[0]);
