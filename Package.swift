// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "maillogd",
  products: [.executable(name: "maillogd", targets: ["maillogd"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    .target(name: "LogParsing", swiftSettings: strict),

    .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
    .target(name: "CRE2", cxxSettings: [.unsafeFlags(["-std=c++17"])], linkerSettings: [.linkedLibrary("re2")]),
    .target(
      name: "Diagnosis",
      dependencies: ["LogParsing", "CVectorscan", "CRE2", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .executableTarget(
      name: "embed-rules", dependencies: ["Diagnosis"], swiftSettings: [.swiftLanguageMode(.v6)]),
    .plugin(name: "EmbedRules", capability: .buildTool(), dependencies: ["embed-rules"]),
    .target(name: "CPacks", linkerSettings: [.linkedLibrary("crypto")]),
    .target(
      name: "RulePacks", dependencies: ["Diagnosis", "CPacks"], swiftSettings: strict, plugins: ["EmbedRules"]),

    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
    .target(name: "CSystemd"),
    .target(
      name: "LogSources", dependencies: ["CZlib", "CLzma", "CZstd", "CBzip2", "CSystemd"], swiftSettings: strict),

    .target(name: "CMachine"),
    .target(name: "CUnbound", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CTLS", linkerSettings: [.linkedLibrary("dl")]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "HostEvidence", dependencies: ["Diagnosis", "CMachine", "COpenSSL", "CTLS", "CUnbound"],
      swiftSettings: strict),

    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CResolver", linkerSettings: [.linkedLibrary("resolv")]),
    .target(name: "Reporting", dependencies: ["Diagnosis", "CCurl", "CResolver"], swiftSettings: strict),

    .target(
      name: "IncidentStore", dependencies: ["Diagnosis", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),

    .executableTarget(
      name: "maillogd",
      dependencies: [
        "Diagnosis", "HostEvidence", "IncidentStore", "LogSources", "Reporting", "RulePacks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(name: "RepeatableNumbers", path: "Tests/RepeatableNumbers", swiftSettings: strict),
    .executableTarget(
      name: "generate-log", dependencies: ["RepeatableNumbers"], path: "Benchmarks/GenerateLog", swiftSettings: strict),
    .executableTarget(name: "conformance", dependencies: ["LogParsing"], swiftSettings: strict),

    .testTarget(name: "LogParsingTests", dependencies: ["LogParsing", "RepeatableNumbers"], swiftSettings: strict),
    .testTarget(name: "LogSourcesTests", dependencies: ["LogSources", "RepeatableNumbers"], swiftSettings: strict),
    .testTarget(
      name: "DiagnosisTests", dependencies: ["Diagnosis", "RepeatableNumbers", "Reporting", "RulePacks"],
      swiftSettings: strict),
    .testTarget(
      name: "HostEvidenceTests",
      dependencies: [
        "Diagnosis", "HostEvidence", "RepeatableNumbers", "Reporting", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["maillogd", "IncidentStore"],
      exclude: ["Daemon/mail-server.sh", "Repair/failures.json", "Repair/mail-server.sh"], swiftSettings: strict),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Diagnosis", "Reporting", "RulePacks", .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ], swiftSettings: strict),
    .testTarget(
      name: "IncidentStoreTests",
      dependencies: ["Diagnosis", "IncidentStore", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["v1.sqlite"], swiftSettings: strict),
  ]
)
