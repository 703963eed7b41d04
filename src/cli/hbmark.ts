/** The terminal: flags in, the same engine and the same model as the page, text or one JSON document out. */

import { cac } from 'cac';
import { bench, parseBenchFlags } from './commands/bench.ts';
import { check } from './commands/check.ts';
import { fitRecords, parseFitFlags } from './commands/fit.ts';
import { list } from './commands/list.ts';
import { parsePredictFlags, predict } from './commands/predict.ts';
import { parseRunFlags, run } from './commands/run.ts';
import { serve } from './commands/serve.ts';
import { parseTuneFlags, tune } from './commands/tune.ts';
import { parseValidateFlags, validate } from './commands/validate.ts';
import { EXIT, exitCodeOf, UsageError } from './errors.ts';
import { withNegatives } from './flags.ts';

const cli = cac('hbmark');

cli
  .command('run', 'Measure this machine')
  .option('--profile <id>', 'quick or full (default: quick)')
  .option('--model <id>', 'Time whole decode steps of this preset, config.json, .gguf or .safetensors; may be repeated')
  .option(
    '--weights <format,…>',
    'Formats of their matrices, as f16,int4-g32 (default: the nearest to a file’s, else the profile’s)',
  )
  .option('--kv <format,…>', 'Formats of their KV cache, as f16,int8 (default: f16)')
  .option('--context <N,…>', 'Their contexts, as 128,4096 or 128,max: the most that fits (default: the profile’s)')
  .option('--shortest <N>', 'Of mixed lengths: the first sequence as long as the context, the others from N on')
  .option(
    '--batch <N,…>',
    'Their sequences, as 1,8 or 1,...,max: doublings up to the most that fits (default: the profile’s)',
  )
  .option('--kernel <id>', 'Only this kernel; may be repeated')
  .option('--budget <seconds>', 'Time that it may take (default: as long as the profile takes)')
  .option('--host <host>', 'node (Dawn) or chromium, headless (default: node)')
  .option('--adapter <name>', 'With node: part of the adapter’s name. With chromium: swiftshader')
  .option('--memory <GB>', 'Most GPU memory to stream through')
  .option('--seed <N>', 'Decides every word in memory and every order (default: random)')
  .option('--gpu <name>', 'The GPU’s name, as you know it: kept in the record')
  .option('--out <file>', 'Keep the record in this file')
  .option('--resume <file>', 'Go on with a run that ended early: a record, or what one left as FILE.unfinished')
  .option('--verbose', 'Say where the time went (with --json: on stderr)')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action(async (flags) => {
    process.exitCode = await run(await parseRunFlags(flags));
  });

cli
  .command('tune', 'Find the fastest tuning of every kernel on this machine, and keep it for later runs')
  .option('--kernel <id>', 'Only this kernel; may be repeated')
  .option('--host <host>', 'node (Dawn) or chromium, headless (default: node)')
  .option('--adapter <name>', 'With node: part of the adapter’s name. With chromium: swiftshader')
  .option('--memory <GB>', 'Most GPU memory to stream through')
  .option('--budget <seconds>', 'Time for everything (default: 300)')
  .option('--seed <N>', 'Decides the order of candidates and visits (default: random)')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action(async (flags) => {
    process.exitCode = await tune(parseTuneFlags(flags));
  });

cli
  .command('bench', 'Measure every kernel in every format against the read ceiling')
  .option('--kernel <id>', 'Only this kernel and the ceiling; may be repeated')
  .option('--host <host>', 'node (Dawn) or chromium, headless (default: node)')
  .option('--adapter <name>', 'With node: part of the adapter’s name. With chromium: swiftshader')
  .option('--memory <GB>', 'Most GPU memory to stream through')
  .option('--tune <seconds>', 'Tune first, within this time')
  .option('--budget <seconds>', 'Time for the measuring; what it does not reach is listed (default: 600)')
  .option('--seed <N>', 'Decides every word in memory and every order (default: random)')
  .option('--out <file>', 'Keep the record in this file')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action(async (flags) => {
    process.exitCode = await bench(parseBenchFlags(flags));
  });

cli
  .command('predict', 'What models would do on a machine, by the law: nothing is measured')
  .option('--model <id>', 'A preset, config.json, .gguf or .safetensors; may be repeated (default: llama-3.2-1b)')
  .option('--gpu <name>', 'A GPU of "list gpus", at its peak')
  .option('--bandwidth <GB/s>', 'Any other, at this bandwidth; needs --memory')
  .option('--record <file>', 'A machine as a run measured it')
  .option('--memory <GB>', 'What weights and KV caches may take')
  .option('--flops <TFLOP/s>', 'Compute; without it, it is left out')
  .option('--overhead <ms>', 'Fixed cost of a step (default: 0)')
  .option('--weights <format>', 'A format, or a quantisation as Q4_K_M (default: as a file has them, else f16)')
  .option('--kv <format>', 'Format of the KV cache (default: f16)')
  .option('--context <N,…>', 'Positions of each sequence (default: 4096)')
  .option('--batch <N,…>', 'Sequences (default: 1)')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action(async (flags) => {
    predict(await parsePredictFlags(flags));
  });

cli
  .command('fit [...records]', 'The law of a machine out of records of it, and what more bandwidth or memory would buy')
  .option('--memory <GB>', 'What weights and KV caches may take (default: as the record has it)')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action((records: string[], flags) => fitRecords(parseFitFlags(records, flags)));

cli
  .command('validate', 'The laws against what others have published, each figure predicted without having been seen')
  .option('--seeds <N>', 'Ways to hold steps out (default: 20)')
  .option('--chart <file>', 'Draw predicted against published figures into this SVG')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action((flags) => {
    process.exitCode = validate(parseValidateFlags(flags));
  });

cli
  .command('check [...records]', 'Are these records of HBMark, whole and unchanged?')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action((records: string[], flags) => {
    process.exitCode = check(records, flags);
  });

cli
  .command('list <what>', 'kernels, formats, models, gpus, generations, claims or profiles')
  .option('--json', 'One JSON document on stdout, and nothing else')
  .action((what: string, flags) => list(what, flags));

cli
  .command('serve', 'Serve the page')
  .option('--port <N>', 'Port, 0 for any free one (default: 4173)')
  .action(async (flags) => {
    await serve(flags);
    await new Promise(() => {}); // until it is stopped
  });

cli.command('', '').action(() => {
  throw new UsageError(
    `name a command: run, tune, bench, predict, fit, validate, check, list or serve; "hbmark --help" explains them`,
  );
});

cli.help();
cli.version(__HBMARK_VERSION__);

try {
  cli.parse(withNegatives(process.argv), { run: false });
  const [unexpected] = cli.args;
  if (!cli.matchedCommandName && unexpected !== undefined) {
    throw new UsageError(
      `there is no command "${unexpected}": name run, tune, bench, predict, fit, validate, check, list or serve`,
    );
  }
  await cli.runMatchedCommand();
} catch (error) {
  const code = exitCodeOf(error);
  console.error(code === undefined ? error : `hbmark: ${(error as Error).message}`);
  process.exitCode = code ?? EXIT.wrong;
}
// Dawn would keep the process (see node-host.ts). What was written to a pipe goes out first.
process.stdout.write('', () => process.exit());
