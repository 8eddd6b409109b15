/** A program every contender runs, in its own idiom: one step after the other, or all at once. */
export interface Workload {
  readonly name: string;
  /** Inputs of the activity `sayHello`, in order. */
  readonly inputs: readonly string[];
  readonly shape: 'sequence' | 'parallel';
  /** What the workflow must answer; each answer is compared, not only counted. */
  readonly expected: unknown;
}

const cities = ['Tokyo', 'Seattle', 'London', 'Amsterdam', 'Mumbai'];
const hundred = Array.from({ length: 100 }, (_, index) => String(index));

/** The only activity: trivial on purpose, so that what is measured is the engine. */
export function sayHello(name: string): string {
  return `Hello ${name}!`;
}

export const workloads: Readonly<Record<string, Workload>> = {
  hello5: { name: 'hello5', inputs: cities, shape: 'sequence', expected: cities.map(sayHello) },
  fanout100: { name: 'fanout100', inputs: hundred, shape: 'parallel', expected: hundred.length },
};

/** Whether an answer is the right one. */
export function isExpected(workload: Workload, answer: unknown): boolean {
  return JSON.stringify(answer) === JSON.stringify(workload.expected);
}
