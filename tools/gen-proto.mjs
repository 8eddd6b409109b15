// Writes proto/gen from proto/*.proto. Offline and deterministic: the compiler and the plug-in are development
// dependencies, and what they write depends on the sources alone.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');

/** One plug-in: TypeScript with imports that node resolves as they are. */
const template = {
  version: 'v2',
  plugins: [{ local: join(bin, 'protoc-gen-es'), out: 'proto/gen', opt: ['target=ts', 'import_extension=js'] }],
};

rmSync(join(root, 'proto', 'gen'), { recursive: true, force: true });
execFileSync(join(bin, 'buf'), ['generate', 'proto', '--template', JSON.stringify(template)], {
  cwd: root,
  stdio: 'inherit',
});
