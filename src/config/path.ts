/** A way through a config: keys and list positions. */
export type Path = readonly (string | number)[];
