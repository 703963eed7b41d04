/**
 * The essay's two figures: what generations of GPUs gained, as published and by each law; and the frontier of
 * racks with the essay's model. What is announced, and not sold yet, is hollow.
 */

import { integerText, significant } from '../../../../../results/text/figures.ts';
import { JOINED } from '../../../../model/published/joined.ts';
import {
  ESSAY,
  GENERATIONS,
  type Generation,
  generationPoints,
  growthOf,
  rackFrontier,
} from '../../../../model/theory/generations.ts';
import { type ChartSeries, type ChartSpec, MAX_SERIES } from '../../../charts/svg/chart.ts';
import type { Cell } from '../../../charts/table/table.ts';
import type { Answer } from '../answer.ts';
import type { OwnMachine } from '../own-runs/own-machine.ts';
import { modelText } from '../sentence.ts';
import { contextText, timesText } from '../words.ts';

const nameOf = ({ name, announced }: Generation): string => (announced ? `${name} (announced)` : name);

const LAWS = [
  { key: 'bandwidth', name: 'bandwidth alone', line: 'solid' },
  { key: 'derived', name: 'derived law', line: 'dotted' },
  { key: 'product', name: 'product law', line: 'dashed' },
  { key: 'perWeight', name: 'bandwidth ÷ bytes of a weight', line: 'dotted' },
] as const;

/** How far signs of one row stand apart, as a part of its height. */
const BESIDE = 0.2;

/** @param measured the kept run that is asked about: its bandwidth has a row of its own */
export function growthChart(answer: Answer, measured?: OwnMachine): ChartSpec {
  const { weightBytes, cacheBytes } = answer.serving;
  const growth = growthOf({ weightBytes, cacheBytes });
  const last = growth.at(-1);
  const first = growth[0];
  // A kept run has a series of its own, and a chart at most five.
  const laws = measured ? LAWS.filter(({ key }) => key !== 'perWeight') : LAWS;
  return {
    id: 'generations',
    title: `Generations: one GPU of each over one of ${first?.generation.name ?? ''}`,
    takeaway: last
      ? `Up to ${nameOf(last.generation)}, bandwidth grows ${timesText(last.bandwidth)}. The product law promises ${timesText(last.product)}; the derived law gives ${timesText(last.derived)} with this model.`
      : '',
    x: { title: `times ${first?.generation.gpu ?? ''}`, scale: 'log' },
    y: { title: '', scale: 'linear' },
    rows: [...growth.map(({ generation }) => generation.name), ...(measured ? [measured.name] : [])],
    series: [
      ...laws.map(({ key, name, line }, i) => ({
        ...{ name, line },
        points: growth.map((one, row) => ({
          // Beside each other, since bandwidth alone and the derived law hardly differ.
          ...{
            x: one[key],
            y: row + (i - (laws.length - 1) / 2) * BESIDE,
            hasSign: true,
            text: `${nameOf(one.generation)}, ${timesText(one[key])}`,
          },
          ...(one.generation.announced && { isHollow: true }),
        })),
      })),
      publishedSeries(growth.map(({ generation }) => generation.gpu)),
      ...(measured && first ? [measuredSeries(measured, first.generation.gbps, growth.length)] : []),
    ],
    table: {
      head: [
        'machine',
        { name: 'GPUs', text: integerText },
        { name: 'memory of a GPU', unit: 'GB', text: integerText },
        { name: 'bandwidth of a GPU', unit: 'GB/s', text: integerText },
        ...LAWS.map(({ name }) => ({ name, text: timesText })),
        { name: 'published', text: timesText },
      ],
      rows: [
        ...growth.map((one) => [
          nameOf(one.generation),
          ...[one.generation.gpus, one.generation.memoryGB, one.generation.gbps],
          ...LAWS.map(({ key }) => one[key]),
          JOINED.find(({ gpu }) => gpu === one.generation.gpu)?.growth ?? null,
        ]),
        ...(measured && first ? [measuredRow(measured, first.generation.gbps)] : []),
      ],
    },
    source: `${modelText(answer)}, ${contextText(answer.question.context)} context, the memory of each machine full. Makers’ figures; hollow: announced, not sold yet. Published: tests of MLPerf and TensorRT-LLM, joined; weights narrowed from FP16 to FP4.`,
  };
}

