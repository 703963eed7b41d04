/** `npm run attack`: the attack with a million inputs, in about two hours of one core. */

import { MAX_CPU_MS } from './attack.ts';
import { attackWithAllKinds } from './suite.ts';

attackWithAllKinds(1_000_000, MAX_CPU_MS);
