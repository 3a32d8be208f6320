import LogSources

/// The followers of all sources, each with a task that brings its batches to the engine.
struct FollowerTasks {
  private var tasks: [Task<Void, Never>] = []
  /// What is followed, one name a follower: the journal, or the files as they are configured.
  private(set) var names: [String] = []
  let generation: Int

  private static let pauseAfterFault = Duration.seconds(10)

  /// Starts with `sources`, from where `positions` say.
  init(
    _ sources: Configuration.Sources, generation: Int = 0, positions: [String: SourcePosition],
    lookBackTo first: FirstLook, queue: EventQueue
  ) {
    self.generation = generation
    if sources.readsJournal {
      var selection = JournalSelection()
      selection.directory = sources.journalDirectory
      selection.namespaces = sources.namespaces
      selection.units = sources.units
      selection.firstLook = first
      var position: JournalPosition?
      if case .journal(let stored)? = positions[selection.source] { position = stored }
      start(JournalFollower(selection, from: position), selection.source, queue)
    }
    if !sources.followedFiles.isEmpty {
      var selection = FileSelection(sources.followedFiles)
      selection.firstLook = first
      let places = positions.values.compactMap { if case .file(let place) = $0 { place } else { nil } }
      let name = sources.followedFiles.joined(separator: ", ")
      do { start(try FileFollower(selection, from: places), name, queue) } catch {
        names.append(name)
        queue.send(.sourceFailed(FollowedSource(name: name, generation: generation), reason: "\(error)"))
      }
    }
  }

  func cancel() { for task in tasks { task.cancel() } }

  private mutating func start(_ follower: some LogFollower, _ name: String, _ queue: EventQueue) {
    names.append(name)
    let source = FollowedSource(name: name, generation: generation)
    tasks.append(
      Task {
        while !Task.isCancelled {
          do {
            let batch = try await follower.next()
            let receipt = Receipt()
            queue.send(.batch(batch, from: source, receipt))
            await receipt.wait()
          } catch is CancellationError {
            return
          } catch {
            queue.send(.sourceFailed(source, reason: "\(error)"))
            // Only a cancelled task wakes early, and then the loop ends.
            try? await Task.sleep(for: Self.pauseAfterFault)
          }
        }
      })
  }
}

extension Configuration.Sources {
  private static let usualFiles = ["/var/log/mail.log", "/var/log/maillog"]

  var readsJournal: Bool {
    if let journal { return journal }
    return files.isEmpty && Self.hasJournal
  }

  /// Without any word about sources, and without a journal: where syslog daemons write mail logs.
  var followedFiles: [String] {
    files.isEmpty && journal == nil && !Self.hasJournal ? Self.usualFiles : files
  }

  private static var hasJournal: Bool {
    ["/var/log/journal", "/run/log/journal"].contains { FolderLook.exists($0) }
  }
}
