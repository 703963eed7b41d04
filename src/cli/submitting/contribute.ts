/** Writes runs as the files that a pull request adds to the repository, and says what is to be done with them. */

import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../../harness/errors.ts';
import { shown } from '../../../results/text/shown.ts';
import { contributedPath, fileTextOf, newFileAddress } from '../../crowd/contribution.ts';
import { REPOSITORY } from '../../session/own-build.ts';
import { EXIT, type ExitCode, worstOf } from '../errors.ts';
import { writeWhole } from '../files/write-file.ts';
import { print, printError } from '../text/print.ts';
import type { Prepared } from './submissions.ts';

export const writeContributions = (runs: readonly Prepared[]): ExitCode => worstOf(runs.map(contribute));

function contribute({ file, id, json, record, status }: Prepared): ExitCode {
  if (status === 'rejected') {
    printError(`hbmark: ${shown(file)} was not written: a rule objects, and the tests would refuse the file`);
    return EXIT.wrong;
  }
  const path = contributedPath({ id, created: record.created });
  if (existsSync(path)) {
    print(`${path} is there already`);
    return EXIT.done;
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, fileTextOf(json));
  } catch (error) {
    printError(`hbmark: ${path} could not be written (${messageOf(error)})`);
    return EXIT.unwritten;
  }
  print(`written  ${path}, which will be public as it is`);
  print(
    REPOSITORY === null
      ? '1.       Open the repository where it is hosted, and add a file of this name with this content'
      : `1.       Open ${newFileAddress(REPOSITORY, path)} and paste the content of the file`,
  );
  print('2.       Propose the change as a pull request: its checks say whether the file is right');
  return EXIT.done;
}
