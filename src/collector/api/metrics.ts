/** What the service counts, in the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats */

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The upper bounds of the buckets of a request's time, in s. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Labels = Readonly<Record<string, string>>;

interface Timed {
  readonly labels: Labels;
  readonly buckets: number[];
  count: number;
  sum: number;
}

/** Values of labels come from routes, methods and statuses of ours, never from requests. */
const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

export class Metrics {
  readonly #counts = new Map<string, number>();
  readonly #times = new Map<string, Timed>();
  readonly #gauges: { readonly name: string; readonly help: string; readonly read: () => number }[] = [];

  /** Counts one more of something, such as `hbmark_submissions_total`. */
  count(name: string, labels: Labels, by = 1): void {
    const key = `${name}{${labelText(labels)}}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  /** Says that a request was answered after `seconds`. */
  answered(labels: Labels, seconds: number): void {
    const key = labelText(labels);
    const timed = this.#times.get(key) ?? { labels, buckets: BUCKETS.map(() => 0), count: 0, sum: 0 };
    this.#times.set(key, timed);
    timed.count++;
    timed.sum += seconds;
    for (const [i, bound] of BUCKETS.entries()) if (seconds <= bound) timed.buckets[i] = (timed.buckets[i] ?? 0) + 1;
  }

  /** Adds a value that is read whenever the metrics are. */
  gauge(name: string, help: string, read: () => number): void {
    this.#gauges.push({ name, help, read });
  }

  text(): string {
    return [...this.#countLines(), ...this.#timeLines(), ...this.#gaugeLines(), ''].join('\n');
  }

  #countLines(): string[] {
    const keys = [...this.#counts.keys()].sort();
    return keys.flatMap((key, i) => {
      const [name = ''] = key.split('{');
      const isFirst = keys[i - 1]?.split('{')[0] !== name;
      return [...(isFirst ? [`# TYPE ${name} counter`] : []), `${key} ${this.#counts.get(key)}`];
    });
  }

  #timeLines(): string[] {
    const name = 'hbmark_request_seconds';
    const lines = [...this.#times.entries()].flatMap(([key, { buckets, count, sum }]) => [
      ...BUCKETS.map((bound, i) => `${name}_bucket{${key},le="${bound}"} ${buckets[i]}`),
      `${name}_bucket{${key},le="+Inf"} ${count}`,
      `${name}_sum{${key}} ${sum}`,
      `${name}_count{${key}} ${count}`,
    ]);
    return [`# HELP ${name} Time from a request to its answer.`, `# TYPE ${name} histogram`, ...lines];
  }

  #gaugeLines(): string[] {
    return this.#gauges.flatMap(({ name, help, read }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      `${name} ${read()}`,
    ]);
  }
}
