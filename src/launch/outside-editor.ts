/** Variables an editor sets for its own processes. In a trainer they would be wrong, or make a child behave as a part of the editor. */
const OF_EDITOR = /^(?:VSCODE_|ELECTRON_|CODE_SERVER_|CHROME_DESKTOP$|APPLICATION_INSIGHTS_)/i;

/** The environment a run gets that is started from an editor: as from a terminal, without what is the editor's own. */
export const outsideEditor = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !OF_EDITOR.test(name)));
