import Foundation

/// Where a pack comes from: an archive, a folder, or an address.
public struct PackSource: Sendable {
  public let archive: PackArchive
  /// The text of the signature beside it; `nil` if there is none.
  public let signature: String?
  /// As `update` finds it again.
  public let place: String

  /// `signature`: another file than the one beside the archive (`FILE.sig`).
  public init(_ place: String, signature: String? = nil) throws(PackFault) {
    var path = place
    if let scheme = place.firstRange(of: "://") {
      guard place[..<scheme.lowerBound] == "file" else {
        throw .notReachable(
          "\(place) is not fetched: this version installs from files. Fetch it and its .sig, then: maillogd rules install FILE"
        )
      }
      path = String(place[scheme.upperBound...]).removingPercentEncoding ?? ""
      guard path.hasPrefix("/") else { throw .notReachable("\(place) names another host; give file:///PATH") }
    }
    self.place = URL(filePath: path).standardizedFileURL.path
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .notReachable("\(path) is not there; give an archive of maillogd rules pack, or a folder with a pack.yaml")
    }
    if isFolder.boolValue {
      archive = try PackArchive(folder: path)
      self.signature = try signature.map { text throws(PackFault) in try Self.text(text) }
      return
    }
    archive = try PackArchive(Self.bytes(path, most: TarArchive.mostBytes))
    let beside = path + ".sig"
    if let signature {
      self.signature = try Self.text(signature)
    } else {
      self.signature = FileManager.default.fileExists(atPath: beside) ? try Self.text(beside) : nil
    }
  }

  /// For whom the signature speaks, with the key's fingerprint.
  public func signer(_ signers: AllowedSigners, now: String = AllowedSigners.now) throws(PackFault) -> String {
    guard let signature else {
      throw .unsigned(
        "\(archive.fileName) is not signed: there is no \(place).sig. --allow-unsigned takes it all the same.")
    }
    let read = try SSHSignature(armored: signature)
    guard read.isGood(for: archive.bytes) else {
      throw .badSignature("it is not of this archive; the archive or the signature was changed")
    }
    guard let principals = signers.principals(for: read.key, now: now) else {
      throw .notAllowed(
        "the signature is good, but the key \(read.key.fingerprint) may not sign packs here (now); add it to the list of allowed signers if you trust it"
      )
    }
    return "\(principals) \(read.key.fingerprint)"
  }

  static func text(_ path: String) throws(PackFault) -> String {
    String(decoding: try bytes(path, most: SSHSignature.mostBytes), as: UTF8.self)
  }

  /// The whole file; one that is too large is refused unread.
  private static func bytes(_ path: String, most: Int) throws(PackFault) -> [UInt8] {
    do { return try CappedFile.bytes(path, most: most) } catch {
      switch error {
      case .tooLarge: throw .badArchive("\(path) has more than \(most) bytes")
      case .unreadable(let reason): throw .notReachable("\(path) cannot be read: \(reason)")
      }
    }
  }
}
