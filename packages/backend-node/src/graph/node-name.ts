/** The name of a TensorFlow node, whose first output it stands for; with `:1` its second, and so on. */
export type NodeName = string;
