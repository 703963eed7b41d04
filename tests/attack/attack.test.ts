/** The attack in the gate, with what it has time for: about a minute of one core. */

import { attackWithAllKinds } from './suite.ts';

attackWithAllKinds(21_000);
