/** Puts the WGSL of a projection together: that of its format, its variant, its kernel, and projection.wgsl. */

import { type Arithmetic, matrixWgsl } from '../formats/format.ts';
import { fillIn } from '../template.ts';
import addUpSubgroups from './add-up-subgroups.wgsl?raw';
import addUpThreads from './add-up-threads.wgsl?raw';
import { finishWgsl } from './form.ts';
import type { Projection } from './layout.ts';
import multiplyBytes from './multiply-bytes.wgsl?raw';
import multiplyFloats from './multiply-floats.wgsl?raw';
import noSubgroupSum from './no-subgroup-sum.wgsl?raw';
import productF32 from './product-f32.wgsl?raw';
import productI8 from './product-i8.wgsl?raw';
import inside from './projection.wgsl?raw';
import store from './store.wgsl?raw';
import storeJoined from './store-joined.wgsl?raw';
import subgroupSum from './subgroup-sum.wgsl?raw';
import { arithmeticOf } from './variants.ts';

/** The WGSL that differs between products of floats and of bytes. */
const PRODUCT: Readonly<Record<Arithmetic, { readonly functions: string; readonly multiply: string }>> = {
  f32: { functions: productF32, multiply: multiplyFloats },
  i8: { functions: productI8, multiply: multiplyBytes },
};

/** The WGSL that differs between sums with and without subgroups. */
const SUM = {
  subgroups: {
    functions: subgroupSum,
    builtin: '@builtin(subgroup_size) subgroup_size: u32,',
    size: '',
    addUp: addUpSubgroups,
  },
  // The subgroup size is 1, but no compiler can see that: lavapipe unrolls a sum over all lanes whose bound it knows,
  // and takes seconds to compile it (seen on Mesa 25.0). Once it does not, the size can be 1u.
  none: { functions: noSubgroupSum, builtin: '', size: 'let subgroup_size = workgroups.z;', addUp: addUpThreads },
} as const;

/**
 * The WGSL of a kernel, whose own part is `kernelWgsl` (projection.wgsl says what that must declare). The statements
 * `beside` run in each place, before its sums.
 */
export function projectionWgsl(
  { layout, form, joined }: Pick<Projection, 'layout' | 'form' | 'joined'>,
  variant: string,
  kernelWgsl: string,
  beside: string,
): string {
  const arithmetic = arithmeticOf(variant);
  const product = PRODUCT[arithmetic];
  const sum = SUM[variant === 'subgroups' ? 'subgroups' : 'none'];
  return [
    matrixWgsl('weights', layout, arithmetic),
    product.functions,
    sum.functions,
    kernelWgsl,
    fillIn(inside, {
      'subgroup size built in': sum.builtin,
      'subgroup size here': sum.size,
      beside,
      multiply: product.multiply,
      'add up': sum.addUp,
      finish: finishWgsl(form),
      store: joined ? storeJoined : store,
    }),
  ].join('\n');
}