/** What published tests join, over the first GPU. The format of the weights narrowed on the way. */
const publishedSeries = (gpus: readonly string[]): ChartSeries => ({
  ...{ name: 'published throughput', line: 'none' },
  points: JOINED.flatMap(({ gpu, growth, ci95, tests }) => {
    const row = gpus.indexOf(gpu);
    return row < 0
      ? []
      : [
          {
            x: growth,
            y: row,
            hasSign: true,
            interval: ci95,
            text: `${gpu}, ${timesText(growth)} in ${tests} published tests`,
          },
        ];
  }),
});

/** The bandwidth of a machine that was measured, with its interval. */
function measuredSeries({ name, measured: { value, ci95 } }: OwnMachine, firstGbps: number, row: number): ChartSeries {
  return {
    ...{ name: 'measured bandwidth', line: 'none' },
    points: [
      {
        ...{ x: value / firstGbps, y: row, hasSign: true },
        interval: ci95 && [ci95[0] / firstGbps, ci95[1] / firstGbps],
        text: `${name}, ${timesText(value / firstGbps)}: ${significant(value)} GB/s, measured`,
      },
    ],
  };
}

const measuredRow = ({ name, memoryGB, measured }: OwnMachine, firstGbps: number): Cell[] => [
  ...[`${name} (measured)`, 1, memoryGB, measured, measured.value / firstGbps],
  ...LAWS.slice(1).map(() => null),
  null,
];

/** The generations with a frontier of the essay's model: the newest, as many as a chart can tell apart. */
const RACKS = GENERATIONS.slice(-MAX_SERIES);

export function racksChart(): ChartSpec {
  const { workload, speed, requests } = ESSAY;
  const points = generationPoints(workload, speed, RACKS);
  return {
    id: 'racks',
    title: 'Racks: the essay’s model on whole machines',
    takeaway: `The essay’s point, ${integerText(requests)} readers at ${integerText(speed)} tokens/s each, lies on the line of the announced Rubin NVL72: bandwidth binds there, and not memory.`,
    x: { title: 'tokens/s of each reader', scale: 'log' },
    y: { title: 'tokens/s of all readers', scale: 'log' },
    series: RACKS.map((generation) => {
      const frontier = rackFrontier(generation, workload);
      return {
        name: generation.name,
        line: generation.announced ? 'dashed' : 'solid',
        points: frontier.map(({ batch, speed: v, throughput }, i) => ({
          ...{ x: v, y: throughput, hasSign: i === 0 || i === frontier.length - 1 },
          text: `${integerText(batch)} readers, ${significant(v)} tokens/s each, ${significant(throughput)} for all`,
          ...(generation.announced && { isHollow: true }),
        })),
      };
    }),
    mark: {
      ...{ x: speed, y: speed * requests, label: 'essay' },
      text: `The essay: ${integerText(requests)} readers at ${integerText(speed)} tokens/s each.`,
    },
    table: {
      head: [
        'machine',
        { name: 'most readers', text: integerText },
        { name: `readers at ${integerText(speed)} tokens/s`, text: integerText },
        'tokens/s of all there',
        'what binds there',
        'tokens/s per megawatt',
      ],
      rows: points.map(({ generation, requests: served, atSpeed, perMegawatt }) => [
        nameOf(generation),
        rackFrontier(generation, workload).at(-1)?.batch ?? 0,
        served,
        atSpeed.perSecond,
        atSpeed.bound,
        perMegawatt,
      ]),
    },
    source:
      'One terabyte of weights, 7.7 GB of KV cache to a reader: about Kimi K2 in fp8 at 110,000 tokens. All GPUs of a machine as one, at peak bandwidth; dashed and hollow: announced.',
  };
}
