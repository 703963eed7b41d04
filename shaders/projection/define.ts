/** Declares the kernels that are projections: `gemv`, `moe-gemv` and `per-head-gemv` add only what is their own. */

import { planeValue } from '../formats/activations.ts';
import { type MatrixLayout, matrixInputs, matrixLayout, matrixReader } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import { defineKernel, type Input, type Kernel, type Params } from '../kernel.ts';
import type { ActivationReader, Activations } from './activations.ts';
import { projectionBudget } from './code.ts';
import { biasBytes, biasInputs, biasReader, type Form, finished, flopsPerOutput, matricesIn } from './form.ts';
import {
  blocks,
  type Projection,
  type ProjectionTuning,
  projectionConstants,
  projectionDefaults,
  refusal,
  workgroupsFor,
} from './layout.ts';
import { joinedInputs, joinedOutput, joinedReference, ROWS_PER_SQUARE, type StreamParams } from './stream.ts';
import { projectionWgsl } from './wgsl.ts';

/** The parameters that every projection has. */
type ProjectionParams = {
  /** The number of outputs of one matrix for one token. */
  readonly rows: number;
  readonly columns: number;
  /** The format of the weights. */
  readonly format: string;
  /** The form of the projection. Default: `plain`. */
  readonly form?: Form;
  /** The number of planes y is stored in, to match the weights that read it; 1 = row order. */
  readonly planes: number;
} & StreamParams;

/** A product that an output is made of: a row of the matrix (the first, if it has two) and a vector of x. */
export interface Product {
  readonly matrixRow: number;
  readonly vector: number;
}

/** The part of a projection kernel that is its own; projection.wgsl is the part that all share. */
export interface OwnProjection<P extends Params & ProjectionParams, T extends ProjectionTuning>
  extends Pick<
    Kernel<P, T>,
    'id' | 'summary' | 'variants' | 'tunable' | 'defaults' | 'yardstick' | 'examples' | 'shapes' | 'parts'
  > {
  /** Problems of real size whose code is looked at beside `shapes` (`Code` in kernel.ts). Default: none. */
  readonly codeShapes?: readonly P[];
  /** The WGSL of `place`, `token_of`, `x_of` and `y_of`. */
  readonly wgsl: string;
  /** The WGSL statements that run in each place before its sums. Default: none. */
  readonly beside?: string;
  /**
   * Returns the number of matrices, such as experts or heads, of `rows` rows each (twice as many for gate and up in
   * one). Default: 1.
   */
  matrices?(p: P): number;
  /**
   * Returns the number of tokens that share a reading (`slots`), and how often each block of a matrix is taken
   * (`times`).
   */
  tiling(p: P, t: T): { readonly slots: number; readonly times: number };
  /** Returns the input x, for weights of this layout. */
  activations(p: P, layout: MatrixLayout, variant: string): Activations;
  /** Whether x is stored in row order. Default: in planes. */
  readonly xInOrder?: boolean;
  /** Returns the number of rows of y, and of values in each. */
  y(p: P): { readonly rows: number; readonly columns: number };
  /** Returns the inputs behind the weights, x and the biases. Default: none. */
  inputs?(p: P): readonly Input[];
  /** Returns why these parameters cannot run, beyond what every projection refuses. */
  refuses?(p: P): string | undefined;
  /** Returns the constants of its own WGSL. */
  constants(
    p: P,
    t: T,
    at: { layout: MatrixLayout; blocks: number; variant: string },
  ): Readonly<Record<string, number>>;
  /** Returns what the work depends on beyond the bytes of the matrix and of x. */
  work(p: P): {
    /** The number of outputs that are computed. */
    readonly outputs: number;
    /** The number of matrices of which at least a row is read. Default: all. */
    readonly matricesRead?: number;
    /** The bytes read apart from weights, biases and x. Default: 0. */
    readonly otherBytesRead?: number;
    /** The bytes written apart from the outputs. Default: 0. */
    readonly otherBytesWritten?: number;
  };
  /**
   * Returns the product that value `value` of row `row` of y is made of, or a number if it is no product: NaN if it is
   * not written.
   */
  output(p: P, x: ActivationReader): (row: number, value: number) => Product | number;
}

