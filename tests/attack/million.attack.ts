/** `npm run attack`: the attack with a million inputs, in about two hours of one core. */

import { attackWithAllKinds } from './suite.ts';

attackWithAllKinds(1_000_000);
