import type { Metrics } from '../../core/index.js';
import { bucketBoundsMs, metricHelp } from './metric-names.js';

type Labels = Readonly<Record<string, string>>;

/** One line of a counter or gauge, or the lines of a histogram, with fixed labels. Cheap to use, so worth keeping. */
export class Series {
  readonly labels: Labels;
  /** Counter: the value. Histogram: the sum. */
  value = 0;
  /** Histogram: observations per bucket, the last one above all bounds. */
  readonly buckets: number[] = [];
  /** Gauge: where the value comes from. */
  read?: () => number;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(by = 1): void {
    this.value += by;
  }

  observe(value: number): void {
    let index = 0;
    while (index < bucketBoundsMs.length && value > (bucketBoundsMs[index] ?? Infinity)) index += 1;
    this.buckets[index] = (this.buckets[index] ?? 0) + 1;
    this.value += value;
  }
}

type Kind = 'counter' | 'histogram' | 'gauge';

interface Family {
  readonly name: string;
  readonly kind: Kind;
  /** By labels as given, so that a repeated call finds its series with one look. */
  readonly byKey: Map<string, Series>;
  /** By labels in order of their names: every series once. */
  readonly series: Map<string, Series>;
}

/** Series of one name; further label values are counted together as `other`, so that names cannot exhaust memory. */
const maxSeries = 1_000;

/**
 * Counters, histograms and gauges in plain numbers: a count costs a tenth of a general client's, and it is on the path
 * of every operation. Rendered in the Prometheus text format.
 */
export class MetricStore implements Metrics {
  readonly #families = new Map<string, Family>();
  readonly #common: Labels;

  /** `common`: labels of every series. */
  constructor(common: Labels) {
    this.#common = common;
  }

  count(name: string, labels: Labels = {}, by = 1): void {
    this.series(name, 'counter', labels).add(by);
  }

  observe(name: string, value: number, labels: Labels = {}): void {
    this.series(name, 'histogram', labels).observe(value);
  }

  gauge(name: string, read: () => number, labels: Labels = {}): void {
    this.series(name, 'gauge', labels).read = read;
  }

  /** The series itself, for places that count often: looking it up costs more than counting. */
  series(name: string, kind: Kind, labels: Labels = {}): Series {
    let family = this.#families.get(name);
    if (!family) {
      family = { name, kind, byKey: new Map(), series: new Map() };
      this.#families.set(name, family);
    }
    const key = keyOf(labels);
    return family.byKey.get(key) ?? addSeries(family, labels, key);
  }

  render(): string {
    return [...this.#families.values()].map((family) => this.#renderFamily(family)).join('');
  }

  #renderFamily({ name, kind, series }: Family): string {
    const help = metricHelp[name];
    const lines = [...(help === undefined ? [] : [`# HELP ${name} ${help}`]), `# TYPE ${name} ${kind}`];
    for (const one of series.values()) {
      const labels = { ...this.#common, ...one.labels };
      if (kind === 'histogram') lines.push(...renderHistogram(name, labels, one));
      else lines.push(`${name}${renderLabels(labels)} ${one.read ? one.read() : one.value}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function addSeries(family: Family, labels: Labels, key: string): Series {
  const full = family.series.size >= maxSeries;
  const names = Object.keys(labels).sort();
  const kept = Object.fromEntries(names.map((name) => [name, full ? 'other' : (labels[name] ?? '')]));
  const canonicalKey = keyOf(kept);
  let series = family.series.get(canonicalKey);
  if (!series) {
    series = new Series(kept);
    family.series.set(canonicalKey, series);
  }
  if (!full) family.byKey.set(key, series);
  return series;
}

function keyOf(labels: Labels): string {
  let key = '';
  for (const name in labels) key += `${name}\u0001${labels[name]}\u0000`;
  return key;
}

function* renderHistogram(name: string, labels: Labels, series: Series): Iterable<string> {
  let total = 0;
  for (let index = 0; index <= bucketBoundsMs.length; index++) {
    total += series.buckets[index] ?? 0;
    const le = bucketBoundsMs[index] ?? '+Inf';
    yield `${name}_bucket${renderLabels({ ...labels, le: String(le) })} ${total}`;
  }
  yield `${name}_sum${renderLabels(labels)} ${series.value}`;
  yield `${name}_count${renderLabels(labels)} ${total}`;
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
