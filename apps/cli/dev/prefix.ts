/** SGR codes that tell workers apart; none means good or bad. */
const codes = [36, 33, 35, 34, 32, 95] as const;

/** Puts the name of a worker before each of its lines. */
export function prefixer(name: string, index: number, coloured: boolean): (line: string) => string {
  const head = coloured ? `\u001b[${codes[index % codes.length]}m${name} |\u001b[0m` : `${name} |`;
  return (line) => `${head} ${line}\n`;
}
