import Foundation
import Testing

@Suite struct `Editors that check rules by the schemas` {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL.path

  private static let script = """
    import glob, json, sys, yaml, jsonschema
    root = sys.argv[1]
    check = {}
    for name in ("rule", "pack"):
        schema = json.load(open(f"{root}/schema/{name}.schema.json", encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        check[name] = jsonschema.Draft7Validator(schema)
    count = 0
    for path in sorted(glob.glob(root + "/rules/**/*.yaml", recursive=True)):
        rule = yaml.safe_load(open(path, encoding="utf-8"))
        count += 1
        for fault in check["pack" if path.endswith("/pack.yaml") else "rule"].iter_errors(rule):
            print(path, list(fault.absolute_path), fault.message)
    bad = {"id": "a.b", "title": "x", "severity": "grave", "match": [{"daemon": "smtpd"}], "impact": "x", "causes": []}
    print(count, "files;", len(list(check["rule"].iter_errors(bad))), "faults in a bad one")
    """

  private static let hasValidator =
    (try? Maillogd.shell("/usr/bin/python3 -c 'import jsonschema, yaml'").status) == 0

  @Test(.enabled(if: hasValidator, "SKIPPED: python3-jsonschema and python3-yaml are not installed (scripts/setup)"))
  func `find nothing in the shipped rules, and the faults of a bad one`() throws {
    let folder = try TemporaryFolder()
    let script = try folder.file("check.py", Self.script)
    let run = try Maillogd.shell("/usr/bin/python3 \(script) '\(Self.root)'")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.count == 1, "\(run.text)")
    #expect(run.text.hasSuffix("files; 3 faults in a bad one\n"), "\(run.text)")
  }
}
