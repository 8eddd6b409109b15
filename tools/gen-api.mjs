// Writes docs/api/<entry>.txt: what each public entry of the package exports, with types, as the compiler declares it.
// `npm run check:api` fails when a change of the public API is not in the report, so that it is seen in review.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.entries(exports)
  .filter(([, target]) => target.endsWith('.js'))
  .map(([name, target]) => ({ name, file: target.replace('./dist/', '').replace(/\.js$/, '.ts') }));

const config = ts.parseJsonConfigFileContent(ts.readConfigFile('tsconfig.json', ts.sys.readFile).config, ts.sys, '.');
const program = ts.createProgram(
  entries.map(({ file }) => file),
  { ...config.options, noEmit: true, incremental: false, tsBuildInfoFile: undefined },
);
const checker = program.getTypeChecker();
const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;

/** One line a member: `name: type`, sorted, so that a change is one line of a diff. */
function describe(symbol) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const [declaration] = target.declarations ?? [];
  if (!declaration) return [`${symbol.name}`];
  const kind = ts.SyntaxKind[declaration.kind].replace('Declaration', '').toLowerCase();
  const isType = target.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class);
  const type = isType ? checker.getDeclaredTypeOfSymbol(target) : checker.getTypeOfSymbol(target);
  if (!(target.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))) {
    return [`${kind} ${symbol.name}: ${checker.typeToString(type, declaration, flags)}`];
  }
  const members = checker
    .getPropertiesOfType(type)
    .filter((member) => !member.name.startsWith('__#'))
    .map((member) => {
      const optional = member.flags & ts.SymbolFlags.Optional ? '?' : '';
      const memberType = checker.getTypeOfSymbolAtLocation(member, declaration);
      return `  ${member.name}${optional}: ${checker.typeToString(memberType, declaration, flags)}`;
    });
  return [`${kind} ${symbol.name}`, ...members.toSorted()];
}

rmSync('docs/api', { recursive: true, force: true });
mkdirSync('docs/api', { recursive: true });
for (const { name, file } of entries) {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} exports nothing`);
  const symbols = checker.getExportsOfModule(module).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const lines = symbols.flatMap(describe).map((line) => line.replaceAll(process.cwd(), '.'));
  const title = name.replace('./', '').replaceAll('/', '-');
  writeFileSync(join('docs/api', `${title}.txt`), `# wfhost/${name.slice(2)}\n\n${lines.join('\n')}\n`);
}
