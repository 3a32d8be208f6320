import Glibc

/// Which processes hold which sockets: the links in /proc/PID/fd. Those of other users show to root only.
struct SocketOwners {
  struct Process: Equatable {
    let pid: Int32
    let program: String
    /// The systemd service that it belongs to, if it belongs to one.
    let unit: String?
  }

  private var holders: [UInt64: Process] = [:]
  /// Whether some process kept its files to itself.
  private(set) var isPartial = false

  /// Looks for the holders of these sockets; processes that end while they are read are passed over.
  init(of inodes: Set<UInt64>, on machine: Machine) {
    guard !inodes.isEmpty else { return }
    let pids = Folder.names(machine.path("/proc"), most: 65_536).compactMap { Int32($0) }.sorted()
    var open = inodes
    for pid in pids {
      let folder = machine.path("/proc/\(pid)/fd")
      guard unsafe access(folder, R_OK | X_OK) == 0 else {
        if errno == EACCES || errno == EPERM { isPartial = true }
        continue
      }
      for name in Folder.names(folder, most: 65_536) {
        guard let target = Folder.link(folder + "/" + name), target.hasPrefix("socket:["),
          let inode = UInt64(target.dropFirst(8).dropLast()), open.contains(inode)
        else { continue }
        open.remove(inode)
        holders[inode] = Process(pid: pid, program: Self.program(pid, machine), unit: Self.unit(pid, machine))
      }
      if open.isEmpty { return }
    }
  }

  subscript(inode: UInt64) -> Process? { holders[inode] }

  /// `0::/system.slice/exim4.service` or `1:name=systemd:/system.slice/…` (cgroups(7)).
  private static func unit(_ pid: Int32, _ machine: Machine) -> String? {
    for line in BoundedFile.lines(machine.path("/proc/\(pid)/cgroup"), most: 16_384) {
      if let name = line.split(separator: "/").last, name.hasSuffix(".service") { return String(name) }
    }
    return nil
  }

  /// The kernel cuts /proc/PID/comm after 15 bytes; the first argument has the rest.
  private static func program(_ pid: Int32, _ machine: Machine) -> String {
    let comm = (try? BoundedFile.text(machine.path("/proc/\(pid)/comm"), most: 64)) ?? ""
    let short = comm.split(separator: "\n").first.map(String.init) ?? "?"
    guard short.utf8.count == 15,
      let command = try? BoundedFile.text(machine.path("/proc/\(pid)/cmdline"), cutting: true)
    else { return short }
    let path = command.split(separator: "\0").first ?? ""
    let name = path.split(separator: "/").last.map(String.init) ?? short
    return name.hasPrefix(short) ? name : short
  }
}

/// The names in a folder, and where links in it lead.
enum Folder {
  static func names(_ path: String, most: Int) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while names.count < most, let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  static func link(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return 0 }
      return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
  }
}
