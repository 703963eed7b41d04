/**
 * What is known of GPUs and serving engines beyond the first picture. The page loads this once it is drawn, since it is
 * as large as the names of all GPUs.
 */

export { tflopsOf } from '../../../../../results/gpus/tflops.ts';
export { expectationOf } from './expectation.ts';
