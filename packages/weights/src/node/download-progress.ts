/** How far the download of one file is. */
export interface DownloadProgress {
  readonly file: string;
  readonly receivedBytes: number;
  /** Left out where the size is not known. */
  readonly totalBytes?: number;
}

/** What a download reports to and is stopped by. */
export interface DownloadOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
