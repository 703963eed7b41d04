import { expect, test } from 'vitest';
import { kindClause } from './file-kind.ts';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** The beginning of a ZIP whose first entry has this name. */
const zip = (name: string): string => `PK\x03\x04${'\0'.repeat(22)}${String.fromCharCode(name.length)}\0\0\0${name}`;

test.each<[string, string, RegExp]>([
  ['a ZIP', zip('runs/a.json'), /^is a ZIP archive: unpack it, and give the file in it$/],
  ['a .pt of PyTorch', zip('archive/data.pkl'), /^is a PyTorch checkpoint .*: give the \.safetensors or \.gguf/],
  ['an .npz', zip('weight.npy'), /^is a NumPy archive/],
  ['a gzip', '\x1f\x8b\x08', /^is a gzip archive: unpack/],
  ['a zstd', '\x28\xb5\x2f\xfd', /^is a Zstandard archive/],
  ['a 7z', '7z\xbc\xaf\x27\x1c', /^is a 7-Zip archive/],
  ['a tar', `${'a'.repeat(257)}ustar`, /^is a tar archive/],
  ['a PDF', '%PDF-1.7', /^is a PDF/],
  ['an old .bin of PyTorch', '\x80\x02\x8a\nl\xfc\x9cF', /^is a pickle/],
  ['a pickle of Python', '\x80\x04\x95', /^is a pickle/],
  ['an ONNX', '\x08\x07\x12\x07pytorch\x1a\x052.1.0', /^is an ONNX model/],
  ['an .npy', '\x93NUMPY\x01\0', /^is a NumPy array/],
  ['an HDF5', '\x89HDF\r\n\x1a\n', /^is an HDF5 file/],
  ['a GGML', 'tjgg\x03\0\0\0', /^is a GGML file, from before GGUF: convert/],
  ['a GGUF', 'GGUF\x03\0\0\0', /^is a GGUF file: give it a name that ends with \.gguf/],
  ['a safetensors', '\x40\0\0\0\0\0\0\0{"a"', /^is a safetensors file/],
  ['a llamafile', 'MZqFpD=', /^is a program or a llamafile/],
  [
    'a pointer of LFS',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 4976698672\n',
    /^is a pointer of Git LFS, in place of the file of 4976698672 bytes: fetch that by "git lfs pull"$/,
  ],
  ['a page', '\n<!DOCTYPE html><html>', /^is a web page: download the file itself/],
  ['an XML', '<?xml version="1.0"?><Error><Code>AccessDenied', /^is XML/],
  ['an answer', 'Entry not found', /^is the answer "Entry not found" of a server/],
])('%s is called by its name', (_, head, clause) => {
  expect(kindClause(latin(head))).toMatch(clause);
  expect(kindClause(latin(head))).not.toMatch(/\n/);
});

test('JSON and anything unknown are nothing else', () => {
  for (const head of ['', '{"a":1}', '[', 'hello', '\0\0\0\0\0\0\0\0', '\x08'])
    expect(kindClause(latin(head))).toBeUndefined();
});
