/** Of the program as of each command. */
export const DEBUG_OPTION = ['--debug', 'print the stack of an error'] as const;
