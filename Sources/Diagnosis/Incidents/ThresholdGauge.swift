import LogParsing

/// Watches one incident for its rule's threshold: so many findings within so long, counted apart by some values.
struct ThresholdGauge: Codable {
  let threshold: Threshold
  private var buckets: [[String]: Bucket] = [:]
  private var isReached = false

  private static let mostBuckets = 1_000

  /// The latest moments (seconds), at most as many as are asked for; with `distinct`, one for each value.
  private struct Bucket: Codable {
    var moments: [Int64] = []
    var values: [String: Int64] = [:]
  }

  init(_ threshold: Threshold) { self.threshold = threshold }

  /// Counts one finding; whether the threshold has ever been reached.
  mutating func note(_ facts: FactLookup, at time: EventTime?, times: Int) -> Bool {
    guard !isReached else { return true }
    let now = time?.seconds ?? 0
    let key = threshold.by.map { facts[$0] ?? "" }
    if buckets.count >= Self.mostBuckets, buckets[key] == nil { buckets.removeAll() }
    var bucket = buckets[key] ?? Bucket()
    if let distinct = threshold.distinct {
      bucket.values[facts[distinct] ?? ""] = now
      bucket.values = bucket.values.filter { now - $0.value <= threshold.within }
      isReached = bucket.values.count >= threshold.count
    } else {
      bucket.moments += Array(repeating: now, count: min(times, threshold.count))
      bucket.moments = Array(bucket.moments.suffix(threshold.count))
      isReached = bucket.moments.count >= threshold.count && now - bucket.moments[0] <= threshold.within
    }
    buckets[key] = isReached ? nil : bucket
    return isReached
  }
}
