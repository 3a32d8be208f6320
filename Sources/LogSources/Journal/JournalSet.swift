/// The readers of all writers of a journal: namespaces, or machines in a directory.
///
/// Each has a place of its own, because sd-journal orders entries of different writers by their clocks and, once it has
/// gone past a moment, does not return to what another writer delivers late.
final class JournalSet {
  private var selection: JournalSelection
  private let isFollowing: Bool
  private let opened = Moment.now
  private var mayHaveNewWriters = true
  private(set) var readers: [JournalReader] = []
  private var places: [String: JournalPlace]

  static let mostMachines = 1_024
  /// What one reader gives before another one has its turn.
  private static let portion = 1 << 16

  init(_ selection: JournalSelection, from position: JournalPosition?, isFollowing: Bool) {
    self.selection = selection
    self.isFollowing = isFollowing
    places = position?.places ?? [:]
  }

  var position: JournalPosition {
    for reader in readers { if let place = reader.place { places[reader.writer] = place } }
    return JournalPosition(source: selection.source, places: places)
  }

  /// Opens the journals of writers that are not read yet; costs nothing while no files come or go.
  func open() throws(SourceError) {
    guard mayHaveNewWriters || readers.isEmpty else { return }
    let writers = try writers()
    if writers.contains(where: { $0.machine != nil }), readers.contains(where: { $0.writer.isEmpty }) { close() }
    for (writer, location, machine) in writers where !readers.contains(where: { $0.writer == writer }) {
      let reader = try JournalReader(
        location, writer: writer, machine: machine, selection: selection,
        isFollowing: isFollowing, from: place(of: writer, machine: machine))
      readers.append(reader)
    }
    mayHaveNewWriters = false
    // Whoever comes to a journal that is being followed is read from there on.
    if selection.firstLook == .end { selection.firstLook = .since(microseconds: opened) }
  }

  /// Looks for new writers at the next `open`, though no change was reported.
  func expectWriters() {
    mayHaveNewWriters = selection.directory != nil
  }

  /// Forgets the open files; `open` goes on at the same places.
  func close() {
    _ = position
    readers = []
  }

  /// Reads on with whoever is furthest behind; empty when nothing is there.
  func read(upTo limit: Int) throws(SourceError) -> JournalReader.Harvest {
    var harvest = JournalReader.Harvest()
    var waiting = readers
    while harvest.text.count < limit, let reader = waiting.min(by: { $0.reached < $1.reached }) {
      let part: JournalReader.Harvest
      do throws(JournalFault) { part = try reader.read(upTo: min(Self.portion, limit)) } catch {
        throw .journalUnreadable(source: selection.source, code: error.code)
      }
      harvest.text += part.text
      harvest.events += part.events
      if part.isCaughtUp || reader.isEnded { waiting.removeAll { $0 === reader } }
    }
    harvest.isCaughtUp = waiting.isEmpty
    if harvest.isCaughtUp, !isFollowing { try confirm(&harvest) }
    return harvest
  }

  /// Reads once more where files seem to hold more than they gave: there is no later turn that would tell.
  private func confirm(_ harvest: inout JournalReader.Harvest) throws(SourceError) {
    do throws(JournalFault) {
      for reader in readers where reader.isSuspicious {
        _ = try reader.process()
        let part = try reader.read(upTo: .max)
        harvest.text += part.text
        harvest.events += part.events
      }
    } catch {
      throw .journalUnreadable(source: selection.source, code: error.code)
    }
  }

  /// Takes note of what happened to the files.
  func process() throws(JournalFault) {
    for reader in readers {
      let change = try reader.process()
      // Before the entries of a second machine are read together with those of the first, past which they may lie.
      let isAlone = reader.writer.isEmpty && change == .appended
      if selection.directory != nil, isAlone || change == .filesChanged { mayHaveNewWriters = true }
    }
  }

  private func writers() throws(SourceError) -> [(String, Journal.Place, machine: String?)] {
    guard let directory = selection.directory else {
      return [("", .namespace(nil), nil)] + selection.namespaces.map { ($0, .namespace($0), nil) }
    }
    let whole: [(String, Journal.Place, machine: String?)] = [("", .directory(directory), nil)]
    guard isFollowing else { return whole }
    let journal = try Journal(.directory(directory), source: selection.source)
    // A damaged file may hide who wrote to it; then all is read as one.
    let machines = (try? journal.values(of: "_MACHINE_ID", limit: Self.mostMachines)) ?? []
    let isSplit = !Set(places.keys).subtracting([""]).isEmpty
    guard machines.count > 1 || isSplit, !machines.isEmpty else { return whole }
    return machines.map { ($0, .directory(directory), $0) }
  }

  /// Where to go on: what was read of several machines as one goes on for each of them.
  private func place(of writer: String, machine: String?) -> JournalPlace? {
    if let place = places[writer] { return place }
    guard let machine, let whole = places[""], whole.machines.contains(machine) else { return nil }
    return whole
  }
}
