/** The attack in the gate, with what it has time for: about two minutes of one busy core. */

import { attackWithAllKinds } from './suite.ts';

attackWithAllKinds(21_000);
