/**
 * The collection as one flat table: a line for the read ceiling of each run, and one for each of its decode steps. Names
 * are those of the columns, as SQL is written.
 */

import { z } from 'zod';
import { type Reason, type Row, type RowStep, STATUSES, type Status } from '../row.ts';

/** A run with what the rules say of it. One that was read out of the dataset has no fingerprint: collectors have. */
export interface JudgedRow extends Row {
  readonly status: Status;
  readonly reasons: readonly Reason[];
}

export interface Line {
  readonly software: boolean;
  readonly part: string;
  readonly memory_gb: number | null;
  readonly gpus: number;
  readonly claimed: Date;
  readonly vendor: string;
  readonly architecture: string;
  readonly program: string;
  readonly system: string;
  readonly profile: string;
  readonly status: string;
  /** Null on the line of the read ceiling, as all that is of a step. */
  readonly model: string | null;
  readonly weights: string | null;
  readonly kv: string | null;
  readonly context: number | null;
  readonly batch: number | null;
  readonly bytes: number | null;
  readonly tokens_per_second: number | null;
  readonly tokens_per_second_low: number | null;
  readonly tokens_per_second_high: number | null;
  /** The run's read ceiling, on each of its lines; null where it was not measured. */
  readonly gbps: number | null;
  readonly gbps_low: number | null;
  readonly gbps_high: number | null;
  readonly id: string;
  /** What the rules object to, as JSON: `[{"rule", "text"}]`. Null: nothing. */
  readonly reasons: string | null;
}

/** The lines of a run: that of its ceiling first. */
export function linesOf(row: JudgedRow): Line[] {
  return [lineOf(row, undefined), ...row.steps.map((step) => lineOf(row, step))];
}

function lineOf(row: JudgedRow, step: RowStep | undefined): Line {
  const { part, software, vendor, architecture, program, system, profile, status } = row;
  return {
    ...{ software, part: part.name, memory_gb: part.memoryGB, gpus: part.count, claimed: new Date(row.claimed) },
    ...{ vendor, architecture, program, system, profile, status },
    model: step?.model ?? null,
    weights: step?.weights ?? null,
    kv: step?.kv ?? null,
    context: step?.context ?? null,
    batch: step?.batch ?? null,
    bytes: step?.bytes ?? null,
    tokens_per_second: step?.tokensPerSecond ?? null,
    tokens_per_second_low: step?.interval?.[0] ?? null,
    tokens_per_second_high: step?.interval?.[1] ?? null,
    gbps: row.gbps,
    gbps_low: row.gbpsInterval?.[0] ?? null,
    gbps_high: row.gbpsInterval?.[1] ?? null,
    id: row.id,
    reasons: row.reasons.length === 0 ? null : JSON.stringify(row.reasons),
  };
}

const statusSchema = z.enum(STATUSES);
const reasonsSchema = z.array(z.object({ rule: z.string(), text: z.string() }));

/**
 * The runs of some lines, in their order. Lines of a run stand one after another, that of its ceiling first.
 *
 * @throws RangeError for a status or reasons that no rule gives, or a step whose run is not there
 */
export function rowsOf(lines: readonly Line[]): JudgedRow[] {
  const rows: { row: JudgedRow; steps: RowStep[] }[] = [];
  for (const line of lines) {
    if (line.model === null) {
      const steps: RowStep[] = [];
      rows.push({ row: rowOfCeiling(line, steps), steps });
      continue;
    }
    const last = rows.at(-1);
    if (last?.row.id !== line.id) throw new RangeError(`a step must follow the ceiling of its run; got ${line.id}`);
    last.steps.push(stepOf(line, line.model));
  }
  return rows.map(({ row }) => row);
}

function rowOfCeiling(line: Line, steps: readonly RowStep[]): JudgedRow {
  const { software, vendor, architecture, program, system, profile, gbps } = line;
  const status = statusSchema.safeParse(line.status);
  if (!status.success) throw new RangeError(`the status must be one of ${statusSchema.options}; got ${line.status}`);
  return {
    id: line.id,
    claimed: line.claimed.toISOString(),
    part: { name: line.part, memoryGB: line.memory_gb, count: line.gpus },
    ...{ software, vendor, architecture, program, system, profile, gbps },
    gbpsInterval: intervalOf(line.gbps_low, line.gbps_high),
    ...{ steps, fingerprint: [] },
    status: status.data,
    reasons: reasonsIn(line.reasons),
  };
}

function stepOf(line: Line, model: string): RowStep {
  return {
    model,
    weights: line.weights ?? '',
    kv: line.kv ?? '',
    context: line.context ?? 0,
    batch: line.batch ?? 0,
    bytes: line.bytes ?? 0,
    tokensPerSecond: line.tokens_per_second ?? 0,
    interval: intervalOf(line.tokens_per_second_low, line.tokens_per_second_high),
  };
}

const intervalOf = (low: number | null, high: number | null): [number, number] | null =>
  low === null || high === null ? null : [low, high];

function reasonsIn(text: string | null): readonly Reason[] {
  if (text === null) return [];
  try {
    return reasonsSchema.parse(JSON.parse(text));
  } catch {
    throw new RangeError(`reasons must be a JSON list of rule and text; got ${text.slice(0, 100)}`);
  }
}
