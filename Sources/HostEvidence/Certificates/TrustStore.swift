import COpenSSL
import Glibc

/// The certificates that this machine trusts.
struct TrustStore {
  /// In PEM; several may stand in it.
  let file: String
  /// With names made by c_rehash(1).
  let folder: String

  /// Where OpenSSL looks; Debian's package ca-certificates fills it.
  static var system: TrustStore {
    TrustStore(
      file: unsafe String(cString: X509_get_default_cert_file()),
      folder: unsafe String(cString: X509_get_default_cert_dir()))
  }

  /// A machine without ca-certificates finds every chain broken; that says nothing about the chain.
  var isEmpty: Bool {
    unsafe access(file, R_OK) != 0 && !Folder.names(folder, most: 1_024).contains { $0.hasSuffix(".0") }
  }

  @unsafe func load(into store: OpaquePointer) {
    _ = unsafe X509_STORE_load_file(store, file)
    _ = unsafe X509_STORE_load_path(store, folder)
  }
}
