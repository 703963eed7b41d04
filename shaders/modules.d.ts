// Declares what the bundler adds to the language: the types of `vite/client` would bring DOM types along.

declare module '*.wgsl?raw' {
  const text: string;
  export default text;
}

interface ImportMeta {
  glob<T>(pattern: string, options: { eager: true; import: string }): Record<string, T>;
}
