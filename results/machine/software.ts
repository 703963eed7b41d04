/** Programs that imitate a GPU on the CPU, by their names. */

const SOFTWARE =
  /swiftshader|llvmpipe|lavapipe|softpipe|openswr|software|\bwarp\b|\bpocl\b|microsoft[ -]basic[ -](?:render|display)|gdi generic/i;

/** Whether a name is that of a program that imitates a GPU. */
export const isSoftwareName = (name: string): boolean => SOFTWARE.test(name);
