/**
 * `hbmark submit RECORD…`: adds runs to a collection, at a collector or as files for a pull request, and deletes them
 * again. Nothing is sent before a person has agreed, and nothing is tried twice.
 */

import { UsageError } from '../errors.ts';
import { EXIT } from '../errors.ts';
import { requireFiles } from '../files/record-files.ts';
import { isOn, readValue, type ValueOption } from '../flags.ts';
import { JSON_OUTPUT } from '../options.ts';
import type { Command } from './command.ts';
