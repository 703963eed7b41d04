/** What a file is by its first bytes, where it is not what it was given for. */

import { textOf, utf8Text } from './encodings.ts';
import { quoted } from './shown.ts';

/** The bytes of a file's beginning that tell what it is. */
export const KIND_BYTES = 512;

export interface Kind {
  /** What it is, with its article. */
  readonly is: string;
  /** What to do about it. */
  readonly advice: string;
}

const UNPACK = 'unpack it, and give the file in it';
const CONVERTED = 'give the .safetensors or .gguf of the same model';
const AGAIN = 'download the file itself';

export const GGUF_FILE = 'a GGUF file';

/** Kinds of files by the bytes that they begin with. */
const MAGICS: readonly (readonly [magic: string, is: string, advice: string])[] = [
  ['GGUF', GGUF_FILE, 'give it a name that ends with .gguf'],
  ['\x1f\x8b', 'a gzip archive', UNPACK],
  ['\xfd7zXZ\0', 'an xz archive', UNPACK],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive', UNPACK],
  ['BZh', 'a bzip2 archive', UNPACK],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive', UNPACK],
  ['Rar!\x1a\x07', 'a RAR archive', UNPACK],
  ['%PDF', 'a PDF', AGAIN],
  ['\x89PNG', 'a picture', AGAIN],
  ['\xff\xd8\xff', 'a picture', AGAIN],
  ['\x93NUMPY', 'a NumPy array (.npy)', CONVERTED],
  ['\x89HDF\r\n', 'an HDF5 file, as Keras writes', CONVERTED],
  ['PAR1', 'a Parquet table', CONVERTED],
  ['SQLite format 3', 'an SQLite database', CONVERTED],
  ['# xet version', 'a pointer of Xet, in place of the file', AGAIN],
  // Before GGUF, llama.cpp's files began with one of these, as little-endian numbers.
  ['lmgg', 'a GGML file, from before GGUF', 'convert it by llama.cpp, or give a GGUF'],
  ['tjgg', 'a GGML file, from before GGUF', 'convert it by llama.cpp, or give a GGUF'],
  ['fmgg', 'a GGML file, from before GGUF', 'convert it by llama.cpp, or give a GGUF'],
  ['algg', 'an adapter (LoRA) for llama.cpp', 'give the model itself'],
  ['\x7fELF', 'a program', 'give the model itself'],
  ['MZ', 'a program or a llamafile', 'give the model itself: "unzip -l" lists the .gguf in a llamafile'],
];

/**
 * The kind of a file that begins with `head`, as a clause: `is a ZIP archive: unpack it, and …`. Undefined: it is not
 * known, or is what the file was given for.
 */
export function kindClause(head: Uint8Array, given?: string): string | undefined {
  const kind = kindOf(head.subarray(0, KIND_BYTES));
  return kind && kind.is !== given ? `is ${kind.is}: ${kind.advice}` : undefined;
}

/** The kind of a file that begins with `head`. Undefined: it is not known. */
export function kindOf(head: Uint8Array): Kind | undefined {
  const latin = Array.from(head, (byte) => String.fromCharCode(byte)).join('');
  if (latin.startsWith('PK\x03\x04') || latin.startsWith('PK\x05\x06')) return zipOf(head, latin);
  const [, is, advice] = MAGICS.find(([magic]) => latin.startsWith(magic)) ?? [];
  if (is !== undefined && advice !== undefined) return { is, advice };
  return (
    pickleOf(head) ??
    (latin.slice(257, 262) === 'ustar' ? { is: 'a tar archive', advice: UNPACK } : undefined) ??
    (latin.slice(4, 8) === 'TFL3' ? { is: 'a TensorFlow Lite model', advice: CONVERTED } : undefined) ??
    (isOnnx(head) ? { is: 'an ONNX model', advice: CONVERTED } : undefined) ??
    (isSafetensors(head, latin) ? SAFETENSORS : undefined) ??
    textKind(textOf(head))
  );
}

export const SAFETENSORS_FILE = 'a safetensors file';
const SAFETENSORS: Kind = { is: SAFETENSORS_FILE, advice: 'give it a name that ends with .safetensors' };

/** A ZIP by the name of its first entry, which lies at byte 30: PyTorch and NumPy keep their files in such archives. */
function zipOf(head: Uint8Array, latin: string): Kind {
  const length = (head[26] ?? 0) + 256 * (head[27] ?? 0);
  const entry = utf8Text(head.subarray(30, 30 + length));
  if (/(^|\/)(data\.pkl|byteorder|constants\.pkl|\.format_version|version)$/.test(entry) || latin.includes('data.pkl'))
    return { is: 'a PyTorch checkpoint (.bin or .pt)', advice: CONVERTED };
  if (entry.endsWith('.npy')) return { is: 'a NumPy archive (.npz)', advice: CONVERTED };
  return { is: 'a ZIP archive', advice: UNPACK };
}

/** A pickle begins with its protocol, 2 to 5. PyTorch's files are nothing else before version 1.6. */
const pickleOf = ([first, protocol = 0]: Uint8Array): Kind | undefined =>
  first === 0x80 && protocol >= 2 && protocol <= 5
    ? { is: 'a pickle, as PyTorch and Python write (.bin, .pt, .pkl)', advice: CONVERTED }
    : undefined;

/** ONNX is a protocol buffer: the version of the format, a small number, and then the name of the program that wrote it. */
function isOnnx([key, version = 0, next, length = 0, ...rest]: Uint8Array): boolean {
  const name = rest.slice(0, length);
  const isText = name.length >= 3 && name.every((byte) => byte >= 0x20 && byte < 0x7f);
  return key === 0x08 && version > 0 && version < 0x20 && next === 0x12 && length < 0x40 && isText;
}

/** A safetensors file begins with the length of its header, in eight bytes, and the brace of the header. */
const isSafetensors = (head: Uint8Array, latin: string): boolean =>
  latin[8] === '{' && head[5] === 0 && head[6] === 0 && head[7] === 0;

function textKind(text: string): Kind | undefined {
  const [, bytes] = /^version https:\/\/git-lfs[^\n]*\n(?:.*\n)*?size (\d+)/.exec(text) ?? [];
  if (bytes !== undefined || text.startsWith('version https://git-lfs'))
    return {
      is: `a pointer of Git LFS, in place of the file${bytes === undefined ? '' : ` of ${bytes} bytes`}`,
      advice: 'fetch that by "git lfs pull"',
    };
  if (/^\s*<(!doctype html|html|head|body|script)\b/i.test(text)) {
    return { is: 'a web page', advice: `${AGAIN}, not the page that shows it` };
  }
  if (/^\s*<(\?xml|Error>)/i.test(text)) return { is: 'XML, as a failed download leaves', advice: AGAIN };
  if (
    /^(Entry not found|Repository not found|Invalid (username|credentials)|Access to model|404: Not Found)/i.test(text)
  ) {
    return { is: `the answer ${quoted(text.slice(0, 40))} of a server`, advice: AGAIN };
  }
  return undefined;
}
