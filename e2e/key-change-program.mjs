// node key-change-program.mjs DATA_DIR MOMENT: changes the encryption key, and dies at that moment of it, or says that it came to its
// end. MOMENT `make`: makes the data directory.
import { createHost, initialiseDataDir } from '@holdfast/core';
import { dieAt } from './kill-moments.mjs';

const [dataDir, moment] = process.argv.slice(2);
if (moment === 'make') await initialiseDataDir(dataDir);
else {
  const host = await createHost({ dataDir, isolation: 'inline' });
  await dieAt(Number(moment));
  await host.keys.change();
  await dieAt(0);
  await host[Symbol.asyncDispose]();
  process.stdout.write('{"done":true}\n');
}
