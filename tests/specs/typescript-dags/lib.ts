export const greet = (who: string): string => `echo hello ${who}`;
