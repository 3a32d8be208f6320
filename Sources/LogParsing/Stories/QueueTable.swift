/// From queue ids to the places of their stories: open addressing, and nothing is allocated for a message.
///
/// The hasher of the standard library takes longer than reading a whole line may.
struct QueueTable: Sendable {
  /// For each cell the place whose key hashed here (or near); -1: nothing.
  private var cells: [Int32]
  /// The key of each place.
  private var keys: [QueueKey] = []
  private let seed = UInt64.random(in: .min ... .max)
  private(set) var count = 0

  init() { cells = Array(repeating: -1, count: 1_024) }

  subscript(key: QueueKey) -> Int? {
    var cell = home(of: key)
    while cells[cell] >= 0 {
      let place = Int(cells[cell])
      if keys[place] == key { return place }
      cell = (cell + 1) & (cells.count - 1)
    }
    return nil
  }

  /// The key must not be in the table, and the place not in use.
  mutating func insert(_ key: QueueKey, place: Int) {
    if (count + 1) * 2 > cells.count { grow() }
    if place == keys.count { keys.append(key) } else { keys[place] = key }
    put(place)
    count += 1
  }

  mutating func remove(place: Int) {
    var hole = home(of: keys[place])
    while Int(cells[hole]) != place {
      guard cells[hole] >= 0 else { return }
      hole = (hole + 1) & (cells.count - 1)
    }
    count -= 1
    // What stands behind the hole and would no longer be found moves up (Knuth, The Art of Computer Programming 6.4, R).
    var next = hole
    while true {
      next = (next + 1) & (cells.count - 1)
      guard cells[next] >= 0 else { break }
      let wanted = home(of: keys[Int(cells[next])])
      let isBetween = hole <= next ? hole < wanted && wanted <= next : hole < wanted || wanted <= next
      if !isBetween {
        cells[hole] = cells[next]
        hole = next
      }
    }
    cells[hole] = -1
  }

  private func home(of key: QueueKey) -> Int {
    Int(truncatingIfNeeded: key.hash(seed: seed)) & (cells.count - 1)
  }

  private mutating func put(_ place: Int) {
    var cell = home(of: keys[place])
    while cells[cell] >= 0 { cell = (cell + 1) & (cells.count - 1) }
    cells[cell] = Int32(truncatingIfNeeded: place)
  }

  private mutating func grow() {
    let places = cells.filter { $0 >= 0 }
    cells = Array(repeating: -1, count: cells.count * 2)
    for place in places { put(Int(place)) }
  }
}