/** Declares a projection kernel. */
export function defineProjection<P extends Params & ProjectionParams, T extends ProjectionTuning>(
  own: OwnProjection<P, T>,
): Kernel {
  const formOf = ({ form = 'plain' }: P): Form => form;
  const matrices = (p: P): number => own.matrices?.(p) ?? 1;
  const layoutOf = (p: P): MatrixLayout =>
    matrixLayout(formatById(p.format), matrices(p) * matricesIn(formOf(p)) * p.rows, p.columns);
  const projectionOf = (p: P, t: T): Projection => ({
    layout: layoutOf(p),
    form: formOf(p),
    rows: p.rows,
    yRows: own.y(p).columns,
    slots: own.tiling(p, t).slots,
    planes: p.planes,
    xInOrder: own.xInOrder ?? false,
    joined: p.writes === 'joined',
    unscaled: p.reads === 'unscaled',
  });
  const workOf = (p: P, t: T): number => own.tiling(p, t).times * blocks(projectionOf(p, t), t);
  const defaultsFor = (p: P, variant: string): T =>
    projectionDefaults(projectionOf(p, own.defaults), own.defaults, variant, (t) => workOf(p, t));
  const layoutConstants = (p: P, t: T, variant: string) =>
    projectionConstants(projectionOf(p, t), t, variant, workOf(p, t));

  return defineKernel<P, T>({
    id: own.id,
    summary: own.summary,
    variants: own.variants,
    tunable: own.tunable,
    defaults: own.defaults,
    defaultsFor,
    tunedAs({ reads: _, writes: __, epsilon: ___, ...p }) {
      return p as unknown as P;
    },
    ...(own.yardstick && { yardstick: own.yardstick }),
    examples: own.examples,
    shapes: own.shapes,
    ...(own.parts && { parts: own.parts }),
    refuses: (p, t) => own.refuses?.(p) ?? refusal(projectionOf(p, t), t),
    wgsl: (p, variant) => projectionWgsl(projectionOf(p, own.defaults), variant, own.wgsl, own.beside ?? ''),
    constants(p, t, variant) {
      const projection = projectionOf(p, t);
      return {
        ...layoutConstants(p, t, variant),
        ...(p.reads === 'unscaled' && { EPSILON: p.epsilon ?? 0 }),
        ...own.constants(p, t, { layout: projection.layout, blocks: blocks(projection, t), variant }),
      };
    },
    inputs(p, variant) {
      const layout = layoutOf(p);
      return [
        ...matrixInputs('weights', layout),
        ...own.activations(p, layout, variant).inputs,
        ...biasInputs(formOf(p), layout),
        ...(p.writes === 'joined' ? joinedInputs(own.y(p).rows, own.y(p).columns) : []),
        ...(own.inputs?.(p) ?? []),
      ];
    },
    outputs(p) {
      const { rows, columns } = own.y(p);
      const y = { name: 'y', type: 'array<f32>', elements: rows * columns, compare: 'f32' } as const;
      if (p.writes !== 'joined') return [y];
      return [{ ...y, elements: y.elements + y.elements / ROWS_PER_SQUARE }, joinedOutput(rows, columns)];
    },
    workgroups: (p, t) => workgroupsFor(workOf(p, t), t),
    work(p, _, variant) {
      const layout = layoutOf(p);
      const { outputs, matricesRead = matrices(p), otherBytesRead = 0, otherBytesWritten = 0 } = own.work(p);
      const matrixBytes = layout.quantBytes + layout.scaleBytes + biasBytes(formOf(p), layout.rows);
      // The stream and the norm's weights; the new stream and the sums of squares.
      const [joinedRead, joinedWritten] =
        p.writes === 'joined' ? [4 * (outputs + p.rows), 4 * (outputs + outputs / ROWS_PER_SQUARE)] : [0, 0];
      return {
        bytesRead:
          // Scales that rows of several matrices share are counted in proportion.
          Math.ceil((matrixBytes * matricesRead) / matrices(p)) +
          own.activations(p, layout, variant).bytes +
          joinedRead +
          otherBytesRead,
        bytesWritten: 4 * outputs + joinedWritten + otherBytesWritten,
        flops: outputs * flopsPerOutput(formOf(p), p.columns),
      };
    },
    reference(p, inputs, _, variant) {
      const { weights, weights_scales } = inputs;
      if (!weights) throw new Error(`${own.id} needs the input weights`);
      const layout = layoutOf(p);
      const weight = matrixReader(layout, weights, weights_scales);
      const x = own.activations(p, layout, variant).reader(inputs);
      const bias = biasReader(formOf(p), inputs);
      const outputOf = own.output(p, x);
      const { rows, columns } = own.y(p);
      const productOf = (row: number, value: number): number => {
        const output = outputOf(row, value);
        if (typeof output === 'number') return output;
        const { matrixRow, vector } = output;
        const products = Array.from({ length: matricesIn(formOf(p)) }, (_, matrix) => {
          let sum = bias(matrixRow + matrix * p.rows);
          for (let k = 0; k < p.columns; k++) sum += weight(matrixRow + matrix * p.rows, k) * x(vector, k);
          return sum;
        });
        return finished(formOf(p), products);
      };
      const yValue = (index: number): readonly [row: number, value: number] => {
        const at = index % columns;
        return [Math.floor(index / columns), p.planes === 1 ? at : planeValue(at, p.planes, columns / 4 / p.planes)];
      };
      return p.writes === 'joined'
        ? joinedReference(inputs, { rows, columns, productOf, yValue })
        : (_, index) => productOf(...yValue(index));
    },
    // f32 sums of up to 10⁴ terms of one size lose about 10⁻⁷ of their norm; a lost or doubled term shows at 10⁻⁴.
    tolerance: { nmse: 1e-10 },
    code: {
      ...(own.codeShapes && { shapes: own.codeShapes }),
      budget: (p, variant, t) => projectionBudget(layoutConstants(p, t, variant), p.format, variant),
    },
  });
}
