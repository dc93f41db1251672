/** What `src/audit` names of the Workers runtime, where it is checked with Node's types. */
interface AnalyticsEngineDataPoint {
  indexes?: (ArrayBuffer | string | null)[]
  doubles?: number[]
  blobs?: (ArrayBuffer | string | null)[]
}

interface AnalyticsEngineDataset {
  writeDataPoint(event?: AnalyticsEngineDataPoint): void
}
