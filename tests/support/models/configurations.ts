/**
 * The configurations of public models in ../shared/data/configs, where that folder is there: what each is called, and
 * the parameters that it must have.
 *
 * The numbers are those of huggingface/transformers 5.18.0, whose models were made on PyTorch's meta device
 * (`AutoModelForCausalLM.from_config`), with the router's biases, which are buffers there. Kimi K3: the tensors of
 * sgl-project/sglang `models/kimi_k3.py`. Nemotron Super 49B: `safetensors.total` of its repository. Vision, audio and
 * layers that predict further tokens are not counted.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const CONFIGURATIONS = '../shared/data/configs';

/** Parameters, and the number of billions that the name or the card says. */
export const KNOWN: Readonly<Record<string, readonly [parameters: number, says: string]>> = {
  'MiniMaxAI--MiniMax-M2.5': [228_689_764_864, 'card: 230 B'],
  'MiniMaxAI--MiniMax-M2.7': [228_689_764_864, 'card: 230 B'],
  'Qwen--Qwen3-0.6B': [596_049_920, '0.6 B'],
  'Qwen--Qwen3-1.7B': [1_720_574_976, '1.7 B'],
  'Qwen--Qwen3-235B-A22B': [235_093_634_560, '235 B'],
  'Qwen--Qwen3-30B-A3B-FP8': [30_532_122_624, '30 B'],
  'Qwen--Qwen3-32B': [32_762_123_264, '32 B'],
  'Qwen--Qwen3-32B-FP8-Static-PerTensor': [32_762_123_264, '32 B'],
  'Qwen--Qwen3-8B': [8_190_735_360, '8 B'],
  'Qwen--Qwen3-VL-235B-A22B-Instruct': [235_093_634_560, '235 B'],
  'Qwen--Qwen3-VL-2B-Instruct': [1_720_574_976, '2 B with vision'],
  'Qwen--Qwen3-VL-32B-Instruct': [32_762_123_264, '32 B'],
  'Qwen--Qwen3-VL-32B-Thinking': [32_762_123_264, '32 B'],
  'Qwen--Qwen3-VL-8B-Instruct': [8_190_735_360, '8 B'],
  'Qwen--Qwen3.5-122B-A10B': [122_111_526_912, '122 B'],
  'Qwen--Qwen3.5-35B-A3B': [34_660_610_688, '35 B'],
  'Qwen--Qwen3.5-397B-A17B': [396_346_350_336, '397 B'],
  'XiaomiMiMo--MiMo-V2-Flash': [308_778_780_864, 'card: 309 B'],
  'deepseek-ai--DeepSeek-R1': [671_026_419_200, 'card: 671 B'],
  'deepseek-ai--DeepSeek-V3': [671_026_419_200, 'card: 671 B'],
  'deepseek-ai--DeepSeek-V4-Flash': [284_332_240_471, 'card: 284 B'],
  'google--gemma-4-26B-A4B': [25_233_141_760, '26 B with vision'],
  'meta-llama--Llama-4-Maverick-17B-128E-Instruct': [400_711_848_960, 'card: 400 B'],
  'meta-llama--Meta-Llama-3.1-405B': [405_853_388_800, '405 B'],
  'meta-llama--Meta-Llama-3.1-70B': [70_553_706_496, '70 B'],
  'mistralai--Mixtral-8x22B-v0.1': [140_620_634_112, 'card: 141 B'],
  'mistralai--Mixtral-8x7B-v0.1': [46_702_792_704, 'card: 46.7 B'],
  'moonshotai--Kimi-K2.5': [1_026_408_232_448, 'card: 1 T'],
  'moonshotai--Kimi-K3': [2_779_484_476_000, 'card: 2.8 T'],
  'nvidia--DeepSeek-V3.2-NVFP4': [671_877_944_064, 'card: 671 B'],
  'nvidia--DeepSeek-V4-Flash-NVFP4': [284_332_240_471, 'card: 284 B'],
  'nvidia--GLM-5-NVFP4': [743_911_218_432, 'card: 744 B'],
  'nvidia--GLM-5.1-NVFP4': [743_911_218_432, 'card: 744 B'],
  'nvidia--Gemma-4-26B-A4B-NVFP4': [25_233_141_760, '26 B with vision'],
  'nvidia--Gemma-4-31B-IT-NVFP4': [30_697_345_280, '31 B'],
  'nvidia--Kimi-K2.6-NVFP4': [1_026_408_232_448, 'card: 1 T'],
  'nvidia--Llama-3.1-70B-Instruct-FP8': [70_553_706_496, '70 B'],
  'nvidia--Llama-3_3-Nemotron-Super-49B-v1': [49_867_145_216, '49 B'],
  'nvidia--MiniMax-M2.5-NVFP4': [228_689_764_864, 'card: 230 B'],
  'nvidia--MiniMax-M2.7-NVFP4': [228_689_764_864, 'card: 230 B'],
  'nvidia--NVIDIA-Nemotron-3-Nano-30B-A3B-BF16': [31_577_940_288, '30 B, card: 31.6 B'],
  'nvidia--NVIDIA-Nemotron-3-Super-120B-A12B-FP8': [120_668_707_840, '120 B'],
  'nvidia--NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4': [120_668_707_840, '120 B'],
  'nvidia--NVIDIA-Nemotron-3-Ultra-550B-A55B-FP8': [549_308_993_536, '550 B'],
  'nvidia--NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4': [31_577_940_288, '30 B'],
  'nvidia--Nemotron-H-56B-Base-8K': [56_324_350_464, '56 B'],
  'nvidia--Qwen3-235B-A22B-NVFP4': [235_093_634_560, '235 B'],
  'nvidia--Qwen3.5-122B-A10B-NVFP4': [122_111_526_912, '122 B'],
  'nvidia--Qwen3.6-27B-NVFP4': [26_895_998_464, '27 B'],
  'nvidia--Qwen3.6-35B-A3B-NVFP4': [34_660_610_688, '35 B'],
  'openai--gpt-oss-20b': [20_914_757_184, 'card: 20.9 B'],
  'sgl-project--DeepSeek-V4-Flash-FP8': [284_332_240_471, 'card: 284 B'],
  'stepfun-ai--Step-3.7-Flash': [195_844_508_736, 'none'],
  'stepfun-ai--Step-3.7-Flash-FP8': [195_844_508_736, 'none'],
  'zai-org--GLM-5': [743_911_218_432, 'card: 744 B'],
  'zai-org--GLM-5.1': [743_911_218_432, 'card: 744 B'],
  'zai-org--GLM-5.1-FP8': [743_911_218_432, 'card: 744 B'],
  'zai-org--GLM-5.2': [743_377_019_904, 'none'],
};

export interface Configuration {
  readonly name: string;
  readonly json: unknown;
}

/** The configurations; none where the folder is not there. */
export const configurations = (): Configuration[] =>
  existsSync(CONFIGURATIONS)
    ? readdirSync(CONFIGURATIONS)
        .filter((file) => file.endsWith('_config.json'))
        .map((file) => ({
          name: file.replace(/_config\.json$/, ''),
          // Three of them have Infinity, which Python writes.
          json: JSON.parse(readFileSync(`${CONFIGURATIONS}/${file}`, 'utf8').replace(/\bInfinity\b/g, '1e999')),
        }))
    : [];
